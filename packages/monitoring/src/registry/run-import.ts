/** Does an import: reads its file, applies what was read, notes what came of it. Killed on the way and begun again, it does the same. */
import { recordAct } from '@mingzheng/identity'
import { type Clock, Failure } from '@mingzheng/kernel'
import type { BlobStore } from '@mingzheng/storage'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { MonitoringTables } from '../register/schema.ts'
import { applyStaged } from './apply-import.ts'
import { applyKeywords } from './apply-keywords.ts'
import { findImport, type ImportRow } from './imports.ts'
import { readSheet, type SheetRow } from './read-sheet.ts'
import { seedRows } from './seeds.ts'
import { type StagedCounts, stageRows } from './stage-rows.ts'

export interface ImportParts {
  readonly db: Kysely<MonitoringTables>
  readonly blobs: Pick<BlobStore, 'open'>
  readonly clock: Clock
  /** Aborted with the reason `cancelled` when somebody asked for that; otherwise it is taken up again. */
  readonly signal: AbortSignal
}

/** Ends where the import has ended. What is wrong with the file is the import's end and no error of the job. */
export async function runImport(parts: ImportParts, id: string): Promise<void> {
  const { db, signal } = parts
  const row = await findImport(db, id)
  if (row === null || !['waiting', 'reading'].includes(row.state)) return
  await db.updateTable('register_import').set({ state: 'reading' }).where('id', '=', id).execute()
  try {
    const counts = await stage(parts, row)
    signal.throwIfAborted()
    await db.transaction().execute((tx) => apply(tx, parts, row, counts))
  } catch (error) {
    if (signal.aborted && signal.reason === 'cancelled') return await endImport(db, parts.clock, id, 'cancelled', null)
    if (error instanceof Failure && error.code === 'sheet-unreadable') {
      return await endImport(db, parts.clock, id, 'failed', error.message)
    }
    throw error
  }
}

async function stage({ db, blobs, signal }: ImportParts, row: ImportRow): Promise<StagedCounts> {
  if (row.format === 'rollback') return stageVersion(db, row)
  const size = Math.max(1, Number(row.bytes))
  let taken = 0
  const onBytes = (bytes: number) => {
    taken += bytes
  }
  return stageRows(db, rowsOf(row, blobs, onBytes), {
    importId: row.id,
    organisationId: row.organisation_id,
    kind: row.kind,
    mapping: row.mapping,
    signal,
    onProgress: async ({ read, bad }) => {
      await db
        .updateTable('register_import')
        .set({ read_rows: read, bad_rows: bad, share: Math.min(1, taken / size) })
        .where('id', '=', row.id)
        .execute()
    },
  })
}

/** What stood on the register at a version, as if it had been read from a file. */
async function stageVersion(db: Kysely<MonitoringTables>, row: ImportRow): Promise<StagedCounts> {
  const version = row.mapping.version ?? 0
  await db.deleteFrom('register_staged').where('import_id', '=', row.id).execute()
  const { rows } = await sql<{ n: string }>`
    with staged as (
      insert into register_staged (import_id, key, line, name, name_key, code, fields, search)
      select ${row.id}, key, 0, name, name_key, code, fields, search from register_entry
      where organisation_id = ${row.organisation_id} and kind = ${row.kind} and since <= ${version}
        and (until is null or until > ${version}) returning 1
    ) select count(*) as n from staged`.execute(db)
  return { read: Number(rows[0]!.n), bad: 0 }
}

function rowsOf(
  { kind, format, blob }: ImportRow,
  blobs: Pick<BlobStore, 'open'>,
  onBytes: (bytes: number) => void,
): AsyncIterable<SheetRow> {
  if (format === 'seed') return seedRows(kind)
  if (format === 'rollback' || blob === null) throw new Failure('sheet-unreadable', 'there is no file')
  return readSheet(format, { open: () => blobs.open(blob), onBytes })
}

async function apply(
  tx: Transaction<MonitoringTables>,
  { clock }: ImportParts,
  row: ImportRow,
  counts: StagedCounts,
): Promise<void> {
  const now = new Date(clock.now())
  const still = await tx
    .selectFrom('register_import')
    .select('state')
    .where('id', '=', row.id)
    .forUpdate()
    .executeTakeFirst()
  // Cancelled in the last moment.
  if (still?.state !== 'reading') return
  const { organisation_id: organisationId, kind, mode } = row
  if (kind === 'keywords') return applyKeywords(tx, clock, row, counts)
  const applied = await applyStaged(tx, { importId: row.id, organisationId, kind, mode, now })
  await tx
    .updateTable('register_import')
    .set({ ...applied, state: 'done', read_rows: counts.read, bad_rows: counts.bad, ended_at: now })
    .where('id', '=', row.id)
    .execute()
  await recordAct(tx, clock, {
    organisationId,
    actor: row.made_by,
    action: 'register.import',
    subject: `${kind} ${applied.version}`,
    detail: `${row.file_name}: +${applied.added} ~${applied.changed} -${applied.ended}, ${counts.bad} bad rows, SHA-256 ${Buffer.from(row.sha256).toString('hex')}`,
  })
}

/** What was read of it and not applied goes. */
export async function endImport(
  db: Kysely<MonitoringTables>,
  clock: Clock,
  id: string,
  state: 'cancelled' | 'failed',
  problem: string | null,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx.deleteFrom('register_staged').where('import_id', '=', id).execute()
    await tx
      .updateTable('register_import')
      .set({ state, problem, ended_at: new Date(clock.now()) })
      .where('id', '=', id)
      .where('state', 'in', ['uploaded', 'waiting', 'reading'])
      .execute()
  })
}
