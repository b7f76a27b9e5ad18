/** Privileged acts, newest first, each with the ledger entry that seals it. */
import type { AnswerOf } from '@mingzheng/api'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { api } from '../data/api.ts'
import type { Column } from '../design/data-table.tsx'
import { Empty } from '../design/empty.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { QueryTable } from '../design/query-table.tsx'
import { SearchField } from '../design/search-field.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useWords } from '../i18n/words.ts'
import { useSaid } from '../said/use-said.ts'
import { CheckButton } from './check-button.tsx'
import { auditWords } from './words.ts'

const route = getRouteApi('/frame/inside/audit')
type Event = AnswerOf<'audit.list'>['events'][number]

export function AuditPage() {
  const t = useWords(auditWords)
  const navigate = useNavigate()
  const said = useSaid()
  const { q, action: wanted } = route.useSearch()
  const list = useInfiniteQuery({
    queryKey: ['audit.list', q, wanted],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: before, signal }) =>
      api.call('audit.list', {
        query: {
          limit: 100,
          ...(q === undefined ? {} : { q }),
          ...(wanted === undefined ? {} : { action: wanted }),
          ...(before === undefined ? {} : { before }),
        },
        signal,
      }),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (old) => old,
  })
  const action = (name: string) => {
    const key = `action-${name}`
    return key in auditWords.zh ? t(key as 'action-sign-in') : name
  }
  const rows = list.data?.pages.flatMap((page) => page.events) ?? []
  const columns: Column<Event>[] = [
    { key: 'at', title: t('at'), track: '142px', render: (event) => <TimeText time={event.at} /> },
    { key: 'actor', title: t('actor'), track: 'minmax(90px, 1fr)', render: (event) => event.actor },
    {
      key: 'action',
      title: t('action'),
      track: 'minmax(130px, 1fr)',
      render: (event) => (
        <Link to="/audit" search={{ q, action: wanted === event.action ? undefined : event.action }}>
          {action(event.action)}
        </Link>
      ),
    },
    { key: 'subject', rank: 2, title: t('subject'), track: 'minmax(120px, 1.4fr)', render: (event) => event.subject },
    {
      key: 'detail',
      rank: 3,
      title: t('detail'),
      track: 'minmax(120px, 2fr)',
      render: (event) => <span title={event.detail}>{said.sentence(event.detail)}</span>,
    },
    { key: 'address', rank: 4, title: t('address'), track: '112px', render: (event) => event.address ?? '—' },
    {
      key: 'index',
      title: t('index'),
      track: '84px',
      align: 'right',
      render: (event) =>
        event.index === null ? (
          <span className="quiet">{t('unsealed')}</span>
        ) : (
          <Link to="/ledger/$index" params={{ index: String(event.index) }}>
            {event.index}
          </Link>
        ),
    },
  ]
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        acts={
          <>
            <SearchField
              value={q}
              label={t('search')}
              onSearch={(next) => void navigate({ to: '/audit', search: { q: next, action: wanted }, replace: true })}
            />
            <CheckButton />
            <Button icon={<Icon name="print" />} onClick={() => print()} aria-label={t('print')} title={t('print')} />
          </>
        }
      />
      {wanted !== undefined && (
        <p className="query-bar">
          <span className="filter-word">
            <span className="quiet">{t('action')}</span> {action(wanted)}
            <Link to="/audit" search={{ q }} aria-label={t('everyAction')}>
              <Icon name="close" size={12} />
            </Link>
          </span>
        </p>
      )}
      <QueryTable
        query={list}
        label={t('title')}
        columns={columns}
        rows={rows}
        keyOf={(event) => event.id}
        empty={<Empty icon="audit" title={t('none')} text={t('noneText')} />}
        renderNarrow={(event) => (
          <>
            <div className="ellipsis">
              {event.actor} · {action(event.action)}
            </div>
            <div className="small quiet ellipsis">
              <TimeText time={event.at} /> · {event.subject}
            </div>
          </>
        )}
      />
    </>
  )
}
