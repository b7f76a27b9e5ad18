/** Fills an empty database from a dump: the schema as it then was, then the rows, all of them or none. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { type Kysely, sql, type Transaction } from 'kysely'
import { type MigrationSet, migrate } from '../migrate.ts'
import { storageFailure } from '../storage-failure.ts'
import { type DumpHead, dumpMalformed, endLine, readDumpHead, readRowLine } from './dump-format.ts'

const ROWS_AT_ONCE = 500
const BYTES_AT_ONCE = 4 << 20

/**
 * Loads a dump. Takes only the steps that the dump had; the next start takes the newer ones. Throws `database-not-empty`,
 * `dump-malformed`, and `migration-changed` for a dump of a newer release. Answers the number of rows.
 */
export async function loadDatabase<Schema>(db: Kysely<Schema>, file: string, ...sets: MigrationSet[]): Promise<number> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
  try {
    const reader = lines[Symbol.asyncIterator]()
    const first = await reader.next()
    const head = readDumpHead(first.done ? '' : first.value)
    await refuseUsed(db)
    await migrate(db, stepsOf(head, sets))
    return await db.transaction().execute(async (tx) => {
      const restoreKeys = await standAside(tx, head)
      const rows = await loadRows(tx, head, reader)
      for (const { name, next } of head.sequences) {
        await sql`select setval(${`public.${quoted(name)}`}::regclass, ${next}::bigint, false)`.execute(tx)
      }
      await restoreKeys()
      return rows
    })
  } finally {
    lines.close()
  }
}

function stepsOf(head: DumpHead, sets: MigrationSet[]): MigrationSet {
  const known = Object.assign({}, ...sets) as MigrationSet
  const foreign = head.steps.filter((step) => known[step] === undefined)
  if (foreign.length > 0) {
    throw storageFailure('migration-changed', `the dump has steps this release does not know: ${foreign.join(', ')}`, {
      remedy: 'the backup was made by a newer release: restore it with that release',
    })
  }
  return Object.fromEntries(head.steps.map((step) => [step, known[step]!]))
}

async function refuseUsed<Schema>(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public' limit 1`.execute(db)
  if (rows.length === 0) return
  throw storageFailure('database-not-empty', `the database already holds tables (${rows[0]!.name})`, {
    field: 'DATABASE_URL',
    remedy: 'name an empty database: a restore overwrites nothing',
  })
}

/** Takes foreign keys and triggers away for the time of loading, and rows that steps put in; answers how they come back. */
async function standAside<Schema>(tx: Transaction<Schema>, head: DumpHead): Promise<() => Promise<void>> {
  const run = (text: string) => sql.raw(text).execute(tx)
  const keys = await sql<{ table: string; name: string; definition: string }>`
    select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace and conparentid = 0`.execute(tx)
  const tables = head.tables.map(({ name }) => `public.${quoted(name)}`)
  for (const { table, name } of keys.rows) await run(`alter table ${table} drop constraint ${name}`)
  for (const table of tables) await run(`alter table ${table} disable trigger user`)
  if (tables.length > 0) await run(`truncate ${tables.join(', ')}`)
  return async () => {
    for (const table of tables) await run(`alter table ${table} enable trigger user`)
    for (const { table, name, definition } of keys.rows) {
      await run(`alter table ${table} add constraint ${name} ${definition}`)
    }
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

async function loadRows<Schema>(
  tx: Transaction<Schema>,
  head: DumpHead,
  reader: AsyncIterator<string>,
): Promise<number> {
  let rows = 0
  let place = -1
  let batch: string[] = []
  let bytes = 0
  const flush = async () => {
    if (batch.length > 0) await insert(tx, head.tables[place]!, batch)
    batch = []
    bytes = 0
  }
  for (;;) {
    const { value: line, done } = await reader.next()
    if (done) throw dumpMalformed('its end is missing')
    if (line.startsWith('end ')) {
      await flush()
      if (`${line}\n` !== endLine(rows) || !(await reader.next()).done) throw dumpMalformed('its end is wrong')
      return rows
    }
    const { table, row } = readRowLine(line)
    if (head.tables[table] === undefined || table < place) throw dumpMalformed('a row belongs to no table')
    if (table !== place) {
      await flush()
      place = table
      await describeRow(tx, head.tables[table])
    }
    batch.push(row)
    bytes += row.length
    rows += 1
    if (batch.length >= ROWS_AT_ONCE || bytes >= BYTES_AT_ONCE) await flush()
  }
}

type Table = DumpHead['tables'][number]
const columnsOf = ({ columns }: Table) => sql.join(columns.map((column) => sql.id(column)))

/** A type of the columns in the order of the dump: a column may stand elsewhere in a table that was changed. */
async function describeRow<Schema>(tx: Transaction<Schema>, table: Table): Promise<void> {
  await sql`drop table if exists pg_temp.dump_row`.execute(tx)
  await sql`create temporary table dump_row on commit drop as
    select ${columnsOf(table)} from ${sql.id('public', table.name)} with no data`.execute(tx)
}

async function insert<Schema>(tx: Transaction<Schema>, table: Table, rows: string[]): Promise<void> {
  // `offset 0` keeps the planner from reading each row anew for each of its columns.
  await sql`
    insert into ${sql.id('public', table.name)} (${columnsOf(table)}) overriding system value
    select (r).* from (select line::pg_temp.dump_row as r from unnest(${rows}::text[]) as line offset 0) as read`.execute(
    tx,
  )
}
