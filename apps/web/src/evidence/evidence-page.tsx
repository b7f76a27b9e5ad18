/** All evidence: search, filters as words, saved views, rows without end. */
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { Card } from '../design/card.tsx'
import { DataTable } from '../design/data-table.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { formatCount } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { BulkBar } from './bulk-bar.tsx'
import { useColumns } from './columns.tsx'
import './evidence.css'
import { EvidenceEmpty } from './evidence-empty.tsx'
import type { EvidenceSearch } from './filters.ts'
import { ListActs } from './list-acts.tsx'
import { NarrowRow } from './narrow-row.tsx'
import { NewerBar } from './newer-bar.tsx'
import { QueryBar } from './query-bar.tsx'
import { useEvidencePages } from './use-evidence-pages.ts'
import { ViewTabs } from './view-tabs.tsx'
import { evidenceWords } from './words.ts'

const route = getRouteApi('/frame/inside/evidence')

export function EvidencePage() {
  const t = useWords(evidenceWords)
  const language = useLanguage()
  const navigate = useNavigate()
  const search: EvidenceSearch = route.useSearch()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const { columns, chosen, choose } = useColumns()
  const list = useEvidencePages(search)
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.rows) ?? [], [list.data])
  const count = list.data?.pages[0]?.count
  const go = (next: EvidenceSearch) => {
    setSelected(new Set())
    void navigate({ to: '/evidence', search: next })
  }
  const select = (key: string) =>
    setSelected((old) => {
      const next = new Set(old)
      if (!next.delete(key)) next.add(key)
      return next
    })
  return (
    <>
      <PageHeader
        title={t('title')}
        text={count === undefined ? ' ' : t('count', { count: formatCount(count, language) })}
        acts={<ListActs search={search} onGo={go} chosen={chosen} onChoose={choose} />}
      />
      <ViewTabs search={search} onGo={go} />
      <QueryBar search={search} onGo={go} />
      {list.isError ? (
        <ProblemView error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <>
          <NewerBar list={list} jumped={search.at !== undefined} onNewest={() => go({ ...search, at: undefined })} />
          <Card flush>
            <div className={list.isPlaceholderData ? 'evidence-stale' : ''}>
              <DataTable
                label={t('title')}
                columns={columns}
                rows={rows}
                keyOf={(row) => row.number}
                loading={list.isPending}
                selected={selected}
                onSelect={select}
                onOpen={(row) => void navigate({ to: '/evidence/$number', params: { number: row.number } })}
                onEnd={() => list.hasNextPage && !list.isFetchingNextPage && void list.fetchNextPage()}
                renderNarrow={(row) => <NarrowRow row={row} />}
                empty={<EvidenceEmpty search={search} onClear={() => go({})} />}
              />
            </div>
          </Card>
          {rows.length > 0 && (
            <p className="evidence-foot quiet small">
              <span>{list.hasNextPage ? (list.isFetchingNextPage ? t('loadingMore') : '') : t('ended')}</span>
              <span className="no-print">{t('keys')}</span>
            </p>
          )}
        </>
      )}
      {selected.size > 0 && <BulkBar numbers={[...selected]} onClear={() => setSelected(new Set())} />}
    </>
  )
}
