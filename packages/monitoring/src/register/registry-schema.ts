/** Tables of registers and settings, as Kysely sees them. */
import type { ColumnType, Generated } from 'kysely'
import type { ShapeHash } from '../picture/shape-hash.ts'
import type { RegisterKind } from '../registry/kinds.ts'
import type { Fields } from '../registry/read-row.ts'
import type { SettingsContent } from '../settings/content.ts'
import type { PreviewResult } from '../settings/preview-result.ts'

type Json<T> = ColumnType<T, string, string>
type Time = ColumnType<Date, Date, Date>
type TimeOrNone = ColumnType<Date | null, Date | null, Date | null>
type Bytea = ColumnType<Uint8Array, Uint8Array, Uint8Array>

export interface RegisterTable {
  organisation_id: string
  kind: RegisterKind
  version: number
  entries: number
  /** Whether it names all there are, so that who is not on it is known not to be one. */
  whole: boolean
  changed_at: Time
}

export interface RegisterEntryTable {
  organisation_id: string
  kind: RegisterKind
  key: string
  since: number
  until: number | null
  name: string
  name_key: string
  code: string | null
  fields: Json<Fields>
  search: string[]
}

export type ImportState = 'uploaded' | 'waiting' | 'reading' | 'done' | 'cancelled' | 'failed'

export interface RegisterImportTable {
  id: string
  organisation_id: string
  kind: RegisterKind
  file_name: string
  format: 'csv' | 'xlsx' | 'seed' | 'rollback'
  bytes: ColumnType<string, number, number>
  sha256: Bytea
  blob: string | null
  columns: Json<string[]>
  sample: Json<string[][]>
  /** Column by field. */
  mapping: Json<{ [field: string]: number }>
  mode: 'merge' | 'replace'
  state: ImportState
  /** How much of the file was read, 0 to 1. */
  share: Generated<number>
  read_rows: Generated<number>
  bad_rows: Generated<number>
  added: Generated<number>
  changed: Generated<number>
  ended: Generated<number>
  same: Generated<number>
  version: number | null
  problem: string | null
  made_by_id: string
  made_by: string
  made_at: Time
  ended_at: TimeOrNone
}

export interface RegisterStagedTable {
  import_id: string
  key: string
  line: number
  name: string
  name_key: string
  code: string | null
  fields: Json<Fields>
  search: string[]
}

export interface RegisterProblemTable {
  import_id: string
  organisation_id: string
  line: number
  field: string
  code: string
  value: string
}

export type SettingState = 'proposed' | 'active' | 'past' | 'rejected' | 'withdrawn'

export interface SettingVersionTable {
  organisation_id: string
  version: number
  state: SettingState
  based_on: number
  content: Json<SettingsContent>
  sha256: Bytea
  note: string
  author_id: string
  author: string
  made_at: Time
  decided_by: string | null
  decided_at: TimeOrNone
  decision_note: string | null
}

export interface SettingPreviewTable {
  id: string
  organisation_id: string
  state: 'waiting' | 'running' | 'done' | 'cancelled' | 'failed'
  based_on: number
  content: Json<SettingsContent>
  sha256: Bytea
  /** Listings that there are. */
  total: Generated<number>
  examined: Generated<number>
  listings: Generated<number>
  result: ColumnType<PreviewResult | null, string | null, string | null>
  problem: string | null
  made_by: string
  made_at: Time
  ended_at: TimeOrNone
}

/** A picture of a brand's logo, and what it is known by. */
export interface BrandLogoTable {
  id: string
  organisation_id: string
  /** Key of the brand on its register. */
  brand_key: string
  sha256: Bytea
  media_type: 'image/png' | 'image/jpeg'
  hash_version: number
  shapes: Json<ShapeHash[]>
  made_by: string
  made_at: Time
  /** Since then it stands for nothing; kept, since leads show it. */
  ended_at: TimeOrNone
}

export interface RegistryTables {
  brand_logo: BrandLogoTable
  register: RegisterTable
  register_entry: RegisterEntryTable
  register_import: RegisterImportTable
  register_staged: RegisterStagedTable
  register_problem: RegisterProblemTable
  setting_version: SettingVersionTable
  setting_preview: SettingPreviewTable
}
