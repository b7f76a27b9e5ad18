/** The filters of the evidence list: their names in the address bar and how their values read. */
import type { EvidenceQuery } from '@mingzheng/api'

/** What of a query stands in the address bar; cursors and the page's length do not. */
export type EvidenceSearch = {
  [K in keyof Omit<EvidenceQuery, 'limit' | 'after' | 'before'>]?: EvidenceQuery[K] | undefined
}

export const FILTER_KEYS = [
  'state',
  'complete',
  'host',
  'officer',
  'unit',
  'caseReference',
  'from',
  'to',
  'demo',
] as const
export type FilterKey = (typeof FILTER_KEYS)[number]

/** Whether anything narrows the list. */
export function isNarrowed(search: EvidenceSearch): boolean {
  return search.q !== undefined || FILTER_KEYS.some((key) => search[key] !== undefined)
}

/** The query without what says nothing, as text: how a view is saved and compared. */
export function searchText(search: EvidenceSearch): string {
  const query = new URLSearchParams()
  for (const key of ['q', ...FILTER_KEYS] as const) {
    const value = search[key]
    if (value !== undefined && value !== '') query.set(key, value)
  }
  return query.toString()
}

/** A saved view's text as the address bar's search part. */
export function searchOf(text: string): EvidenceSearch {
  const query = new URLSearchParams(text)
  const given = Object.fromEntries(['q', ...FILTER_KEYS].map((key) => [key, query.get(key) ?? undefined]))
  return given as EvidenceSearch
}
