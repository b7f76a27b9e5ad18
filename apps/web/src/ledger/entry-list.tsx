/** Entries newest first; the place in the log stands in the address bar. */
import type { LedgerEntryView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { ask } from '../data/api.ts'
import { Card } from '../design/card.tsx'
import { type Column, DataTable } from '../design/data-table.tsx'
import { Digest } from '../design/digest.tsx'
import { Empty } from '../design/empty.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { useKindWord } from './use-kind-word.ts'
import { ledgerWords } from './words.ts'

const PAGE = 50

export function EntryList({ before }: { before: number | undefined }) {
  const t = useWords(ledgerWords)
  const navigate = useNavigate()
  const entries = useQuery({
    ...ask('ledger.entries', { query: { limit: PAGE, ...(before === undefined ? {} : { before }) } }),
    placeholderData: (old) => old,
    ...(before === undefined ? { refetchInterval: 2000 } : {}),
  })
  if (entries.isError) return <ProblemView error={entries.error} onRetry={() => void entries.refetch()} />
  const last = entries.data?.entries.at(-1)?.index
  return (
    <Card title={t('entries')} flush>
      <EntryTable entries={entries.data?.entries} />
      <div className="ledger-pages no-print">
        {before !== undefined && (
          <Button onClick={() => void navigate({ to: '/ledger', search: {} })}>{t('latest')}</Button>
        )}
        {last !== undefined && last > 0 && (
          <Button onClick={() => void navigate({ to: '/ledger', search: { before: last } })}>{t('earlier')}</Button>
        )}
      </div>
    </Card>
  )
}

/** `number`: the certificate that all of them belong to; they may then be a former ledger's, and are opened by their time. */
export function EntryTable({ entries, number }: { entries: LedgerEntryView[] | undefined; number?: string }) {
  const t = useWords(ledgerWords)
  const language = useLanguage()
  const navigate = useNavigate()
  const kindWord = useKindWord()
  const columns: Column<LedgerEntryView>[] = [
    {
      key: 'index',
      title: t('index'),
      track: '64px',
      align: 'right',
      render: (entry) => formatNumber(entry.index, language),
    },
    { key: 'kind', title: t('kind'), track: 'minmax(90px, 1fr)', render: (entry) => kindWord(entry.kind) },
    { key: 'time', title: t('time'), track: '150px', render: (entry) => <TimeText time={entry.time} /> },
    {
      key: 'actor',
      title: t('actor'),
      track: '168px',
      rank: 1,
      render: (entry) => <Digest value={entry.actor} />,
    },
    { key: 'leaf', title: t('leaf'), track: '168px', render: (entry) => <Digest value={entry.leafHash} /> },
    {
      key: 'leafSm3',
      title: t('leafSm3'),
      track: '168px',
      rank: 2,
      render: (entry) => <Digest value={entry.leafHashSm3} />,
    },
  ]
  return (
    <DataTable
      label={t('entries')}
      columns={columns}
      rows={entries ?? []}
      keyOf={(entry) => String(entry.index)}
      loading={entries === undefined}
      onOpen={({ index, time }) =>
        void navigate({
          to: '/ledger/$index',
          params: { index: String(index) },
          search: number === undefined ? {} : { at: time, number },
        })
      }
      empty={<Empty icon="ledger" title={t('none')} text={t('noneText')} />}
      renderNarrow={(entry) => (
        <>
          <div className="ledger-narrow">
            <strong>#{formatNumber(entry.index, language)}</strong> {kindWord(entry.kind)}
          </div>
          <div className="ledger-narrow small quiet">
            <Digest value={entry.leafHash} />
            <TimeText time={entry.time} relative="only" />
          </div>
        </>
      )}
    />
  )
}
