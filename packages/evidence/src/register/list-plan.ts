/**
 * Which way PostgreSQL goes for the list. Its statistics take row security for far more selective than it is, and know
 * little of pairs of characters; a wrong guess costs seconds. So the way is told: along an index in the order of the list,
 * or through the index of words. Which is better for words is found out by how many of the next rows hold them.
 */
import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { EvidenceTables } from './schema.ts'

/** `order`: rows in the order of the list, until enough match. `words`: all rows that hold the words, then sorted. */
export type Way = 'order' | 'words'

/** So many of the next rows say how common the words are, and so many of them how rare each pair is. */
const SAMPLE_ROWS = 500
const RARITY_ROWS = 100
/** So many of the next rows are looked at one by one where many rows hold the words; mostly they fill the page. */
const LOOK_ROWS = 10_000
/**
 * Along the order a page of so many rows costs `PAGE_ROWS / share` rows, through the words `share * rows`, each of which
 * costs some eight times as much, because they lie apart, each on a page of the disk of its own. The cheaper way grows with
 * the root of the archive where words are rarest, and not at all where they are common.
 */
const PAGE_ROWS = 50
const APART = 8
/** Every row that holds the words has to be read to count it; beyond so many, the words say too little to count on. */
export const WORDS_COUNT_CAP = 1000
/** Where more than the cap are expected, so many of the newest rows are looked at, and what they hold is "at least". */
const COUNT_LOOK_ROWS = 1000

/** Runs a query of `tx`, which is a transaction and keeps the settings to itself. */
export async function along<T>(tx: Kysely<EvidenceTables>, way: Way, work: () => Promise<T>): Promise<T> {
  await tell(tx, way)
  const found = await work()
  // Not after a failure: the transaction is over then, and its settings with it.
  await tell(tx, null)
  return found
}

/** What the words are looked for in. */
type Searched = { search: string[]; signature: string }
type Rows<O> = SelectQueryBuilder<EvidenceTables, 'evidence', O>
/** A row in its place in the list. */
type Placed = { captured_at: Date; number: string }

/**
 * Whether a row holds all pairs, for looking at rows one by one: their signature is asked first, which costs a tenth of
 * comparing sixty pairs and is right about most rows. Never for the words' index, which this hides from PostgreSQL.
 */
export function holdsAll(pairs: readonly string[]): RawBuilder<boolean> {
  const sought = sql`(select evidence_signature(${pairs}::text[]))`
  return sql<boolean>`case when signature & ${sought} = ${sought} then search @> ${pairs}::text[] else false end`
}

/** How common words are where the list stands. */
interface Commonness {
  /** Rows of the archive, as PostgreSQL last counted them. */
  archive: number
  /** So many of them are to be expected to hold the words. */
  expected: number
  /**
   * The pairs, the rarest of the sample first. PostgreSQL compares a row with them one after the other and stops at the
   * first that is missing: 2 µs a row instead of 30 for a long word whose pairs are nearly all common.
   */
  pairs: string[]
}

/** `next` are the next rows of the list, whether they hold the pairs or not. */
export async function commonness(
  tx: Kysely<EvidenceTables>,
  next: Rows<Searched>,
  pairs: readonly string[],
): Promise<Commonness> {
  const rarity = pairs.map((pair) => sql`count(*) filter (where n <= ${RARITY_ROWS} and search @> ${[pair]}::text[])`)
  const { rows } = await along(tx, 'order', () =>
    sql<{ seen: string; matching: string; holding: string[]; archive: number }>`select count(*) as seen,
      (select reltuples from pg_class where oid = 'evidence'::regclass) as archive,
      count(*) filter (where ${holdsAll(pairs)}) as matching, array[${sql.join(rarity)}]::text[] as holding
      from (select search, signature, row_number() over () as n from (${next.limit(SAMPLE_ROWS)}) as sample) as numbered
    `.execute(tx),
  )
  const [told] = rows
  const share = Number(told?.matching ?? 0) / Math.max(1, Number(told?.seen ?? 0))
  // Below zero while PostgreSQL has never counted: an archive that has just begun.
  const archive = Math.max(0, told?.archive ?? 0)
  const holding = pairs.map((pair, at) => ({ pair, rows: Number(told?.holding[at] ?? 0) }))
  return {
    archive,
    expected: share * archive,
    pairs: holding.sort((a, b) => a.rows - b.rows).map(({ pair }) => pair),
  }
}

/** Those of the next rows that hold the pairs, as far as rows are looked at one by one. */
export function amongNext(
  tx: Kysely<EvidenceTables>,
  next: Rows<Placed & Searched>,
  { pairs, direction, limit }: { pairs: readonly string[]; direction: 'asc' | 'desc'; limit: number },
): Promise<Placed[]> {
  const looked = tx.selectFrom(next.limit(LOOK_ROWS).as('looked')).select(['captured_at', 'number'])
  const found = looked.where(holdsAll(pairs)).orderBy('captured_at', direction).orderBy('number', direction)
  return along(tx, 'order', () => found.limit(limit).execute())
}

/** The cheaper way on when among the next rows so few hold the words that they do not fill a page. */
export function wayBeyond(matching: number, archive: number): Way {
  const share = matching / LOOK_ROWS
  return share > 0 && PAGE_ROWS / share <= APART * share * archive ? 'order' : 'words'
}

/** How many of these rows hold the pairs; `capped` when there are more rows than were looked at. */
export async function countAmong(
  tx: Kysely<EvidenceTables>,
  newest: Rows<Searched>,
  pairs: readonly string[],
): Promise<{ value: number; capped: boolean }> {
  const { rows } = await along(tx, 'order', () =>
    sql<{ seen: string; matching: string }>`select count(*) as seen,
      count(*) filter (where ${holdsAll(pairs)}) as matching
      from (${newest.limit(COUNT_LOOK_ROWS + 1)}) as newest`.execute(tx),
  )
  return { value: Number(rows[0]?.matching ?? 0), capped: Number(rows[0]?.seen ?? 0) > COUNT_LOOK_ROWS }
}

async function tell(tx: Kysely<EvidenceTables>, way: Way | null): Promise<void> {
  const switched = (on: boolean) => (on ? 'on' : 'off')
  await sql`select set_config('enable_bitmapscan', ${switched(way !== 'order')}, true),
    set_config('enable_indexscan', ${switched(way !== 'words')}, true),
    set_config('enable_indexonlyscan', ${switched(way !== 'words')}, true),
    set_config('enable_seqscan', ${switched(way === null)}, true),
    set_config('enable_sort', ${switched(way !== 'order')}, true),
    set_config('max_parallel_workers_per_gather', ${way === null ? null : '0'}, true)`.execute(tx)
}
