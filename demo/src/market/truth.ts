import type { Evasion } from './words/evasion.ts'

/** The thirteen behaviours, by the names of the file format for examination. */
export const BEHAVIOURS = [
  'banned-goods',
  'false-propaganda',
  'price-infringement',
  'pyramid-selling',
  'ip-infringement',
  'operator',
  'choose-one',
  'price-discrimination',
  'below-cost',
  'vertical-agreement',
  'concentration',
  'brushing',
  'price-anomaly',
] as const
export type Behaviour = (typeof BEHAVIOURS)[number]

/** What is so of a subject, and how: known to who made the market, never to its pages. */
export interface Truth {
  /** Id of a listing, a shop, or of what the lines of a panel are about. */
  readonly subject: string
  readonly platform: string | null
  readonly behaviour: Behaviour
  readonly violates: boolean
  /** What was done, or what an honest one only looks like. */
  readonly kind: string
  /** `null`: nothing looks like a violation but one. */
  readonly lookAlike: string | null
  readonly evasion: Evasion | null
}

/** Behaviours that a single listing can show. */
export const LISTING_BEHAVIOURS = [
  'banned-goods',
  'false-propaganda',
  'price-infringement',
  'ip-infringement',
  'below-cost',
  'brushing',
  'price-anomaly',
] as const
export type ListingBehaviour = (typeof LISTING_BEHAVIOURS)[number]
