/** A listing with what models said of it, and the page that it was seen on. */
import type { Facts } from '../fact/facts.ts'
import type { ExaminedLine } from '../fact/line-of.ts'
import type { ClaimedTask } from '../frontier/claim.ts'
import type { Finding } from '../recognition/finding.ts'
import type { CaptureRule } from '../rule/rule.ts'
import type { PackedBody } from '../snapshot/packs.ts'

export interface SeenPage {
  /** When it was fetched, milliseconds since 1970. */
  readonly at: number
  readonly snapshotId: string
  readonly address: { readonly url: string; readonly planted: boolean }
  readonly fetched: {
    readonly finalUrl: string
    readonly status: number | null
    readonly mediaType: string | null
    readonly charset: string | null
    readonly drawn: boolean
    readonly by?: 'report' | 'upload'
  }
  readonly reading: { readonly facts: Facts | null; readonly sha256: string | null }
}

export interface JudgedListing {
  readonly listingId: string
  readonly shopId: string | null
  readonly line: ExaminedLine
  /** The day whose law counts. */
  readonly day: string
  readonly findings: readonly Finding[]
  readonly page: SeenPage
  /** The rule by which the page was read, where there was one. */
  readonly rule?: CaptureRule | null
  /** When it was found, where that is not when the page was fetched. */
  readonly foundAt?: number
  /** The lines among which a panel found it. */
  readonly panel?: { readonly lines: number; readonly number: number; readonly sha256: string }
}

export interface JudgedBatch {
  readonly claim: { readonly task: ClaimedTask; readonly platformId: string }
  /** Bodies that were stored with this batch. */
  readonly packed: readonly PackedBody[]
  readonly listings: readonly JudgedListing[]
  readonly now: number
}
