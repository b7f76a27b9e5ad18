/** What a source on a page says of a product; fields that it does not say are absent. */

/** Where something was found, in the order in which it is believed. */
export const SOURCES = ['json-ld', 'microdata', 'rdfa', 'open-graph', 'state', 'text'] as const
export type Source = (typeof SOURCES)[number]

export type Availability = 'InStock' | 'OutOfStock'

export interface Candidate {
  title?: string
  /** Decimal. */
  price?: string
  originalPrice?: string
  /** ISO 4217. */
  currency?: string
  sku?: string
  brand?: string
  availability?: Availability
  images?: string[]
  shop?: string
  /** Legal name of the operator. */
  operator?: string
  /** Unified social credit code or licence number. */
  licence?: string
  /** Out of five, or as the page counts. */
  rating?: string
  /** Units sold, decimal. */
  sales?: string
}

/** schema.org's availability (ItemAvailability) in two words: whether it can be bought. */
export function availabilityOf(value: string): Availability | undefined {
  const name = value
    .trim()
    .replace(/^https?:\/\/schema\.org\//i, '')
    .replace(/[\s_-]/g, '')
    .toLowerCase()
  if (/^(instock|instoreonly|onlineonly|limitedavailability|preorder|presale|backorder|available|1|true)$/.test(name))
    return 'InStock'
  if (/^(outofstock|soldout|discontinued|unavailable|oos|0|false)$/.test(name)) return 'OutOfStock'
  return undefined
}

/** A text as a field holds it; `undefined` for nothing. */
export function wordsOf(value: string | undefined | null): string | undefined {
  const text = value?.replace(/\s+/g, ' ').trim() ?? ''
  return text === '' || text.length > 2000 ? undefined : text
}
