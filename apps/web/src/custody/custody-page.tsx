/** Every copy at every custodian: what each holds, what is in doubt, when it was last proved. */
import { type AnswerOf, type CustodyHolding, custodyStateSchema } from '@mingzheng/api'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Select } from 'antd'
import { api, ask } from '../data/api.ts'
import { Card, Facts, fact } from '../design/card.tsx'
import type { Column } from '../design/data-table.tsx'
import { Empty } from '../design/empty.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { QueryTable } from '../design/query-table.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { CustodianName } from './custody-card.tsx'
import './custody.css'
import { HoldingState } from './holding-state.tsx'
import { custodyWords } from './words.ts'

const route = getRouteApi('/frame/inside/custody')
type Custodian = AnswerOf<'custody.summary'>['custodians'][number]

export function CustodyPage() {
  const t = useWords(custodyWords)
  const language = useLanguage()
  const navigate = useNavigate()
  const { state, custodian } = route.useSearch()
  const summary = useQuery(ask('custody.summary'))
  const filter = { ...(state === undefined ? {} : { state }), ...(custodian === undefined ? {} : { custodian }) }
  const list = useInfiniteQuery({
    queryKey: ['custody.list', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: after, signal }) =>
      api.call('custody.list', { query: { ...filter, ...(after === undefined ? {} : { after }) }, signal }),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (old) => old,
  })
  const choose = (next: { state?: CustodyHolding['state'] | undefined; custodian?: string | undefined }) =>
    void navigate({ to: '/custody', search: { state, custodian, ...next }, replace: true })
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? []
  const evidenceLink = (row: CustodyHolding) => (
    <Link to="/evidence/$number" params={{ number: row.number }} className="code ellipsis">
      {row.number}
      {row.edition > 1 && ` · ${t('edition', { n: row.edition })}`}
    </Link>
  )
  const provedText = (row: CustodyHolding) =>
    row.provedAt === null ? (
      <span className="quiet">{t('neverProved')}</span>
    ) : (
      <TimeText time={row.provedAt} relative="only" />
    )
  const columns: Column<CustodyHolding>[] = [
    { key: 'number', title: t('number'), track: 'minmax(200px, 2fr)', render: evidenceLink },
    {
      key: 'custodian',
      title: t('custodian'),
      track: 'minmax(100px, 1fr)',
      render: (row) => <CustodianName custodian={row.custodian} />,
    },
    { key: 'state', title: t('state'), track: 'minmax(110px, 150px)', render: (row) => <HoldingState holding={row} /> },
    { key: 'proved', title: t('proved'), track: '120px', render: provedText },
    {
      key: 'next',
      rank: 3,
      title: t('next'),
      track: '142px',
      render: (row) => (row.nextChallengeAt === null ? '—' : <TimeText time={row.nextChallengeAt} />),
    },
    {
      key: 'retain',
      rank: 4,
      title: t('retain'),
      track: '142px',
      render: (row) => <TimeText time={row.retainUntil} />,
    },
  ]
  const none = summary.isSuccess && summary.data.custodians.length === 0
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <div className="custodians">
        {summary.data?.custodians.map((one) => (
          <CustodianCard key={one.id} custodian={one} />
        ))}
      </div>
      <p className="custody-filters no-print">
        <Select
          value={custodian ?? ''}
          aria-label={t('custodian')}
          popupMatchSelectWidth={false}
          onChange={(value) => choose({ custodian: value === '' ? undefined : value })}
          options={[
            { value: '', label: t('everyCustodian') },
            ...(summary.data?.custodians ?? []).map(({ id, name }) => ({ value: id, label: name[language] })),
          ]}
        />
        <Select<CustodyHolding['state'] | 'every'>
          value={state ?? 'every'}
          aria-label={t('state')}
          popupMatchSelectWidth={false}
          onChange={(value) => choose({ state: value === 'every' ? undefined : value })}
          options={[
            { value: 'every', label: t('everyState') },
            ...custodyStateSchema.options.map((value) => ({ value, label: t(`state-${value}`) })),
          ]}
        />
      </p>
      <QueryTable
        query={list}
        label={t('title')}
        columns={columns}
        rows={rows}
        keyOf={(row) => row.id}
        onOpen={(row) => void navigate({ to: '/evidence/$number', params: { number: row.number } })}
        empty={
          none ? (
            <Empty icon="lock" title={t('none')} text={t('noneText')} />
          ) : (
            <Empty icon="lock" title={t('listNone')} text={t('listNoneText')} />
          )
        }
        renderNarrow={(row) => (
          <>
            <div className="ellipsis">{evidenceLink(row)}</div>
            <div className="small">
              <HoldingState holding={row} /> <CustodianName custodian={row.custodian} /> · {provedText(row)}
            </div>
          </>
        )}
      />
    </>
  )
}

function CustodianCard({ custodian }: { custodian: Custodian }) {
  const t = useWords(custodyWords)
  const language = useLanguage()
  const others = Object.entries(custodian.counts).filter(([state]) => state !== 'held')
  return (
    <Card title={custodian.name[language]}>
      <div className="custodian-count">
        <strong>{custodian.counts.held ?? 0}</strong> {t('holds')}
      </div>
      <Facts
        of={[
          fact(
            t('oldest'),
            custodian.oldestProof === null ? t('neverProved') : <TimeText time={custodian.oldestProof} />,
          ),
          ...others.map(([state, count]) => fact(t(`state-${state}` as 'state-held'), count)),
        ]}
      />
    </Card>
  )
}
