import type { Motif } from '../picture/scene.ts'
import { CRAFT_LISTINGS } from './craft-listings.ts'
import { FOOD_LISTINGS } from './food-listings.ts'
import { MODERN_LISTINGS } from './modern-listings.ts'

/** A product offered by a shop. */
export interface Listing {
  readonly id: string
  readonly shop: string
  readonly category: Category
  readonly title: string
  /** Sentences of the description, one a paragraph. */
  readonly words: readonly string[]
  /** Price in fen (a hundredth of a yuan). */
  readonly price: number
  /** The crossed-out price in fen, or `null`. */
  readonly was: number | null
  readonly sold: number
  readonly options: readonly string[]
  readonly motif: Motif
  readonly hue: number
  /** How many pictures it has; the first five stand beside the price, the others in the description. */
  readonly pictures: number
  readonly facts: Readonly<Record<string, string>>
  readonly breaks: readonly ListingBreach[]
}

export const CATEGORIES = ['茶酒', '山货', '丝绸', '瓷器', '文房', '滋补', '数码', '江鲜'] as const
export type Category = (typeof CATEGORIES)[number]

/** What a listing does against the rules, on purpose; shown nowhere on the pages, kept to measure what finds it. */
export type ListingBreach =
  | 'absolute-words'
  | 'medical-claim'
  | 'false-base-price'
  | 'today-only-every-day'
  | 'banned-goods'
  | 'words-disguised'
  | 'off-platform-payment'

export const LISTINGS: readonly Listing[] = [...FOOD_LISTINGS, ...CRAFT_LISTINGS, ...MODERN_LISTINGS]

/** The listing of that id, or `null`. */
export function listingOf(id: string): Listing | null {
  return LISTINGS.find((listing) => listing.id === id) ?? null
}

/** Listings whose title, words, category or shop's name hold every word of the query, in the catalogue's order. */
export function searchListings(query: string, shopName: (id: string) => string): readonly Listing[] {
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean)
  return LISTINGS.filter((listing) => {
    const text = [listing.title, listing.category, shopName(listing.shop), ...listing.words].join('\n').toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
