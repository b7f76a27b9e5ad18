/** Tables of monitoring, as Kysely sees them. */
import type { ColumnType, Generated } from 'kysely'
import type { SumKind } from '../desk/sums.ts'
import type { Facts } from '../fact/facts.ts'
import type { Planted, ProbeTables } from '../probe/schema.ts'
import type { Decision, FieldSpan } from '../recognition/finding.ts'
import type { RuleTables } from '../rule/schema.ts'
import type { Outcome } from '../source/outcome.ts'
import type { StatementKind } from '../statement/commit.ts'
import type { SubmissionTables } from '../submission/schema.ts'
import type { TaskState, WatchSpec } from '../task/spec.ts'
import type { RegistryTables } from './registry-schema.ts'

type Json<T> = ColumnType<T, string, string>
type Time = ColumnType<Date, Date, Date>
type Big = ColumnType<string, number, number>
type Bytea = ColumnType<Uint8Array, Uint8Array, Uint8Array>

/** `opinion`: a feed of what is said in public. */
export type AddressKind = 'page' | 'sitemap' | 'feed' | 'json' | 'opinion'
export interface PlatformEntry {
  kind: AddressKind
  url: string
}

export interface WatchPlatformTable {
  id: string
  organisation_id: string
  name: string
  entries: Json<PlatformEntry[]>
  demo: boolean
  created_at: Time
  /** The task under which what is handed in is judged. */
  intake_task_id: Generated<string | null>
}

export interface WatchTaskTable {
  id: string
  organisation_id: string
  name: string
  state: TaskState
  version: number
  spec: Json<WatchSpec>
  created_by: string
  created_at: Time
  changed_at: Time
}

export interface WatchTaskVersionTable {
  task_id: string
  version: number
  organisation_id: string
  name: string
  state: TaskState
  spec: Json<WatchSpec>
  note: string
  made_by: string
  made_at: Time
}

/** `decoy`: it shows crawlers other listings than readers. */
export type HostState = 'ok' | 'slow' | 'blocked' | 'captcha' | 'unreachable' | 'decoy'

export interface WatchHostTable {
  id: Generated<string>
  organisation_id: string
  origin: string
  state: HostState
  reason: string
  next_at: Time
  /** Refusals in a row. */
  refused: number
  robots: string | null
  robots_at: ColumnType<Date | null, Date | null, Date | null>
  changed_at: Time
}

export interface WatchAddressTable {
  id: Generated<string>
  task_id: string
  organisation_id: string
  platform_id: string
  host_id: string
  url: string
  url_key: Bytea
  kind: AddressKind
  depth: number
  /** When it is fetched next; while it is claimed, when the claim is void. */
  due_at: Time
  claimed_by: string | null
  claim: string | null
  failures: number
  fetched_at: ColumnType<Date | null, Date | null, Date | null>
  outcome: Outcome | null
  etag: string | null
  modified: string | null
  body_sha256: ColumnType<Uint8Array | null, Uint8Array | null, Uint8Array | null>
  facts_sha256: ColumnType<Uint8Array | null, Uint8Array | null, Uint8Array | null>
  /** The set of models that has seen the facts. */
  examined: string | null
  planted: Planted
}

export interface WatchWorkerTable {
  id: string
  machine: string
  started_at: Time
  seen_at: Time
  pages: Big
}

export interface WatchCountTable {
  task_id: string
  organisation_id: string
  platform_id: string
  hour: Time
  counts: Json<{ [name: string]: number }>
}

export interface WatchSumTable {
  organisation_id: string
  kind: SumKind
  day: ColumnType<Date, string, string>
  key: string
  n: Big
}

export interface SnapshotBodyTable {
  sha256: Bytea
  sm3: Bytea
  bytes: number
  pack: string
  place: number
  packed: number
}

/** What a fetch changed: `same-bytes` costs a row alone; `lost`: facts that were read before are read no more. */
export type Change = 'none' | 'new' | 'same-bytes' | 'same-facts' | 'changed' | 'lost'

export interface SnapshotTable {
  id: string
  at: Time
  organisation_id: string
  task_id: string
  task_version: number
  platform_id: string
  address_id: string
  url: string
  final_url: string
  outcome: Outcome
  detail: string
  status: number | null
  media_type: string | null
  charset: string | null
  body_sha256: ColumnType<Uint8Array | null, Uint8Array | null, Uint8Array | null>
  change: Change
  fetch_ms: number
  planted: Planted
}

export interface ShopTable {
  id: string
  organisation_id: string
  platform_id: string
  name: string
  operator: string | null
  licence: string | null
  region: string | null
  first_at: Time
  last_at: Time
  planted: Planted
}

export interface ListingTable {
  id: string
  organisation_id: string
  platform_id: string
  key: string
  url: string
  title: string
  shop_id: string | null
  brand: string | null
  category: string | null
  price: string | null
  facts: Json<Facts>
  facts_sha256: Bytea
  snapshot_id: string
  first_at: Time
  changed_at: Time
  planted: Planted
}

export interface ListingFactTable {
  at: Time
  listing_id: string
  organisation_id: string
  snapshot_id: string
  price: string | null
  original_price: string | null
  facts: Json<Facts>
}

export interface FindingTable {
  id: string
  at: Time
  organisation_id: string
  task_id: string
  platform_id: string
  listing_id: string
  shop_id: string | null
  lead_id: string | null
  behaviour: string
  article: string
  score: number
  decision: Decision
  span: ColumnType<FieldSpan | null, string, string>
  reason: string
  model: string
  model_version: number
  title: string
  url: string
  snapshot_id: string
  snapshot_at: Time
  /** Version of the organisation's settings; 0 as shipped. */
  settings_version: Generated<number>
  planted: Planted
}

export type LeadState = 'new' | 'dismissed' | 'handed-over'

export interface LeadTable {
  id: string
  organisation_id: string
  /** Digest of what is suspected of whom: a second finding of the same is the same lead. */
  key: Bytea
  state: LeadState
  behaviour: string
  article: string
  score: number
  reason: string
  title: string
  url: string
  platform_id: string
  listing_id: string
  shop_id: string | null
  shop_name: string | null
  region: string | null
  /** Digest of what exactly was found: another one after a dismissal is looked at anew. */
  mark: Bytea
  finding_id: string
  finding_at: Time
  first_at: Time
  last_at: Time
  seen: number
  demo: boolean
  dismissed_for: string | null
  ledger_index: ColumnType<string | null, number | null, number | null>
  ledger_time: ColumnType<Date | null, Date | null, Date | null>
  search: string[]
  planted: Planted
}

export interface LeadEventTable {
  id: Generated<string>
  lead_id: string
  organisation_id: string
  at: Time
  kind: 'found' | 'found-again' | 'dismissed' | 'reopened' | 'handed-over' | 'capture' | 'fixed'
  actor: string | null
  detail: string
}

export interface WatchFixingTable {
  item_id: Bytea
  organisation_id: string
  kind: StatementKind
  subject_id: string
  lead_id: string | null
  /** Canonical JSON. */
  statement: string
  salt_sha256: Bytea
  salt_sm3: Bytea
  created_at: Time
  ledger_index: ColumnType<string | null, number | null, number | null>
  ledger_time: ColumnType<Date | null, Date | null, Date | null>
  problem: string | null
  planted: Planted
}

export interface MonitoringTables extends RegistryTables, ProbeTables, SubmissionTables, RuleTables {
  watch_platform: WatchPlatformTable
  watch_task: WatchTaskTable
  watch_task_version: WatchTaskVersionTable
  watch_host: WatchHostTable
  watch_address: WatchAddressTable
  watch_worker: WatchWorkerTable
  watch_count: WatchCountTable
  watch_sum: WatchSumTable
  snapshot_body: SnapshotBodyTable
  snapshot: SnapshotTable
  shop: ShopTable
  listing: ListingTable
  listing_fact: ListingFactTable
  finding: FindingTable
  lead: LeadTable
  lead_event: LeadEventTable
  watch_fixing: WatchFixingTable
}
