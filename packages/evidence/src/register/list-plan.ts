/**
 * Which way PostgreSQL goes for the list. Its statistics take row security for far more selective than it is, and know
 * little of pairs of characters; a wrong guess costs seconds. So the way is told: along an index in the order of the list,
 * or through the index of words. Which is better for words is found out by how many of the next rows hold them.
 */
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { EvidenceTables } from './schema.ts'

/** `order`: rows in the order of the list, until enough match. `words`: all rows that hold the words, then sorted. */
export type Way = 'order' | 'words'

/** So many of the next rows are looked at. Comparing a row's pairs with those of a long word takes some 30 µs. */
export const SAMPLE_ROWS = 1000
/** From this share on the order fills a page of some fifty rows within the sample; below, matches are few enough to sort. */
const FILLS_PAGE = 0.01
/** From this share on the count ends sooner along the order than by intersecting the words' lists. */
const FILLS_COUNT = 0.2
/** Words that stand in so many rows say nothing: beyond this nobody counts them. */
export const COMMON_COUNT_CAP = 1000

/** Runs a query of `tx`, which is a transaction and keeps the settings to itself. */
export async function along<T>(tx: Kysely<EvidenceTables>, way: Way, work: () => Promise<T>): Promise<T> {
  await tell(tx, way)
  const found = await work()
  // Not after a failure: the transaction is over then, and its settings with it.
  await tell(tx, null)
  return found
}

/** The ways for rows that hold these pairs of characters; `sample` are the next rows, whether they hold them or not. */
export async function waysForWords(
  tx: Kysely<EvidenceTables>,
  sample: SelectQueryBuilder<EvidenceTables, 'evidence', { search: string[] }>,
  pairs: readonly string[],
): Promise<{ page: Way; count: Way }> {
  const { rows } = await along(tx, 'order', () =>
    sql<{ seen: string; matching: string }>`select count(*) as seen, count(*) filter (where search @> ${pairs}::text[])
      as matching from ${sample} as sample`.execute(tx),
  )
  const share = Number(rows[0]?.matching ?? 0) / Math.max(1, Number(rows[0]?.seen ?? 0))
  return { page: share >= FILLS_PAGE ? 'order' : 'words', count: share >= FILLS_COUNT ? 'order' : 'words' }
}

async function tell(tx: Kysely<EvidenceTables>, way: Way | null): Promise<void> {
  const switched = (on: boolean) => (on ? 'on' : 'off')
  await sql`select set_config('enable_bitmapscan', ${switched(way !== 'order')}, true),
    set_config('enable_indexscan', ${switched(way !== 'words')}, true),
    set_config('enable_indexonlyscan', ${switched(way !== 'words')}, true),
    set_config('enable_seqscan', ${switched(way === null)}, true),
    set_config('enable_sort', ${switched(way !== 'order')}, true)`.execute(tx)
}
