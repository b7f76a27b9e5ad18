import type { MarketListing } from '../market/market.ts'
import { decoyOf } from './decoy.ts'
import { DEFAULT_SETTINGS, Gate, type SiteSettings } from './gate.ts'
import type { Visit } from './serve.ts'
import { createShelf, type Shelf } from './shelf.ts'

export interface SiteOptions {
  /** Port on 127.0.0.1; 0 for any. */
  readonly port: number
  /** Seed of the market. */
  readonly seed: string
  /** Listings of the whole market, of which the platform has its share. */
  readonly size: number
  /** Milliseconds since 1970; pages and dates follow it. */
  now(): number
  readonly settings?: Partial<SiteSettings>
}

/** What every platform is made of: its goods, its gate, its switches. */
export interface SiteParts {
  readonly shelf: Shelf
  readonly gate: Gate
  readonly settings: SiteSettings
  /** The listing as this visitor is shown it. */
  shown(listing: MarketListing, visit: Visit): MarketListing
}

export function siteParts(platform: string, { seed, size, now, settings: given }: SiteOptions): SiteParts {
  const settings = { ...DEFAULT_SETTINGS, ...given }
  const gate = new Gate(settings, now)
  const shelf = createShelf({ seed, size, platform, now })
  return { shelf, gate, settings, shown: (listing, visit) => (gate.isFooled(visit) ? decoyOf(listing) : listing) }
}

/** A page of a list, counted from 1, with how many pages there are. */
export function pageOf<T>(
  list: readonly T[],
  page: number,
  size: number,
): { items: readonly T[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(list.length / size))
  const at = Math.min(pages, Math.max(1, Math.floor(page) || 1))
  return { items: list.slice((at - 1) * size, at * size), page: at, pages }
}

/** What the listing costs at the till, and the words for what is added or taken off. */
export function tillOf({ price, data }: MarketListing): { total: number; note: string | null } {
  const total = Number(data.checkout_price ?? data.final_price ?? price)
  if (total > price) return { total, note: data.shipping_fee === undefined ? null : `含运费 ${data.shipping_fee} 元` }
  return { total, note: total < price ? '已用券' : null }
}

export const yuanText = (value: number) => value.toFixed(2)

export const soldText = (count: number) => (count >= 10_000 ? `${(count / 10_000).toFixed(1)}万` : String(count))
