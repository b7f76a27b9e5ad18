/**
 * Which way PostgreSQL goes for the list. Its statistics take row security for far more selective than it is, and know
 * little of pairs of characters; a wrong guess costs seconds. So the way is told: along an index in the order of the list,
 * or through the index of words. Which is better for words is found out by how many of the next rows hold them.
 */
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { EvidenceTables } from './schema.ts'

/** `order`: rows in the order of the list, until enough match. `words`: all rows that hold the words, then sorted. */
export type Way = 'order' | 'words'

/** So many of the next rows are looked at, and so many of them for how rare each pair is. */
export const SAMPLE_ROWS = 1000
const RARITY_ROWS = 100
/**
 * Along the order a page of so many rows costs `PAGE_ROWS / share` rows, through the words `share * rows`, each of which
 * costs some three times as much, because they lie apart and are sorted. The cheaper way grows with the root of the archive
 * where words are rarest, and not at all where they are common.
 */
const PAGE_ROWS = 50
const APART = 3
/** Every row that holds the words has to be read to count it; beyond so many, the words say too little to count on. */
export const WORDS_COUNT_CAP = 1000
/** Where more than the cap are expected, so many of the newest rows are looked at, and what they hold is "at least". */
const COUNT_LOOK_ROWS = 2000

/** Runs a query of `tx`, which is a transaction and keeps the settings to itself. */
export async function along<T>(tx: Kysely<EvidenceTables>, way: Way, work: () => Promise<T>): Promise<T> {
  await tell(tx, way)
  const found = await work()
  // Not after a failure: the transaction is over then, and its settings with it.
  await tell(tx, null)
  return found
}

export interface WayForWords {
  page: Way
  /** `words`: counted, up to the cap. `order`: more are expected than the cap, and the newest rows alone are looked at. */
  count: Way
  /**
   * The pairs, the rarest of the sample first. PostgreSQL compares a row with them one after the other and stops at the
   * first that is missing: 2 µs a row instead of 30 for a long word whose pairs are nearly all common.
   */
  pairs: string[]
}

/** The ways for rows that hold these pairs of characters; `sample` are the next rows, whether they hold them or not. */
export async function waysForWords(
  tx: Kysely<EvidenceTables>,
  sample: SelectQueryBuilder<EvidenceTables, 'evidence', { search: string[] }>,
  pairs: readonly string[],
): Promise<WayForWords> {
  const rarity = pairs.map((pair) => sql`count(*) filter (where n <= ${RARITY_ROWS} and search @> ${[pair]}::text[])`)
  const { rows } = await along(tx, 'order', () =>
    sql<{ seen: string; matching: string; holding: string[]; archive: number }>`select count(*) as seen,
      (select reltuples from pg_class where oid = 'evidence'::regclass) as archive,
      count(*) filter (where search @> ${pairs}::text[]) as matching, array[${sql.join(rarity)}]::text[] as holding
      from (select search, row_number() over () as n from ${sample} as sample) as numbered`.execute(tx),
  )
  const [told] = rows
  const share = Number(told?.matching ?? 0) / Math.max(1, Number(told?.seen ?? 0))
  // Below zero while PostgreSQL has never counted: an archive that has just begun.
  const archive = Math.max(SAMPLE_ROWS, told?.archive ?? 0)
  const holding = pairs.map((pair, at) => ({ pair, rows: Number(told?.holding[at] ?? 0) }))
  return {
    page: share > 0 && PAGE_ROWS / share <= APART * share * archive ? 'order' : 'words',
    count: share * archive > WORDS_COUNT_CAP ? 'order' : 'words',
    pairs: holding.sort((a, b) => a.rows - b.rows).map(({ pair }) => pair),
  }
}

/** How many of these rows hold the pairs; `capped` when there are more rows than were looked at. */
export async function countAmong(
  tx: Kysely<EvidenceTables>,
  newest: SelectQueryBuilder<EvidenceTables, 'evidence', { search: string[] }>,
  pairs: readonly string[],
): Promise<{ value: number; capped: boolean }> {
  const { rows } = await sql<{ seen: string; matching: string }>`select count(*) as seen,
    count(*) filter (where search @> ${pairs}::text[]) as matching
    from (${newest.limit(COUNT_LOOK_ROWS + 1)}) as newest`.execute(tx)
  return { value: Number(rows[0]?.matching ?? 0), capped: Number(rows[0]?.seen ?? 0) > COUNT_LOOK_ROWS }
}

async function tell(tx: Kysely<EvidenceTables>, way: Way | null): Promise<void> {
  const switched = (on: boolean) => (on ? 'on' : 'off')
  await sql`select set_config('enable_bitmapscan', ${switched(way !== 'order')}, true),
    set_config('enable_indexscan', ${switched(way !== 'words')}, true),
    set_config('enable_indexonlyscan', ${switched(way !== 'words')}, true),
    set_config('enable_seqscan', ${switched(way === null)}, true),
    set_config('enable_sort', ${switched(way !== 'order')}, true)`.execute(tx)
}
