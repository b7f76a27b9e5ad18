/** What a change of settings would have done to what was seen. */
import type { Behaviour } from '../recognition/behaviour.ts'
import type { FieldSpan } from '../recognition/finding.ts'

export interface PreviewExample {
  readonly listingId: string
  readonly title: string
  readonly url: string
  readonly platformId: string
  /** Scores under the present settings and under the others; `null` where nothing is found. */
  readonly before: number | null
  readonly after: number | null
  readonly reason: string
  readonly span: FieldSpan | null
  /** The lead that it is today, and what became of it. */
  readonly lead: { readonly id: string; readonly state: string } | null
}

export interface BehaviourPreview {
  readonly behaviour: Behaviour
  /** Listings with a lead under the present settings, and under the others. */
  readonly before: number
  readonly after: number
  readonly gained: number
  readonly lost: number
  /** Of the lost: leads that analysts had dismissed, and leads that they had handed over. */
  readonly lostDismissed: number
  readonly lostHandedOver: number
  readonly gainedExamples: readonly PreviewExample[]
  readonly lostExamples: readonly PreviewExample[]
}

export interface PreviewResult {
  readonly days: number
  readonly listings: number
  readonly examined: number
  readonly behaviours: readonly BehaviourPreview[]
}
