/** Months of the tables that grow with time. */
import { type Kysely, sql } from 'kysely'

const TABLES = ['snapshot', 'listing_fact', 'finding'] as const
/** PostgreSQL advisory lock: two programs that start at the same moment make a month once. */
const LOCK = 7_324_001

/**
 * Sees to it that this month and the next have their partitions. What a month without one brings goes to `..._rest`, and is moved
 * when the month is made.
 */
export async function ensureMonths<Schema>(db: Kysely<Schema>, now: number): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx)
    for (const ahead of [0, 1]) {
      const [from, until] = [monthStart(now, ahead), monthStart(now, ahead + 1)]
      for (const table of TABLES) {
        const name = `${table}_${from.slice(0, 7).replace('-', '_')}`
        const there = await sql<{ there: boolean }>`select to_regclass(${name}) is not null as there`.execute(tx)
        if (there.rows[0]!.there) continue
        const [part, whole, rest] = [sql.table(name), sql.table(table), sql.table(`${table}_rest`)]
        await sql`create table ${part} (like ${whole} including defaults including constraints)`.execute(tx)
        await sql`with moved as (delete from ${rest} where at >= ${sql.lit(from)} and at < ${sql.lit(until)} returning *)
          insert into ${part} select * from moved`.execute(tx)
        await sql`alter table ${whole} attach partition ${part} for values from (${sql.lit(from)}) to (${sql.lit(until)})`.execute(
          tx,
        )
      }
    }
  })
}

/** The first moment of a month in UTC, so many months ahead. */
function monthStart(now: number, ahead: number): string {
  const date = new Date(now)
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead, 1)).toISOString()
}
