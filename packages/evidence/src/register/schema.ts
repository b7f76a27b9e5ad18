/** Tables of evidence, as Kysely sees them. Casework truth stands here; the ledger holds commitments only. */
import type { ColumnType, Generated } from 'kysely'
import type { CustodyTables } from '../custody/custody-tables.ts'
import type { KeptBlobTable } from '../keeping/kept-blobs.ts'

type Json<T> = ColumnType<T, string, string>
type Time = ColumnType<Date, Date, Date>

/** `failed`: fixing ended for a reason that does not pass by itself; it is kept, and tried again when somebody asks. */
export type EvidenceState = 'fixing' | 'fixed' | 'failed' | 'voided'
export type EvidenceKind = 'web' | 'digest' | 'file'
export type CaptureState = 'queued' | 'running' | 'fixing' | 'done' | 'cancelled' | 'failed'

/** Why work ended, and what a person can do about it. */
export interface ProblemFacts {
  code: string
  detail: string
  remedy: string | null
}

/** What only the detail page shows; kept together, since nothing searches in it. */
export interface EvidenceFacts {
  witness: string
  secondOfficer: { id: string; name: string; cardNumber: string | null } | null
  clock: { source: string; offsetMs: number | null }
  pages: {
    url: string
    finalUrl: string
    title: string
    status: number | null
    picture: string | null
    viewports: string[]
    text: string | null
  }[]
  serverAddresses: string[]
  anomalies: { code: string; detail: string }[]
  incompleteReason: string | null
  timestamp: { time: string; authority: string; serial: string } | null
}

export interface EvidenceTable {
  number: string
  kind: EvidenceKind
  organisation_id: string
  unit_id: string | null
  officer_id: string | null
  officer_name: string
  officer_card: string | null
  unit_name: string | null
  title: string
  url: string
  host: string
  cause: string
  case_reference: string
  captured_at: Time
  started_at: Time
  ended_at: Time
  state: EvidenceState
  complete: boolean
  demo: boolean
  edition: number
  bytes: ColumnType<string, number, number>
  pages: number
  anomalies: number
  ledger_index: ColumnType<string | null, number | null, number | null>
  ledger_time: ColumnType<Date | null, Date | null, Date | null>
  ledger_state: 'none' | 'accepted' | 'ordered' | 'witnessed'
  manifest_sha256: string
  recapture_of: string | null
  capture_id: string | null
  facts: Json<EvidenceFacts>
  /** Why fixing failed; null in every other state. */
  problem: ColumnType<ProblemFacts | null, string | null | undefined, string | null>
  /** Character bigrams of everything that search looks in. */
  search: ColumnType<string[], string[], string[]>
  /** 512 bits of ones and noughts that the database makes of `search`: a row without a pair's bit does not hold the pair. */
  signature: ColumnType<string, never, never>
}

export interface EditionTable {
  number: string
  edition: number
  kind: 'capture' | 'signature' | 'refusal' | 'correction' | 'voiding'
  organisation_id: string
  made_at: Time
  made_by: string
  detail: string
  blob_key: string
  bytes: ColumnType<string, number, number>
  manifest_sha256: string
  package_sha256: string
  item_id: Buffer
  ledger_index: ColumnType<string | null, number | null, number | null>
  ledger_time: ColumnType<Date | null, Date | null, Date | null>
  files: Json<{ path: string; mediaType: string; role: string; bytes: number; sha256: string; sm3: string }[]>
}

export interface EvidenceEventTable {
  id: Generated<string>
  number: string
  organisation_id: string
  at: Time
  kind: string
  actor: string | null
  detail: string
  ledger_index: ColumnType<string | null, number | null, number | null>
}

export interface CaptureStepRow {
  name: string
  state: 'waiting' | 'started' | 'done' | 'failed' | 'skipped'
  at: string | null
  detail: string | null
}

export interface CaptureTable {
  id: string
  batch: string | null
  organisation_id: string
  unit_id: string | null
  unit_name: string | null
  user_id: string
  officer_name: string
  officer_card: string | null
  urls: Json<string[]>
  cause: string
  case_reference: string
  second_officer: Json<{ id: string; name: string; cardNumber: string | null } | null>
  witness: string
  recapture_of: string | null
  state: CaptureState
  requested_at: Time
  started_at: ColumnType<Date | null, Date | null, Date | null>
  ended_at: ColumnType<Date | null, Date | null, Date | null>
  steps: Json<CaptureStepRow[]>
  bytes: ColumnType<string, number, number>
  requests: number
  number: string | null
  complete: boolean | null
  problem: Json<ProblemFacts | null>
  /** How often the work on it was asked for; each time is one job. */
  runs: Generated<number>
  cancel_requested: boolean
  /** Private destinations this request may reach, `host:port`; only the command line on this machine may ask. */
  allow_private: boolean
}

export interface DerivedPackageTable {
  number: string
  organisation_id: string
  parent_number: string
  parent_edition: number
  made_at: Time
  blob_key: string | null
  manifest_sha256: string | null
  ledger_index: ColumnType<string | null, number | null, number | null>
}

export interface SavedViewTable {
  id: string
  user_id: string
  organisation_id: string
  name: string
  query: string
  created_at: Time
}

export interface PreservationTable {
  id: string
  number: string
  organisation_id: string
  api_key_id: string
  sha256: string
  sm3: string | null
  title: string
  reference: string
  bytes: ColumnType<string | null, number | null, number | null>
  media_type: string | null
  blob_key: string | null
  accepted_at: Time
  item_id: Buffer
  manifest: Buffer
  opening: Buffer
  timestamp: Buffer | null
  ledger_index: ColumnType<string | null, number | null, number | null>
  ledger_time: ColumnType<Date | null, Date | null, Date | null>
  package_key: string | null
  /** Digest of the package, once it is made. */
  package_sha256: ColumnType<string | null, string | null | undefined, string | null>
  /** Why fixing ended for good; null while it goes on. */
  problem: ColumnType<ProblemFacts | null, string | null, string | null>
}

export interface IdempotencyTable {
  organisation_id: string
  key: string
  request_sha256: string
  answer: Json<unknown>
  made_at: Time
}

export interface WebhookTable {
  id: string
  organisation_id: string
  url: string
  /** Encrypted at rest by the instance's master key. */
  secret: Buffer
  created_at: Time
  last_delivery_at: ColumnType<Date | null, Date | null, Date | null>
  failures: number
}

export interface EvidenceTables extends CustodyTables {
  evidence: EvidenceTable
  evidence_edition: EditionTable
  evidence_event: EvidenceEventTable
  derived_package: DerivedPackageTable
  capture: CaptureTable
  saved_view: SavedViewTable
  preservation: PreservationTable
  idempotency: IdempotencyTable
  webhook: WebhookTable
  kept_blob: KeptBlobTable
}
