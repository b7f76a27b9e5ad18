/** Privileged acts, newest first, each with the ledger entry that seals it. */
import type { AnswerOf } from '@mingzheng/api'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useEffect, useState } from 'react'
import { api } from '../data/api.ts'
import { Card } from '../design/card.tsx'
import { type Column, DataTable } from '../design/data-table.tsx'
import { Empty } from '../design/empty.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useWords } from '../i18n/words.ts'
import { auditWords } from './words.ts'

const route = getRouteApi('/frame/inside/audit')
const PAUSE_MS = 250
type Event = AnswerOf<'audit.list'>['events'][number]

export function AuditPage() {
  const t = useWords(auditWords)
  const navigate = useNavigate()
  const { q } = route.useSearch()
  const [text, setText] = useState(q ?? '')
  useEffect(() => {
    const next = text.trim() === '' ? undefined : text.trim()
    if (next === q) return
    const timer = setTimeout(() => void navigate({ to: '/audit', search: { q: next }, replace: true }), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text, q, navigate])
  const list = useInfiniteQuery({
    queryKey: ['audit.list', q],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: before, signal }) =>
      api.call('audit.list', {
        query: { limit: 100, ...(q === undefined ? {} : { q }), ...(before === undefined ? {} : { before }) },
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
      render: (event) => <span title={event.action}>{action(event.action)}</span>,
    },
    { key: 'subject', rank: 2, title: t('subject'), track: 'minmax(120px, 1.4fr)', render: (event) => event.subject },
    {
      key: 'detail',
      rank: 3,
      title: t('detail'),
      track: 'minmax(120px, 2fr)',
      render: (event) => <span title={event.detail}>{event.detail}</span>,
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
            <Input
              allowClear
              prefix={<Icon name="search" />}
              value={text}
              onChange={(event) => setText(event.target.value)}
              placeholder={t('search')}
              aria-label={t('search')}
              style={{ width: 260 }}
            />
            <Button icon={<Icon name="print" />} onClick={() => print()}>
              {t('print')}
            </Button>
          </>
        }
      />
      {list.isError ? (
        <ProblemView error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <Card flush>
          <DataTable
            label={t('title')}
            columns={columns}
            rows={rows}
            keyOf={(event) => event.id}
            loading={list.isPending}
            onEnd={() => list.hasNextPage && !list.isFetchingNextPage && void list.fetchNextPage()}
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
        </Card>
      )}
    </>
  )
}
