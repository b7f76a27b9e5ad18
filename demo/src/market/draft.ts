import type { Dice } from './dice.ts'
import type { GoodsKind } from './goods/goods.ts'
import type { Brand } from './people/brands.ts'
import type { MarketShop, Operator } from './people/operators.ts'
import type { Evasion } from './words/evasion.ts'

/** What a buyer wrote. */
export interface MarketReview {
  /** The platform's own name for the account; pages show `shown`. */
  readonly reviewer: string
  readonly shown: string
  readonly rating: number
  readonly text: string
  /** Minute as `2026-11-03T21:05:00+08:00`. */
  readonly time: string
}

/** The lowest price at which a listing was sold on a day, in yuan, and how many. */
export interface PriceDay {
  readonly date: string
  readonly price: number
  readonly sold: number
}

/** A picture; `text` is what is drawn on it. */
export interface MarketPicture {
  readonly view: number
  readonly text: string | null
}

/** A listing while it is being made. Prices in yuan with at most two decimals. */
export interface Draft {
  readonly index: number
  readonly id: string
  readonly shop: MarketShop
  readonly operator: Operator
  kind: GoodsKind
  brand: Brand | null
  title: string
  /** Sentences of the description, one a paragraph. */
  words: string[]
  price: number
  /** The crossed-out price and what it is called. */
  was: { readonly price: number; readonly word: string } | null
  /** What stands in the table of facts on its page. */
  facts: Record<string, string>
  /** What is known of it beyond its page: history, cost, prices at other times. */
  data: Record<string, unknown>
  history: PriceDay[] | null
  reviews: MarketReview[]
  pictures: MarketPicture[]
  sold: number
  hue: number
  /** Whether it is seen today; days count back from here. */
  readonly today: string
}

/** How a draft was changed. */
export interface Change {
  readonly kind: string
  readonly evasion: Evasion | null
}

/** Makes a draft break a rule, or only look as if. Answers `null` when it does not apply to that draft. */
export type Maker = (draft: Draft, dice: Dice, seed: string) => Change

export function yuan(value: number): number {
  return Math.max(0.01, Math.round(value * 100) / 100)
}

/** A price as shops set it: 19.9, 128, 2,699. */
export function shopPrice(value: number): number {
  if (value < 20) return Math.max(1, Math.round(value * 10) / 10)
  if (value < 200) return Math.round(value) - (Math.round(value) % 3 === 0 ? 0.1 : 0)
  return Math.round(value / 10) * 10 - 1
}

/** The day some days before another; both as `2026-11-03`. The last few years of a day are worked out once. */
export function dayBefore(day: string, days: number): string {
  if (day !== countedFrom) {
    countedFrom = day
    counted.length = 0
  }
  const known = counted[days]
  if (known !== undefined) return known
  const date = new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10)
  if (days >= 0 && days < 1500) counted[days] = date
  return date
}

let countedFrom = ''
const counted: string[] = []
