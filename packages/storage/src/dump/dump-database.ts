/** Writes every row of the platform's tables into a file, as of one instant. Needs no program beside the server. */
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Kysely, sql, type Transaction } from 'kysely'
import { type DumpHead, endLine, rowLine } from './dump-format.ts'

const ROWS_AT_ONCE = 1000

/**
 * Dumps the schema `public` into a new file (mode 0600), synced. Queued jobs are left out: the rows that they are about say
 * what is unfinished. The database may be at work meanwhile. Answers the number of rows.
 */
export async function dumpDatabase<Schema>(db: Kysely<Schema>, file: string): Promise<number> {
  let rows = 0
  await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const head = await describe(tx)
      const lines = async function* () {
        yield `${JSON.stringify(head)}\n`
        for (const [place, table] of head.tables.entries()) {
          for await (const row of rowsOf(tx, table)) {
            rows += 1
            yield rowLine(place, row)
          }
        }
        yield endLine(rows)
      }
      await pipeline(Readable.from(lines()), createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }))
    })
  return rows
}

async function describe<Schema>(tx: Transaction<Schema>): Promise<DumpHead> {
  const steps = await sql<{ name: string }>`select name from migration order by name`.execute(tx)
  const tables = await sql<DumpHead['tables'][number]>`
    select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and a.attgenerated = '' and c.relname not in ('migration', 'migration_lock')
    group by c.relname order by c.relname`.execute(tx)
  const sequences = await sql<{ name: string; next: string }>`
    select sequencename::text as name, coalesce(last_value + increment_by, start_value)::text as next
    from pg_sequences where schemaname = 'public' order by sequencename`.execute(tx)
  return { version: 1, steps: steps.rows.map((step) => step.name), tables: tables.rows, sequences: sequences.rows }
}

async function* rowsOf<Schema>(tx: Transaction<Schema>, table: DumpHead['tables'][number]): AsyncGenerator<string> {
  const columns = sql.join(table.columns.map((column) => sql.id(column)))
  await sql`declare dump no scroll cursor for
    select row(${columns})::text as row from ${sql.id('public', table.name)}`.execute(tx)
  for (;;) {
    const { rows } = await sql<{ row: string }>`fetch ${sql.lit(ROWS_AT_ONCE)} from dump`.execute(tx)
    if (rows.length === 0) break
    for (const { row } of rows) yield row
  }
  await sql`close dump`.execute(tx)
}
