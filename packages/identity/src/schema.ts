/** Tables of identity, as Kysely sees them. */
import type { ColumnType, Generated } from 'kysely'
import type { Permission } from './permission/permission.ts'
import type { Role } from './permission/role.ts'

type Time = ColumnType<Date, Date, Date>
type MaybeTime = ColumnType<Date | null, Date | null, Date | null>
type Json<T> = ColumnType<T, string, string>

export interface OrganisationTable {
  id: string
  name: string
  name_en: string
  province: string
  demo: boolean
  created_at: Time
}

export interface UnitTable {
  id: string
  organisation_id: string
  parent_id: string | null
  name: string
}

export interface PersonTable {
  id: string
  organisation_id: string
  unit_id: string | null
  username: string
  name: string
  state: 'active' | 'disabled'
  roles: Role[]
  created_at: Time
  last_sign_in_at: MaybeTime
}

export interface OfficerTable {
  id: string
  organisation_id: string
  unit_id: string | null
  user_id: string
  name: string
  card_number: string
}

export interface PasswordTable {
  user_id: string
  organisation_id: string
  hash: string
  must_change: boolean
  changed_at: Time
}

export interface TotpTable {
  user_id: string
  organisation_id: string
  /** AES-256-GCM under a key of the instance. */
  secret: Buffer
  last_step: ColumnType<string, number, number>
  confirmed_at: Time
}

export interface PasskeyTable {
  id: string
  user_id: string
  organisation_id: string
  name: string
  public_key: Buffer
  counter: ColumnType<string, number, number>
  transports: string[]
  created_at: Time
  last_used_at: MaybeTime
}

export interface SessionTable {
  token_hash: Buffer
  user_id: string
  organisation_id: string
  created_at: Time
  seen_at: Time
  expires_at: Time
  second_factor: boolean
  address: string | null
}

export interface TicketTable {
  token_hash: Buffer
  purpose: 'second-factor' | 'passkey-sign-in' | 'totp-setup' | 'passkey-setup'
  user_id: string | null
  data: Json<unknown>
  expires_at: Time
}

export interface ThrottleTable {
  key: string
  failures: number
  blocked_until: MaybeTime
  last_at: Time
}

export interface ApiKeyTable {
  id: string
  organisation_id: string
  name: string
  prefix: string
  secret_hash: Buffer
  permissions: Permission[]
  created_at: Time
  created_by: string
  expires_at: MaybeTime
  last_used_at: MaybeTime
  revoked_at: MaybeTime
}

export interface AuditTable {
  seq: Generated<string>
  id: string
  organisation_id: string
  at: Time
  actor: string
  action: string
  subject: string
  detail: string
  address: string | null
  /** Canonical JSON of the event: the bytes that the chain and the ledger speak of. */
  record: string
  previous: Buffer
  hash: Buffer
  salt_sha256: Buffer
  salt_sm3: Buffer
  ledger_index: ColumnType<string | null, number | null, number | null>
}

/** The end of each organisation's chain. */
export interface AuditHeadTable {
  organisation_id: string
  hash: Buffer
  events: string
}

export interface IdentityTables {
  organisation: OrganisationTable
  unit: UnitTable
  person: PersonTable
  officer: OfficerTable
  credential_password: PasswordTable
  credential_totp: TotpTable
  credential_passkey: PasskeyTable
  session: SessionTable
  sign_in_ticket: TicketTable
  sign_in_throttle: ThrottleTable
  api_key: ApiKeyTable
  audit_event: AuditTable
  audit_head: AuditHeadTable
}
