import { licenceOf, type ShownLicence } from './breach/licence.ts'
import type { Draft } from './draft.ts'
import type { Place } from './honest.ts'
import { makeListing } from './make-listing.ts'
import { type MarketShop, type Operator, operatorAt } from './people/operators.ts'

/** How many listings the operators of a dozen have: few have many, many have few; 5.8 on average. */
const COUNTS = [3, 1, 8, 2, 1, 23, 4, 2, 6, 3, 12, 5]
const DOZEN = COUNTS.reduce((sum, count) => sum + count)
const STARTS = COUNTS.map((_, i) => COUNTS.slice(0, i).reduce((sum, count) => sum + count, 0))

export interface MarketOptions {
  /** Everything follows from it. */
  readonly seed: string
  /** How many listings there are. */
  readonly size: number
  /** The day that is today in the market, as `2026-11-24`. */
  readonly today: string
}

export type MarketListing = Readonly<Draft>

/**
 * A market that is worked out when it is asked: any listing, shop or operator follows from seed and index alone, so that a market of
 * a million listings takes no memory.
 */
export interface Market extends MarketOptions {
  readonly operators: number
  operator(index: number): Operator
  /** Indices of the listings of an operator: first, and the one after the last. */
  range(operator: number): readonly [first: number, end: number]
  /** Throws when there is no such index. */
  listing(index: number): MarketListing
  /** Where a listing stands; throws likewise. */
  place(index: number): Place
  /** The shop that offers a listing; cheaper than the listing itself. */
  shopOf(index: number): MarketShop
  licence(operator: number): ShownLicence
}

export function createMarket(options: MarketOptions): Market {
  const { seed, size, today } = options
  // The operator that was asked for last is asked for again by its next listing.
  let last: Operator | null = null
  const operator = (index: number) => {
    if (last?.index !== index) last = operatorAt(seed, index)
    return last!
  }
  const range = (index: number) => {
    const first = Math.floor(index / COUNTS.length) * DOZEN + STARTS[index % COUNTS.length]!
    return [Math.min(first, size), Math.min(first + COUNTS[index % COUNTS.length]!, size)] as const
  }
  const ownerOf = (index: number) => {
    const rest = index % DOZEN
    return Math.floor(index / DOZEN) * COUNTS.length + STARTS.findLastIndex((start) => start <= rest)
  }
  const shopOf = (index: number) => {
    const owner = operator(ownerOf(index))
    return owner.shops[(index - range(owner.index)[0]) % owner.shops.length]!
  }
  const place = (index: number): Place => {
    if (!(index >= 0 && index < size)) throw new RangeError(`no listing ${index}`)
    const shop = shopOf(index)
    return { seed, index, id: listingId(index), shop, operator: operator(shop.operator), today }
  }
  return {
    ...options,
    operators: ownerOf(size - 1) + 1,
    operator,
    range,
    shopOf,
    place,
    listing: (index) => makeListing(place(index)).draft,
    licence: (index) => licenceOf(seed, operator(index), today),
  }
}

const FIRST_ID = 600_000

export function listingId(index: number): string {
  return String(FIRST_ID + index)
}

/** The index of a listing's id, or `null`. */
export function listingIndex(id: string): number | null {
  return /^[1-9]\d{5,9}$/.test(id) && Number(id) >= FIRST_ID ? Number(id) - FIRST_ID : null
}
