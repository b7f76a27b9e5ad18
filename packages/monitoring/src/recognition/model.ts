/** What a recognition model is: one behaviour, its inputs, thresholds with reasons, and findings that explain themselves. */
import type { Behaviour } from './behaviour.ts'
import type { Finding, Threshold } from './finding.ts'
import type { Line, Listing } from './line.ts'

interface ModelBase {
  readonly behaviour: Behaviour
  /** A change of meaning is a new version; every finding keeps the one that made it. */
  readonly version: number
  readonly thresholds: { readonly [name: string]: Threshold }
}

/** Looks at one listing at a time. Pure. */
export interface ListingModel extends ModelBase {
  /** `date` is the day of the behaviour, `YYYY-MM-DD`: the law of that day counts. */
  examine(listing: Listing, date: string): Finding[]
}

/** A look over all lines of a run. Keeps sums and graphs, not lines. */
export interface Panel {
  /** Takes a line; `number` is its place in the file, from 0. */
  add(line: Line, number: number): void
  /** Findings by the number of the line that they are about. */
  conclude(date: string): ReadonlyMap<number, readonly Finding[]>
}

/** Looks at many lines together. */
export interface PanelModel extends ModelBase {
  open(): Panel
}
