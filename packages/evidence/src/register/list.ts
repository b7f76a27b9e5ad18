/** The list of evidence: every filter served by an index, pages by keyset, counts that say when they stopped counting. */

import { isRefusal, type Refusal } from '@mingzheng/kernel'
import { bigrams, cappedCount, comesAfter, decodeCursor, encodeCursor } from '@mingzheng/storage'
import { type Kysely, type Selectable, type SelectQueryBuilder, sql } from 'kysely'
import {
  along,
  amongNext,
  commonness,
  countAmong,
  holdsAll,
  type Way,
  WORDS_COUNT_CAP,
  wayBeyond,
} from './list-plan.ts'
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

export type EvidenceListRow = Omit<Selectable<EvidenceTable>, 'facts' | 'problem' | 'search' | 'signature'>

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
const SEARCHED = ['search', 'signature'] as const

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

/** Rows that hold all pairs: by the words' index, or row by row. */
function holding<O>(query: Query<O>, way: Way, pairs: readonly string[]): Query<O> {
  return query.where(way === 'words' ? sql<boolean>`search @> ${pairs}::text[]` : holdsAll(pairs))
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
  const found = await findKeys(reader, filter, page.limit + 1, direction, (query) => {
    if (cursor !== null) {
      return query.where(comesAfter([...SORT], [new Date(Number(cursor[0])), String(cursor[1])], direction))
    }
    return page.at === undefined ? query : query.where('captured_at', '<=', page.at)
  })
  const jumped = cursor === null && page.at !== undefined
  if (jumped && found.keys.length === 0) {
    // Nothing is as old as that: the oldest rows are what lies nearest.
    const oldest = await findKeys(reader, filter, page.limit + 1, 'asc')
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

/** Keys of a page and the count of all: under row security, or by words within the same bounds. `from` begins the page. */
async function findKeys(
  reader: ListReader,
  filter: EvidenceFilter,
  limit: number,
  direction: 'asc' | 'desc',
  from: <O>(query: Query<O>) => Query<O> = (query) => query,
): Promise<Found> {
  const sought = pairsOf(filter)
  if (sought.length === 0) {
    const all = (columns: readonly (keyof Key)[]) =>
      filtered(reader.people.selectFrom('evidence').select(columns), filter)
    const next = inOrder(from(all(SORT)), direction).limit(limit)
    const keys = await along(reader.people, 'order', () => next.execute())
    const count = await along(reader.people, 'order', () => cappedCount(reader.people, all(['number'])))
    return { keys, count }
  }
  return reader.system.transaction().execute(async (tx) => {
    const bounded = filtered(within(tx.selectFrom('evidence'), reader.scope), filter)
    const placed = <O>(query: Query<O>) => inOrder(from(query), direction)
    const next = placed(bounded.select([...SORT, ...SEARCHED]))
    const { pairs, expected, archive } = await commonness(tx, next, sought)
    const by = (way: Way) =>
      along(tx, way, () =>
        holding(placed(bounded.select(SORT)), way, pairs)
          .limit(limit)
          .execute(),
      )
    const count =
      expected > WORDS_COUNT_CAP
        ? await countAmong(tx, inOrder(bounded.select(SEARCHED), 'desc'), pairs)
        : await along(tx, 'words', () =>
            cappedCount<EvidenceTables, 'evidence'>(
              tx,
              holding(bounded.select('number'), 'words', pairs),
              WORDS_COUNT_CAP,
            ),
          )
    // Few rows are all read at once; else the next rows mostly fill the page.
    if (expected <= WORDS_COUNT_CAP && !count.capped) return { keys: await by('words'), count }
    const among = await amongNext(tx, next, { pairs, direction, limit })
    const keys = among.length === limit ? among : await by(wayBeyond(among.length, archive))
    return { keys, count: { ...count, value: Math.max(count.value, Math.min(keys.length, limit - 1)) } }
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
