/** The list of evidence: every filter served by an index, pages by keyset, counts that say when they stopped counting. */

import { isRefusal, type Refusal } from '@mingzheng/kernel'
import { bigrams, cappedCount, comesAfter, decodeCursor, encodeCursor } from '@mingzheng/storage'
import { type Kysely, type Selectable, type SelectQueryBuilder, sql } from 'kysely'
import { along, countAmong, SAMPLE_ROWS, WORDS_COUNT_CAP, waysForWords } from './list-plan.ts'
import type { EvidenceState, EvidenceTable, EvidenceTables } from './schema.ts'

export interface EvidenceFilter {
  q?: string | undefined
  host?: string | undefined
  officer?: string | undefined
  unit?: string | undefined
  caseReference?: string | undefined
  state?: EvidenceState | undefined
  complete?: boolean | undefined
  demo?: boolean | undefined
  from?: Date | undefined
  to?: Date | undefined
}

export interface EvidencePageRequest {
  after?: string | undefined
  before?: string | undefined
  at?: Date | undefined
  limit: number
}

export type EvidenceListRow = Omit<Selectable<EvidenceTable>, 'facts' | 'problem' | 'search'>

export interface EvidencePage {
  rows: EvidenceListRow[]
  count: { value: number; capped: boolean }
  next: string | null
  previous: string | null
}

const COLUMNS = [
  'number',
  'kind',
  'organisation_id',
  'unit_id',
  'officer_id',
  'officer_name',
  'officer_card',
  'unit_name',
  'title',
  'url',
  'host',
  'cause',
  'case_reference',
  'captured_at',
  'started_at',
  'ended_at',
  'state',
  'complete',
  'demo',
  'edition',
  'bytes',
  'pages',
  'anomalies',
  'ledger_index',
  'ledger_time',
  'ledger_state',
  'manifest_sha256',
  'recapture_of',
  'capture_id',
] as const

const SORT = ['captured_at', 'number'] as const

function markOf(row: { captured_at: Date; number: string }): string {
  return encodeCursor([row.captured_at.getTime(), row.number])
}

/** Whose evidence is searched: the same bounds that row security draws, said in words. */
export interface SearchScope {
  organisationId: string
  unitIds: readonly string[] | '*'
}

type Query<O> = SelectQueryBuilder<EvidenceTables, 'evidence', O>

/** Pairs of characters of every word looked for. */
function pairsOf(filter: EvidenceFilter): string[] {
  const words = (filter.q ?? '').split(/\s+/).filter((word) => word !== '')
  return words.flatMap((word) => bigrams(word))
}

function within<O>(query: Query<O>, scope: SearchScope | null): Query<O> {
  if (scope === null) return query
  const own = query.where('organisation_id', '=', scope.organisationId)
  return scope.unitIds === '*' ? own : own.where('unit_id', 'in', scope.unitIds.length === 0 ? [''] : scope.unitIds)
}

function filtered<O>(query: Query<O>, filter: EvidenceFilter): Query<O> {
  let q = query
  if (filter.host !== undefined) q = q.where('host', '=', filter.host)
  if (filter.officer !== undefined) q = q.where('officer_id', '=', filter.officer)
  if (filter.unit !== undefined) q = q.where('unit_id', '=', filter.unit)
  if (filter.caseReference !== undefined) q = q.where('case_reference', '=', filter.caseReference)
  if (filter.state !== undefined) q = q.where('state', '=', filter.state)
  if (filter.complete !== undefined) q = q.where('complete', '=', filter.complete)
  if (filter.demo !== undefined) q = q.where('demo', '=', filter.demo)
  if (filter.from !== undefined) q = q.where('captured_at', '>=', filter.from)
  if (filter.to !== undefined) q = q.where('captured_at', '<', filter.to)
  return q
}

function inOrder<O>(query: Query<O>, direction: 'asc' | 'desc'): Query<O> {
  return query.orderBy('captured_at', direction).orderBy('number', direction)
}

function holding<O>(query: Query<O>, pairs: readonly string[]): Query<O> {
  return query.where(sql<boolean>`search @> ${pairs}::text[]`)
}

/**
 * Who asks: `people` is the caller's transaction under row security and decides which rows come back. PostgreSQL cannot
 * use the index on words below row security (its operator is not leakproof), so words are first looked up on the
 * system's side, within the same bounds; the rows then pass row security all the same.
 */
export interface ListReader {
  people: Kysely<EvidenceTables>
  system: Kysely<EvidenceTables>
  scope: SearchScope
}

/** One page, newest first. A cursor that is not ours is refused as `cursor-malformed`. */
export async function listEvidence(
  reader: ListReader,
  filter: EvidenceFilter,
  page: EvidencePageRequest,
): Promise<EvidencePage | Refusal<'cursor-malformed'>> {
  const backwards = page.before !== undefined
  const mark = page.before ?? page.after
  const cursor = mark === undefined ? null : decodeCursor(mark, SORT.length)
  if (isRefusal(cursor)) return cursor
  const direction = backwards ? 'asc' : 'desc'
  const found = await findKeys(reader, filter, page.limit + 1, (query) => {
    let q = query
    if (cursor !== null) {
      q = q.where(comesAfter([...SORT], [new Date(Number(cursor[0])), String(cursor[1])], direction))
    } else if (page.at !== undefined) {
      q = q.where('captured_at', '<=', page.at)
    }
    return inOrder(q, direction)
  })
  const jumped = cursor === null && page.at !== undefined
  if (jumped && found.keys.length === 0) {
    // Nothing is as old as that: the oldest rows are what lies nearest.
    const oldest = await findKeys(reader, filter, page.limit + 1, (query) => inOrder(query, 'asc'))
    return { ...(await pageOf(reader, oldest, page.limit, { backwards: true, started: true })), next: null }
  }
  return pageOf(reader, found, page.limit, { backwards, started: cursor !== null || jumped })
}

/** The page of these keys, of which one more than the limit was looked for; `backwards`: they run from old to new. */
async function pageOf(
  reader: ListReader,
  found: Found,
  limit: number,
  { backwards, started }: { backwards: boolean; started: boolean },
): Promise<EvidencePage> {
  const more = found.keys.length > limit
  const shown = found.keys.slice(0, limit)
  if (backwards) shown.reverse()
  const hasNext = backwards ? true : more
  const hasPrevious = backwards ? more : started
  return {
    rows: await readRows(reader.people, shown),
    count: found.count,
    next: hasNext && shown.length > 0 ? markOf(shown.at(-1)!) : null,
    previous: hasPrevious && shown.length > 0 ? markOf(shown[0]!) : null,
  }
}

interface Found {
  keys: Key[]
  count: EvidencePage['count']
}

interface Key {
  captured_at: Date
  number: string
}

/** Keys of a page and the count of all: under row security, or by words within the same bounds. */
async function findKeys(
  reader: ListReader,
  filter: EvidenceFilter,
  limit: number,
  ordered: <O>(query: Query<O>) => Query<O>,
): Promise<Found> {
  const pairs = pairsOf(filter)
  if (pairs.length === 0) {
    const all = (columns: readonly (keyof Key)[]) =>
      filtered(reader.people.selectFrom('evidence').select(columns), filter)
    const keys = await along(reader.people, 'order', () => ordered(all(SORT)).limit(limit).execute())
    const count = await along(reader.people, 'order', () => cappedCount(reader.people, all(['number'])))
    return { keys, count }
  }
  return reader.system.transaction().execute(async (tx) => {
    const bounded = filtered(within(tx.selectFrom('evidence'), reader.scope), filter)
    const sample = ordered(bounded.select('search')).limit(SAMPLE_ROWS)
    const ways = await waysForWords(tx, sample, pairs)
    const keys = holding(ordered(bounded.select(SORT)), ways.pairs).limit(limit)
    const found = await along(tx, ways.page, () => keys.execute())
    const count = await along(tx, ways.count, () => {
      if (ways.count === 'order') return countAmong(tx, inOrder(bounded.select('search'), 'desc'), ways.pairs)
      const all = holding(bounded.select('number'), ways.pairs)
      return cappedCount<EvidenceTables, 'evidence'>(tx, all, WORDS_COUNT_CAP)
    })
    return { keys: found, count: { ...count, value: Math.max(count.value, Math.min(found.length, limit - 1)) } }
  })
}

/** The rows of these numbers that the caller may see, newest first. */
async function readRows(
  people: Kysely<EvidenceTables>,
  shown: readonly { number: string }[],
): Promise<EvidenceListRow[]> {
  if (shown.length === 0) return []
  return people
    .selectFrom('evidence')
    .select(COLUMNS)
    .where(
      'number',
      'in',
      shown.map((row) => row.number),
    )
    .orderBy('captured_at', 'desc')
    .orderBy('number', 'desc')
    .execute()
}

/** How many rows match, as far as anybody wants to know. Without words: those are counted with their page. */
export function countEvidence(people: Kysely<EvidenceTables>, filter: Omit<EvidenceFilter, 'q'>) {
  return cappedCount(people, filtered(people.selectFrom('evidence').select('number'), filter))
}
