import type { Listing } from './listing.ts'
import { numbersFrom } from './random.ts'

/** The lowest price at which a listing was really sold on a day. */
export interface DayPrice {
  /** Day as `2026-11-03`. */
  readonly day: string
  /** In fen. */
  readonly price: number
}

/** Transacted prices of the last days, newest first. A listing whose base price is false was never sold at that price. */
export function priceHistory(listing: Listing, days: number, today: number): readonly DayPrice[] {
  const next = numbersFrom(`price ${listing.id}`)
  const honestBase = listing.was !== null && !listing.breaks.some((breach) => BASE_BREACHES.has(breach))
  return Array.from({ length: days }, (_, i) => ({
    day: new Date(today - i * 86_400_000).toISOString().slice(0, 10),
    price:
      i > 0 && honestBase ? listing.was! : listing.price + Math.floor(next() * 4) * (listing.price > 5000 ? 100 : 10),
  }))
}

const BASE_BREACHES: ReadonlySet<string> = new Set(['false-base-price', 'today-only-every-day'])
