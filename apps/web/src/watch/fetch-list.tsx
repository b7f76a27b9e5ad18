/** The latest fetches of a task, by outcome: what was refused is a state of fetching, never a violation. */
import type { FetchView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { ask } from '../data/api.ts'
import { Card } from '../design/card.tsx'
import { type Column, DataTable } from '../design/data-table.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import type { Meaning } from '../design/tokens.ts'
import { useWords } from '../i18n/words.ts'
import { watchWords } from './words.ts'

type Outcome = FetchView['outcome']
const MEANINGS: Record<Outcome, Meaning> = {
  ok: 'proven',
  unchanged: 'proven',
  blocked: 'must',
  limited: 'watch',
  captcha: 'must',
  empty: 'watch',
  decoy: 'watch',
  gone: 'plain',
  robots: 'plain',
  refused: 'plain',
  'too-large': 'watch',
  failed: 'must',
}

export function FetchList({ id }: { id: string }) {
  const t = useWords(watchWords)
  const [outcome, setOutcome] = useState<Outcome | undefined>()
  const query = { limit: 50, ...(outcome === undefined ? {} : { outcome }) }
  const list = useQuery({
    ...ask('tasks.fetches', { params: { id }, query }),
    placeholderData: (old) => old,
    refetchInterval: 5000,
  })
  const state = (fetched: FetchView) => (
    <Status meaning={MEANINGS[fetched.outcome]}>{t(`outcome-${fetched.outcome}`)}</Status>
  )
  const columns: Column<FetchView>[] = [
    { key: 'at', title: t('at'), track: '90px', render: ({ at }) => <TimeText time={at} relative="only" /> },
    { key: 'outcome', title: t('outcome'), track: '120px', render: state },
    {
      key: 'url',
      title: t('address'),
      track: 'minmax(160px, 3fr)',
      render: ({ url, detail }) => (
        <span className="code small" title={`${url}\n${detail}`}>
          {url}
        </span>
      ),
    },
    { key: 'change', rank: 1, title: t('change'), track: '104px', render: ({ change }) => t(`change-${change}`) },
    { key: 'took', rank: 2, title: t('took'), track: '76px', align: 'right', render: ({ ms }) => `${ms} ms` },
  ]
  return (
    <Card
      title={t('fetches')}
      flush
      aside={
        <Select<Outcome | 'every'>
          size="small"
          value={outcome ?? 'every'}
          aria-label={t('outcome')}
          popupMatchSelectWidth={false}
          onChange={(value) => setOutcome(value === 'every' ? undefined : value)}
          options={[
            { value: 'every', label: t('outcome') },
            ...(Object.keys(MEANINGS) as Outcome[]).map((value) => ({ value, label: t(`outcome-${value}`) })),
          ]}
        />
      }
    >
      {list.isError ? (
        <ProblemView error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label={t('fetches')}
          columns={columns}
          rows={list.data?.fetches ?? []}
          keyOf={(fetched) => fetched.id}
          loading={list.isPending}
          empty={
            <p className="quiet" style={{ padding: '0 16px 12px' }}>
              {t('fetchesNone')}
            </p>
          }
          renderNarrow={(fetched) => (
            <>
              <div className="code small ellipsis">{fetched.url}</div>
              <div className="small">
                {state(fetched)} · {t(`change-${fetched.change}`)} · <TimeText time={fetched.at} relative="only" />
              </div>
            </>
          )}
        />
      )}
      <p className="quiet small" style={{ padding: '8px 16px' }}>
        {t('outcomesText')}
      </p>
    </Card>
  )
}
