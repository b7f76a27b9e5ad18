/** A table of what a query brings: skeleton, error with a way to try again, emptiness, rows, and more rows at the end. */
import { Card } from './card.tsx'
import { DataTable, type DataTableProps } from './data-table.tsx'
import { ProblemView } from './problem-view.tsx'

interface Asked {
  isError: boolean
  isPending: boolean
  error: unknown
  refetch: () => Promise<unknown>
  /** Of a query that comes in pages. */
  hasNextPage?: boolean
  isFetchingNextPage?: boolean
  fetchNextPage?: () => Promise<unknown>
}

interface QueryTableProps<R> extends Omit<DataTableProps<R>, 'loading' | 'onEnd'> {
  query: Asked
}

export function QueryTable<R>({ query, ...table }: QueryTableProps<R>) {
  if (query.isError) return <ProblemView error={query.error} onRetry={() => void query.refetch()} />
  const more = () => {
    if (query.hasNextPage === true && query.isFetchingNextPage !== true) void query.fetchNextPage?.()
  }
  return (
    <Card flush>
      <DataTable {...table} loading={query.isPending} onEnd={more} />
    </Card>
  )
}
