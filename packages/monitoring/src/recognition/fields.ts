/** Reads what a listing carries beside its own fields: `attributes` as platforms fill them, in Chinese or English names. */
import { parsePrice } from '../extraction/price.ts'
import type { Listing } from './line.ts'

const DEEPEST = 6
/** The names that are asked for again and again, as they are compared. */
const WANTED = new WeakMap<readonly string[], ReadonlySet<string>>()

/** A value by any of its names, compared without case, spaces, dashes and underscores, at any depth; the shallowest counts. */
export function attribute(listing: Pick<Listing, 'attributes' | 'shop'>, names: readonly string[]): unknown {
  let level: unknown[] = [listing.attributes, listing.shop].filter((holder) => holder && Object.keys(holder).length > 0)
  if (level.length === 0) return undefined
  const wanted = wantedOf(names)
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const next: unknown[] = []
    for (const holder of level) {
      if (typeof holder !== 'object' || holder === null) continue
      if (Array.isArray(holder)) continue
      for (const [key, value] of Object.entries(holder)) {
        if (wanted.has(bare(key)) && value !== undefined) return value
        next.push(value)
      }
    }
    level = next
  }
  return undefined
}

function wantedOf(names: readonly string[]): ReadonlySet<string> {
  let wanted = WANTED.get(names)
  if (wanted === undefined) {
    wanted = new Set(names.map(bare))
    WANTED.set(names, wanted)
  }
  return wanted
}

/** The same as a text; `''` when the name is there with nothing behind it, `undefined` when it is not there. */
export function textAttribute(
  listing: Pick<Listing, 'attributes' | 'shop'>,
  names: readonly string[],
): string | undefined {
  const value = attribute(listing, names)
  if (value === null) return ''
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value).trim()
    : undefined
}

/** Every text that stands under one of the names, at any depth; a place that is empty counts as `''`. */
export function textAttributes(listing: Pick<Listing, 'attributes' | 'shop'>, names: readonly string[]): string[] {
  const wanted = wantedOf(names)
  const found: string[] = []
  let level: unknown[] = [listing.attributes, listing.shop]
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const next: unknown[] = []
    for (const holder of level) {
      if (typeof holder !== 'object' || holder === null || Array.isArray(holder)) continue
      for (const [key, value] of Object.entries(holder)) {
        if (typeof value === 'object' && value !== null) next.push(value)
        else if (wanted.has(bare(key)) && value !== undefined) found.push(value === null ? '' : String(value).trim())
      }
    }
    level = next
  }
  return found
}

/** A price in yuan as a number, for comparing; `null` when there is none above zero. */
export function yuan(value: unknown): number | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const price = parsePrice(String(value))
  const number = price === null ? Number.NaN : Number(price.amount)
  return number > 0 && Number.isFinite(number) ? number : null
}

export interface DatedPrice {
  /** `YYYY-MM-DD`. */
  readonly day: string
  readonly price: number
  /** Whether somebody bought at it; `null` when it is not said. */
  readonly sold: boolean | null
}

const DAYS = ['date', 'day', 'time', 'at', '日期', '时间', 'timestamp']
const PRICES = ['price', 'transacted_price', 'deal_price', 'final_price', 'sale_price', '成交价', '价格', 'value']
const SOLD = ['sold', 'transacted', 'sales', 'quantity', 'orders', '成交量', '销量']

/** A price history in any of its shapes: objects, pairs, or days as names; by day. */
export function priceHistory(listing: Listing): DatedPrice[] {
  const value = attribute(listing, [
    'price_history',
    'history',
    'prices',
    'priceHistory',
    '价格历史',
    '历史价格',
    '成交记录',
    'transactions',
  ])
  const found: DatedPrice[] = []
  const add = (day: unknown, price: unknown, sold: boolean | null) => {
    const number = yuan(price)
    const date = dayOf(day)
    if (number !== null && date !== null) found.push({ day: date, price: number, sold })
  }
  if (Array.isArray(value)) {
    for (const one of value) {
      if (Array.isArray(one)) add(one[0], one[1], null)
      else if (typeof one === 'object' && one !== null) {
        const at = { attributes: one as { [name: string]: unknown }, shop: undefined }
        const sold = attribute(at, SOLD)
        add(attribute(at, DAYS), attribute(at, PRICES), sold === undefined ? null : sold === true || Number(sold) > 0)
      }
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [day, price] of Object.entries(value)) add(day, price, null)
  }
  return found.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
}

/** `YYYY-MM-DD` of a date in one of the usual notations, or milliseconds or seconds since 1970. */
export function dayOf(value: unknown): string | null {
  if (typeof value === 'number' && value > 1e8)
    return new Date(value > 1e11 ? value : value * 1000).toISOString().slice(0, 10)
  if (typeof value !== 'string') return null
  const parts = /(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})/.exec(value)
  if (parts === null) return null
  const [, year, month, day] = parts as unknown as [string, string, string, string]
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

/** Whole days from one day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '')
}
