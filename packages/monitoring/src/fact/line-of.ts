/** The line that models read, made of a listing's facts and of what was seen of it before. The same facts, the same line. */
import type { LogoLikeness } from '../picture/likeness.ts'
import { type Line, type Listing, parseLine } from '../recognition/line.ts'
import type { Facts } from './facts.ts'

/** What a listing cost from a day on. */
export interface SeenPrice {
  /** `YYYY-MM-DD`, China's. */
  readonly day: string
  /** Decimal. */
  readonly price: string
}

/** What was read in a picture, and the digest of its bytes. */
export interface PictureText {
  readonly url: string
  readonly text: string
  readonly sha256: string
  /** The logo that it shows. */
  readonly logo?: LogoLikeness
}

/** What stands in a finding statement as its input; plain JSON. */
export interface ExaminedLine {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly category: string | null
  readonly brand: string | null
  readonly price: string | null
  readonly original_price: string | null
  readonly shop: { readonly name: string } | null
  readonly attributes: { readonly [name: string]: unknown }
  /** Addresses, and with them the words of those that were read. */
  readonly images: readonly (string | PictureText)[]
}

/** `key` names the listing on its platform; `day` is the day on which it was seen. */
export function lineOf(
  key: string,
  facts: Facts,
  day: string,
  prices: readonly SeenPrice[],
  pictures: readonly PictureText[] = [],
): ExaminedLine {
  const attributes: { [name: string]: unknown } = { ...facts.attributes, captured_at: day }
  if (facts.licence !== null) attributes.统一社会信用代码 = facts.licence
  if (facts.operator !== null) attributes.经营者 = facts.operator
  if (facts.sales !== null) attributes.sales = facts.sales
  if (facts.sku !== null) attributes.sku = facts.sku
  if (prices.length > 0) attributes.price_history = prices.map(({ day: date, price }) => ({ date, price }))
  const { title, description, category, brand, price, original_price, shop } = facts
  const read = new Map(
    pictures.map(({ url, text, sha256, logo }) => [
      url,
      { url, text, sha256, ...(logo === undefined ? {} : { logo }) },
    ]),
  )
  const images = facts.images.map((url) => read.get(url) ?? url)
  return {
    id: key,
    title,
    description,
    category,
    brand,
    price,
    original_price,
    shop: shop === null ? null : { name: shop },
    attributes,
    images,
  }
}

/** The line as models take it. */
export function listingOf(line: ExaminedLine): Listing {
  const parsed: Line = parseLine(JSON.stringify(line))
  if (parsed.kind !== 'listing') throw new TypeError('a listing was made another kind of line')
  return parsed
}
