/** The list of leads, newest first; filters stand in the address bar. */
import { behaviourSchema, type LeadQuery, type LeadView, leadStateSchema } from '@mingzheng/api'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { api, ask } from '../data/api.ts'
import { ChoiceFilter } from '../design/choice-filter.tsx'
import type { Column } from '../design/data-table.tsx'
import { Empty } from '../design/empty.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { QueryTable } from '../design/query-table.tsx'
import { SearchField } from '../design/search-field.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatCount } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { PROVINCES } from '../watch/provinces.ts'
import { BehaviourName, LeadState, Score } from './lead-words.tsx'
import './leads.css'
import { leadWords } from './words.ts'

const route = getRouteApi('/frame/inside/leads')

type Filter = Pick<LeadQuery, 'q' | 'state' | 'behaviour' | 'platform' | 'region'>

export function LeadsPage() {
  const t = useWords(leadWords)
  const language = useLanguage()
  const navigate = useNavigate()
  const filter: Filter = route.useSearch()
  const platforms = useQuery(ask('platforms.list'))
  const list = useInfiniteQuery({
    queryKey: ['leads.list', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: after, signal }) =>
      api.call('leads.list', { query: { ...filter, limit: 100, ...(after === undefined ? {} : { after }) }, signal }),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (old) => old,
    refetchInterval: 15_000,
  })
  const choose = (next: Filter) => void navigate({ to: '/leads', search: { ...filter, ...next }, replace: true })
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? []
  const count = list.data?.pages[0]?.count
  const filtered = Object.values(filter).some((value) => value !== undefined)
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        acts={<SearchField value={filter.q} label={t('search')} onSearch={(q) => choose({ q })} />}
      />
      <p className="lead-filters no-print">
        <ChoiceFilter
          value={filter.state}
          label={t('state')}
          every={t('everyState')}
          options={leadStateSchema.options.map((value) => ({ value, label: t(`state-${value}`) }))}
          onChoose={(state) => choose({ state })}
        />
        <ChoiceFilter
          value={filter.behaviour}
          label={t('behaviour')}
          every={t('everyBehaviour')}
          options={behaviourSchema.options.map((value) => ({ value, label: t(`behaviour-${value}`) }))}
          onChoose={(behaviour) => choose({ behaviour })}
        />
        <ChoiceFilter
          value={filter.platform}
          label={t('platform')}
          every={t('everyPlatform')}
          options={(platforms.data?.platforms ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          onChoose={(platform) => choose({ platform })}
        />
        <ChoiceFilter
          value={filter.region}
          label={t('region')}
          every={t('everyRegion')}
          options={regionOptions(filter.region, language)}
          onChoose={(region) => choose({ region })}
        />
        {count !== undefined && (
          <span className="second" aria-live="polite">
            {t('count', { count: formatCount(count, language) })}
          </span>
        )}
      </p>
      <QueryTable
        query={list}
        label={t('title')}
        columns={columnsOf(t)}
        rows={rows}
        keyOf={(lead) => lead.id}
        onOpen={(lead) => void navigate({ to: '/leads/$id', params: { id: lead.id } })}
        empty={
          filtered ? (
            <Empty icon="search" title={t('filteredNone')} text={t('filteredNoneText')} />
          ) : (
            <Empty icon="search" title={t('none')} text={t('noneText')} />
          )
        }
        renderNarrow={(lead) => (
          <>
            <div className="ellipsis">
              <LeadLink lead={lead} />
            </div>
            <div className="small ellipsis">
              <LeadState state={lead.state} /> <BehaviourName behaviour={lead.behaviour} /> ·{' '}
              <TimeText time={lead.lastAt} relative="only" />
            </div>
          </>
        )}
      />
    </>
  )
}

/** The provinces, and a narrower region by its code where the address names one. */
function regionOptions(chosen: string | undefined, language: 'zh' | 'en') {
  const provinces = PROVINCES.map((province) => ({ value: province.code, label: province[language] }))
  const known = chosen === undefined || provinces.some(({ value }) => value === chosen)
  return known ? provinces : [{ value: chosen, label: chosen }, ...provinces]
}

function LeadLink({ lead }: { lead: LeadView }) {
  return (
    <Link to="/leads/$id" params={{ id: lead.id }} title={lead.title}>
      {lead.title}
    </Link>
  )
}

function columnsOf(t: (key: keyof (typeof leadWords)['zh']) => string): Column<LeadView>[] {
  return [
    {
      key: 'behaviour',
      title: t('behaviour'),
      track: '118px',
      render: (lead) => <BehaviourName behaviour={lead.behaviour} />,
    },
    { key: 'title', title: t('listing'), track: 'minmax(180px, 2fr)', render: (lead) => <LeadLink lead={lead} /> },
    {
      key: 'reason',
      rank: 3,
      title: t('reason'),
      track: 'minmax(160px, 2fr)',
      render: (lead) => <span title={lead.reason}>{lead.reason}</span>,
    },
    { key: 'score', title: t('score'), track: '96px', render: (lead) => <Score score={lead.score} /> },
    { key: 'shop', rank: 2, title: t('shop'), track: 'minmax(90px, 1fr)', render: (lead) => lead.shop?.name ?? '—' },
    { key: 'platform', rank: 4, title: t('platform'), track: '110px', render: (lead) => lead.platform.name },
    { key: 'seen', rank: 5, title: t('seen'), track: '84px', align: 'right', render: (lead) => lead.seen },
    {
      key: 'lastAt',
      title: t('lastAt'),
      track: '104px',
      render: (lead) => <TimeText time={lead.lastAt} relative="only" />,
    },
    { key: 'state', title: t('state'), track: '110px', render: (lead) => <LeadState state={lead.state} /> },
  ]
}
