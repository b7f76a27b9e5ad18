/** Imports of registers: begun with a file, mapped, put to work, followed, cancelled. */
import { type Clock, digest, newId, type Refusal, refuse, utf8 } from '@mingzheng/kernel'
import type { Kysely, Selectable, Transaction } from 'kysely'
import type { RegisterImportTable } from '../register/registry-schema.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { REGISTERS, type RegisterKind } from './kinds.ts'
import type { Mapping } from './mapping.ts'

export type ImportRow = Selectable<RegisterImportTable>
type Tx = Transaction<MonitoringTables>

export interface NewImport {
  readonly organisationId: string
  readonly kind: RegisterKind
  readonly fileName: string
  readonly format: ImportRow['format']
  readonly bytes: number
  readonly sha256: Uint8Array
  readonly blob: string | null
  readonly columns: readonly string[]
  /** The first rows after the heading. */
  readonly sample: readonly (readonly string[])[]
  readonly mapping: Mapping
  readonly madeBy: { readonly userId: string; readonly name: string }
  readonly mode?: ImportRow['mode']
}

export async function addImport(tx: Tx, clock: Clock, one: NewImport): Promise<ImportRow> {
  const now = clock.now()
  return tx
    .insertInto('register_import')
    .values({
      id: newId(now),
      organisation_id: one.organisationId,
      kind: one.kind,
      file_name: one.fileName
        .toWellFormed()
        .replace(/\p{Cc}/gu, '')
        .slice(0, 200),
      format: one.format,
      bytes: one.bytes,
      sha256: Buffer.from(one.sha256),
      blob: one.blob,
      columns: JSON.stringify(one.columns),
      sample: JSON.stringify(one.sample),
      mapping: JSON.stringify(one.mapping),
      mode: one.mode ?? 'merge',
      state: 'uploaded',
      version: null,
      problem: null,
      made_by_id: one.madeBy.userId,
      made_by: one.madeBy.name,
      made_at: new Date(now),
      ended_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function findImport(db: Kysely<MonitoringTables>, id: string): Promise<ImportRow | null> {
  return (await db.selectFrom('register_import').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

/** Newest first. */
export function listImports(db: Kysely<MonitoringTables>, kind: RegisterKind, limit: number): Promise<ImportRow[]> {
  return db
    .selectFrom('register_import')
    .selectAll()
    .where('kind', '=', kind)
    .where('state', '<>', 'uploaded')
    .orderBy('made_at', 'desc')
    .limit(limit)
    .execute()
}

/** What a mapping lacks or holds too much of; `null` when it can be used. */
export function mappingProblem(kind: RegisterKind, columns: number, mapping: Mapping): Refusal | null {
  const { fields } = REGISTERS[kind]
  for (const [name, column] of Object.entries(mapping)) {
    const isKnown = fields.some((field) => field.name === name)
    if (!isKnown || column >= columns) {
      return refuse('mapping-wrong', `${name}: there is no such field or column`, { field: `mapping.${name}` })
    }
  }
  const missing = fields.find(({ name, required }) => required === true && mapping[name] === undefined)
  if (missing === undefined) return null
  return refuse('mapping-wrong', `no column was named for ${missing.name}`, {
    field: `mapping.${missing.name}`,
    remedy: 'name the column that holds it',
  })
}

/** Orders that what stood at a version becomes the next one. `null` for a version that the register has not had. */
export async function orderRollback(
  tx: Tx,
  clock: Clock,
  { organisationId, madeBy }: Pick<NewImport, 'organisationId' | 'madeBy'>,
  { kind, version }: { kind: RegisterKind; version: number },
): Promise<ImportRow | null> {
  const register = await tx.selectFrom('register').select('version').where('kind', '=', kind).executeTakeFirst()
  if (register === undefined || version >= register.version) return null
  const { id } = await addImport(tx, clock, {
    organisationId,
    kind,
    fileName: `${kind} ${version}`,
    format: 'rollback',
    bytes: 0,
    sha256: digest('sha256', utf8(`${kind} ${version}`)),
    blob: null,
    columns: [],
    sample: [],
    mapping: { version },
    madeBy,
    mode: 'replace',
  })
  return tx
    .updateTable('register_import')
    .set({ state: 'waiting' })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Puts an import to work; `null` when there is none. One that was put to work already is refused as `import-ended`. */
export async function orderImport(
  tx: Tx,
  id: string,
  wish: { mapping: Mapping; mode: ImportRow['mode'] },
): Promise<ImportRow | Refusal | null> {
  const row = await tx.selectFrom('register_import').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  if (row === undefined) return null
  if (row.state !== 'uploaded') return refuse('import-ended', `the import is ${row.state}`)
  const wrong = mappingProblem(row.kind, row.columns.length, wish.mapping)
  if (wrong !== null) return wrong
  return tx
    .updateTable('register_import')
    .set({ mapping: JSON.stringify(wish.mapping), mode: wish.mode, state: 'waiting' })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}
