/** Tables of submissions, as Kysely sees them. */
import type { ColumnType, Generated } from 'kysely'

type Time = ColumnType<Date, Date, Date>
type TimeOrNone = ColumnType<Date | null, Date | null, Date | null>
type Bytea = ColumnType<Uint8Array, Uint8Array, Uint8Array>

export type SubmissionState = 'held' | 'waiting' | 'reading' | 'done' | 'rejected' | 'failed'
export type SubmissionSource = 'report' | 'upload'
export const OPINION_SOURCES = ['complaint', 'news', 'forum', 'review'] as const
export type OpinionSource = (typeof OPINION_SOURCES)[number]

export interface ReportKeyTable {
  organisation_id: string
  key_id: string
  platform_id: string
  confirmed_by: string
  confirmed_at: Time
}

export interface SubmissionTable {
  id: string
  organisation_id: string
  platform_id: string
  source: SubmissionSource
  format: 'jsonl' | 'csv' | 'xlsx'
  idempotency_key: string | null
  /** The API key that sent it; null for a file of a person. */
  key_id: string | null
  made_by: string
  file_name: string
  bytes: ColumnType<string, number, number>
  sha256: Bytea
  sm3: Bytea
  blob: string
  state: SubmissionState
  /** Rows up to this line are written. */
  read_line: Generated<number>
  rows: Generated<number>
  bad_rows: Generated<number>
  same_rows: Generated<number>
  listings: Generated<number>
  opinions: Generated<number>
  lines: Generated<number>
  findings: Generated<number>
  leads: Generated<number>
  problem: string | null
  received_at: Time
  ended_at: TimeOrNone
}

export interface SubmissionProblemTable {
  submission_id: string
  organisation_id: string
  line: number
  field: string
  code: string
  value: string
}

export interface ReportedLineTable {
  organisation_id: string
  platform_id: string
  kind: string
  key: string
  sha256: Bytea
  /** The set of models that has seen it. */
  examined: string
  /** Of kinds that panels look at; null for a listing, whose facts stand in `listing`. */
  line: ColumnType<{ [name: string]: unknown } | null, string | null, string | null>
  submission_id: string
  number: number
  at: Time
}

export interface OpinionTable {
  id: string
  organisation_id: string
  key: Bytea
  source: OpinionSource
  platform_id: string
  shop: string | null
  listing_url: string | null
  title: string
  text: string
  url: string | null
  said_at: Time
  seen_at: Time
  topics: string[]
  /** Id of the submission, or address of the feed. */
  origin: string
  search: string[]
}

export interface SubmissionTables {
  report_key: ReportKeyTable
  submission: SubmissionTable
  submission_problem: SubmissionProblemTable
  reported_line: ReportedLineTable
  opinion: OpinionTable
}
