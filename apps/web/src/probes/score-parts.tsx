/** Recall and precision with their intervals: a share is never shown without how sure it is. */
import type { AnswerOf, ProbeScoreView, ProbeShareView } from '@mingzheng/api'
import { Segmented } from 'antd'
import { useState } from 'react'
import { Card } from '../design/card.tsx'
import { type Column, DataTable } from '../design/data-table.tsx'
import { Empty } from '../design/empty.tsx'
import { useWords } from '../i18n/words.ts'
import { BehaviourName } from '../leads/lead-words.tsx'
import { probeWords } from './words.ts'

type Probes = AnswerOf<'probes.list'>
const VIEWS = ['byBehaviour', 'byPlatform', 'byMonth', 'byCell'] as const
type View = (typeof VIEWS)[number]

const FEW = 30
const percent = (value: number) => `${(value * 100).toFixed(value === 1 || value === 0 ? 0 : 1)}%`

export function Scores({ probes }: { probes: Probes }) {
  const t = useWords(probeWords)
  const [view, setView] = useState<View>('byBehaviour')
  const { overall } = probes
  const settled = overall.recall.of + overall.specificity.of
  if (settled + overall.void === 0) {
    return (
      <Card title={t('scores')}>
        <Empty icon="verify" title={t('scoresNone')} text={t('scoresNoneText')} />
      </Card>
    )
  }
  const rows = view === 'byCell' ? probes.cells : probes[view]
  return (
    <Card title={t('scores')} aside={<span className="small second">{t('overall')}</span>}>
      <div className="probe-shares">
        <BigShare name={t('recall')} text={t('recallText')} share={overall.recall} />
        <BigShare name={t('precision')} text={t('precisionText')} share={overall.precision} />
        <BigShare name={t('specificity')} text={t('specificityText')} share={overall.specificity} />
      </div>
      {settled < FEW && <p className="meaning-watch small">{t('few')}</p>}
      <div className="probe-views">
        <Segmented
          options={VIEWS.map((value) => ({ value, label: t(value) }))}
          value={view}
          onChange={(value) => setView(value)}
        />
      </div>
      <ScoreTable rows={rows} view={view} />
    </Card>
  )
}

function BigShare({ name, text, share }: { name: string; text: string; share: ProbeShareView }) {
  const t = useWords(probeWords)
  return (
    <div className="probe-share">
      <span className="second">{name}</span>
      <span className="total-value">{share.value === null ? '—' : percent(share.value)}</span>
      <Interval share={share} />
      <span className="small">
        {share.of === 0 ? t('none') : t('interval', { low: percent(share.wilson[0]), high: percent(share.wilson[1]) })}
      </span>
      {share.of > 0 && (
        <span className="small quiet">
          {t('hits', { hits: share.hits, of: share.of })} ·{' '}
          {t('exact', { low: percent(share.exact[0]), high: percent(share.exact[1]) })}
        </span>
      )}
      <span className="small quiet">{text}</span>
    </div>
  )
}

/** The share as a mark within its interval, on a line from 0 to 1. */
function Interval({ share: { value, wilson, of } }: { share: ProbeShareView }) {
  if (of === 0 || value === null) return <span className="interval" aria-hidden />
  const [low, high] = wilson
  return (
    <span className="interval" aria-hidden>
      <span className="interval-range" style={{ left: `${low * 100}%`, width: `${(high - low) * 100}%` }} />
      <span className="interval-mark" style={{ left: `${value * 100}%` }} />
    </span>
  )
}

function ShareCell({ share }: { share: ProbeShareView }) {
  const t = useWords(probeWords)
  if (share.value === null) return <span className="quiet">{t('none')}</span>
  const [low, high] = share.wilson
  return (
    <span title={t('exact', { low: percent(share.exact[0]), high: percent(share.exact[1]) })}>
      {percent(share.value)}{' '}
      <span className="quiet small">
        {percent(low)}–{percent(high)} · {t('hits', { hits: share.hits, of: share.of })}
      </span>
    </span>
  )
}

function ScoreTable({ rows, view }: { rows: readonly ProbeScoreView[]; view: View }) {
  const t = useWords(probeWords)
  const behaviour: Column<ProbeScoreView> = {
    key: 'behaviour',
    title: t('behaviour'),
    track: 'minmax(90px, 1fr)',
    render: (row) => (row.behaviour === null ? '' : <BehaviourName behaviour={row.behaviour} />),
  }
  const platform: Column<ProbeScoreView> = {
    key: 'platform',
    title: t('platform'),
    track: 'minmax(110px, 1fr)',
    render: (row) => <span className="ellipsis">{row.platform?.name ?? ''}</span>,
  }
  const month: Column<ProbeScoreView> = {
    key: 'month',
    title: t('month'),
    track: '80px',
    render: (row) => row.month ?? '',
  }
  const heads = {
    byBehaviour: [behaviour],
    byPlatform: [platform],
    byMonth: [month],
    byCell: [behaviour, platform, month],
  }
  const share = (key: 'recall' | 'precision' | 'specificity', rank?: number): Column<ProbeScoreView> => ({
    key,
    title: t(key),
    track: 'minmax(190px, 1.4fr)',
    ...(rank === undefined ? {} : { rank }),
    render: (row) => <ShareCell share={row[key]} />,
  })
  const nameOf = (row: ProbeScoreView) => (
    <>
      {row.behaviour !== null && <BehaviourName behaviour={row.behaviour} />} {row.platform?.name} {row.month}
    </>
  )
  return (
    <DataTable
      label={t('scores')}
      columns={[...heads[view], share('recall'), share('precision', 1), share('specificity', 2)]}
      rows={[...rows]}
      keyOf={(row) => `${row.behaviour} ${row.platform?.id} ${row.month}`}
      renderNarrow={(row) => (
        <>
          <div className="ellipsis">{nameOf(row)}</div>
          <div className="small">
            {t('recall')} <ShareCell share={row.recall} />
          </div>
        </>
      )}
    />
  )
}
