/** The columns of the evidence list; which are shown is kept in this browser. */
import type { EvidenceRow } from '@mingzheng/api'
import { useState } from 'react'
import type { Column } from '../design/data-table.tsx'
import { EvidenceState, IncompleteMark } from '../design/states.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatBytes, formatNumber } from '../i18n/formats.ts'
import { type Language, useLanguage } from '../i18n/language.ts'
import { type Translate, useWords } from '../i18n/words.ts'
import { evidenceWords } from './words.ts'

export const COLUMN_KEYS = [
  'state',
  'title',
  'number',
  'capturedAt',
  'officer',
  'unit',
  'caseReference',
  'bytes',
  'pages',
  'anomalies',
  'edition',
  'index',
] as const
export type ColumnKey = (typeof COLUMN_KEYS)[number]

const FIRST: ColumnKey[] = ['state', 'title', 'number', 'officer', 'caseReference', 'bytes', 'anomalies', 'capturedAt']
const KEY = 'mingzheng.evidence.columns'

/** Which columns give way first on a narrow screen; state and title stay. */
const RANKS: Partial<Record<ColumnKey, number>> = {
  number: 2,
  capturedAt: 1,
  officer: 4,
  unit: 6,
  caseReference: 5,
  bytes: 3,
  pages: 7,
  anomalies: 4,
  edition: 7,
  index: 7,
}

type Words = keyof (typeof evidenceWords)['zh']

export function useColumns() {
  const t = useWords(evidenceWords)
  const language = useLanguage()
  const [chosen, setChosen] = useState<ColumnKey[]>(() => {
    const kept = (localStorage.getItem(KEY) ?? '').split(',')
    const known = COLUMN_KEYS.filter((key) => kept.includes(key))
    return known.length > 0 ? known : FIRST
  })
  const choose = (keys: ColumnKey[]) => {
    const ordered = COLUMN_KEYS.filter((key) => keys.includes(key) || key === 'title')
    localStorage.setItem(KEY, ordered.join(','))
    setChosen(ordered)
  }
  const columns = COLUMN_KEYS.filter((key) => chosen.includes(key)).map((key) => columnOf(key, t, language))
  return { columns, chosen, choose }
}

function columnOf(key: ColumnKey, t: Translate<Words>, language: Language): Column<EvidenceRow> {
  const base = { key, title: t(`c-${key}`), ...(key in RANKS ? { rank: RANKS[key]! } : {}) }
  const count = (value: number) => (value === 0 ? <span className="quiet">0</span> : formatNumber(value, language))
  switch (key) {
    case 'state':
      return { ...base, track: '88px', render: (row) => <RowState row={row} /> }
    case 'title':
      return {
        ...base,
        track: 'minmax(220px, 4fr)',
        render: (row) => (
          <span title={`${row.title}\n${row.url}`}>
            {row.title === '' ? t('noTitle') : row.title} <span className="quiet">{row.host}</span>
          </span>
        ),
      }
    case 'number':
      return {
        ...base,
        track: '182px',
        render: (row) => (
          <span className="code" title={row.number}>
            {row.number.slice(0, 23)}
          </span>
        ),
      }
    case 'capturedAt':
      return { ...base, track: '124px', render: (row) => <TimeText time={row.capturedAt} seconds={false} /> }
    case 'officer':
      return { ...base, track: '78px', render: (row) => row.officer?.name ?? '' }
    case 'unit':
      return { ...base, track: 'minmax(100px, 1fr)', render: (row) => row.unit?.name ?? '' }
    case 'caseReference':
      return { ...base, track: 'minmax(90px, 1.4fr)', render: (row) => row.caseReference }
    case 'bytes':
      return { ...base, track: '76px', align: 'right', render: (row) => formatBytes(row.bytes) }
    case 'pages':
      return { ...base, track: '48px', align: 'right', render: (row) => count(row.pages) }
    case 'anomalies':
      return {
        ...base,
        track: language === 'zh' ? '48px' : '74px',
        align: 'right',
        render: (row) => (row.anomalies === 0 ? <span className="quiet">0</span> : <Anomalies count={row.anomalies} />),
      }
    case 'edition':
      return { ...base, track: '56px', align: 'right', render: (row) => row.edition }
    case 'index':
      return {
        ...base,
        track: '92px',
        align: 'right',
        render: (row) => (row.standing.index === null ? '—' : formatNumber(row.standing.index, language)),
      }
  }
}

function Anomalies({ count }: { count: number }) {
  return <Status meaning="watch">{count}</Status>
}

export function RowState({ row }: { row: EvidenceRow }) {
  return row.complete || row.state === 'voided' ? <EvidenceState state={row.state} /> : <IncompleteMark />
}
