/**
 * Which way PostgreSQL goes for words. Its statistics know little of rare pairs of characters, and a wrong guess costs
 * seconds: a rare word must go through the words' index, a common one along the order of the list. So it is found out,
 * by looking up a bounded number of matches, and the plan is told.
 */
import { type Kysely, sql } from 'kysely'
import type { EvidenceTables } from './schema.ts'

export interface WordPlan {
  /** Runs the query of a page in the way that fits how common the words are. */
  page<T>(work: () => Promise<T>): Promise<T>
}

/** Up to so many matches are sorted whole, which takes a few milliseconds. */
const RARE = 2000

async function go(tx: Kysely<EvidenceTables>, way: 'words' | 'order'): Promise<void> {
  const [words, order] = way === 'words' ? ['on', 'off'] : ['off', 'on']
  await sql`select set_config('enable_bitmapscan', ${words}, true), set_config('enable_indexscan', ${order}, true),
    set_config('enable_indexonlyscan', ${order}, true), set_config('enable_seqscan', 'off', true)`.execute(tx)
}

/** Plans for these pairs of characters; `tx` is a transaction on the system's side and keeps the settings to itself. */
export async function planWords(tx: Kysely<EvidenceTables>, pairs: readonly string[]): Promise<WordPlan> {
  await go(tx, 'words')
  const { rows } = await sql<{ n: string }>`select count(*) as n from
    (select 1 from evidence where search @> ${pairs}::text[] limit ${RARE + 1}) as matching`.execute(tx)
  const rare = Number(rows[0]?.n ?? 0) <= RARE
  return {
    async page(work) {
      if (rare) return work()
      await go(tx, 'order')
      try {
        return await work()
      } finally {
        await go(tx, 'words')
      }
    },
  }
}
