/** The first half of an import: its file is read row by row into `register_staged`; what cannot be read is noted with its line. */
import { type Kysely, sql } from 'kysely'
import type { MonitoringTables } from '../register/schema.ts'
import type { RegisterKind } from './kinds.ts'
import type { Mapping } from './mapping.ts'
import { type RegisterEntry, type RowProblem, readRow } from './read-row.ts'
import type { SheetRow } from './read-sheet.ts'

export interface StagedCounts {
  /** Rows with something in them, without the heading. */
  read: number
  bad: number
}

export interface StageOptions {
  readonly importId: string
  readonly organisationId: string
  readonly kind: RegisterKind
  readonly mapping: Mapping
  readonly signal: AbortSignal
  readonly onProgress: (counts: StagedCounts) => Promise<void>
}

const BATCH = 1000
/** So many bad rows are kept with their reasons; the others are counted. */
export const MOST_PROBLEMS = 100_000

type Db = Kysely<MonitoringTables>

/** Reads all rows but the first, which holds the headings. The same file anew leaves the same rows. */
export async function stageRows(db: Db, rows: AsyncIterable<SheetRow>, options: StageOptions): Promise<StagedCounts> {
  const { importId, kind, mapping, signal, onProgress } = options
  await db.deleteFrom('register_staged').where('import_id', '=', importId).execute()
  await db.deleteFrom('register_problem').where('import_id', '=', importId).execute()
  const counts: StagedCounts = { read: 0, bad: 0 }
  const state = { kept: 0, problems: [] as { line: number; problem: RowProblem }[] }
  let good = new Map<string, { line: number; entry: RegisterEntry }>()
  const flush = async () => {
    signal.throwIfAborted()
    for (const { key, line } of await stage(db, importId, good))
      note(line, [{ field: 'key', code: 'duplicate', value: key }])
    await keepProblems(db, options, state)
    good = new Map()
    await onProgress(counts)
  }
  const note = (line: number, found: readonly RowProblem[]) => {
    counts.bad++
    for (const problem of found)
      state.problems.push({ line, problem: { ...problem, value: problem.value.slice(0, 200) } })
  }
  let isFirst = true
  for await (const { line, cells } of rows) {
    if (isFirst) {
      isFirst = false
      continue
    }
    const entry = readRow(kind, mapping, cells)
    if (entry === null) continue
    counts.read++
    if (!('key' in entry)) note(line, entry)
    else if (good.has(entry.key)) note(line, [{ field: 'key', code: 'duplicate', value: entry.key }])
    else good.set(entry.key, { line, entry })
    if (good.size >= BATCH || state.problems.length >= BATCH) await flush()
  }
  await flush()
  return counts
}

/** Of two rows with the same key the first counts; the others are given back. */
async function stage(
  db: Db,
  importId: string,
  good: ReadonlyMap<string, { line: number; entry: RegisterEntry }>,
): Promise<{ key: string; line: number }[]> {
  if (good.size === 0) return []
  const rows = [...good.values()]
  const { rows: kept } = await sql<{ key: string }>`
    insert into register_staged (import_id, key, line, name, name_key, code, fields, search)
    select ${importId}, key, line, name, name_key, code, fields::jsonb, string_to_array(search, ' ')
    from unnest(${rows.map(({ entry }) => entry.key)}::text[], ${rows.map(({ line }) => line)}::int[],
      ${rows.map(({ entry }) => entry.name)}::text[], ${rows.map(({ entry }) => entry.nameKey)}::text[],
      ${rows.map(({ entry }) => entry.code)}::text[], ${rows.map(({ entry }) => JSON.stringify(entry.fields))}::text[],
      ${rows.map(({ entry }) => entry.search.join(' '))}::text[]) as r(key, line, name, name_key, code, fields, search)
    on conflict (import_id, key) do nothing returning key`.execute(db)
  if (kept.length === rows.length) return []
  const staged = new Set(kept.map(({ key }) => key))
  return rows.filter(({ entry }) => !staged.has(entry.key)).map(({ entry, line }) => ({ key: entry.key, line }))
}

async function keepProblems(
  db: Db,
  { importId, organisationId }: StageOptions,
  state: { kept: number; problems: { line: number; problem: RowProblem }[] },
): Promise<void> {
  const room = state.problems.slice(0, Math.max(0, MOST_PROBLEMS - state.kept))
  state.kept += room.length
  state.problems = []
  if (room.length === 0) return
  await db
    .insertInto('register_problem')
    .values(
      room.map(({ line, problem }) => ({ import_id: importId, organisation_id: organisationId, line, ...problem })),
    )
    .onConflict((on) => on.doNothing())
    .execute()
}
