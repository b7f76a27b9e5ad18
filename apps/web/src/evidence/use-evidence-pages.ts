/** The evidence list page by page, both ways from where the address bar says. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { api } from '../data/api.ts'
import type { EvidenceSearch } from './filters.ts'

const PAGE = 100

interface Cursor {
  after?: string
  before?: string
}

export function useEvidencePages(search: EvidenceSearch) {
  return useInfiniteQuery({
    queryKey: ['evidence.list', 'pages', search],
    initialPageParam: {} as Cursor,
    queryFn: ({ pageParam, signal }) => {
      const { at, ...filters } = search
      const fixed = pageParam.after !== undefined || pageParam.before !== undefined
      const given = Object.entries({ ...filters, ...(fixed ? {} : { at }), ...pageParam })
      const query = Object.fromEntries(given.filter(([, value]) => value !== undefined))
      return api.call('evidence.list', { query: { ...query, limit: PAGE }, signal })
    },
    getNextPageParam: (page): Cursor | null => (page.next === null ? null : { after: page.next }),
    getPreviousPageParam: (page): Cursor | null => (page.previous === null ? null : { before: page.previous }),
    placeholderData: (old) => old,
    // Comparing thousands of old rows with themselves at every new page costs more than drawing those in sight.
    structuralSharing: false,
  })
}
