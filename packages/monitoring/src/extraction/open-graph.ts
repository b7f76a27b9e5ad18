/** What a page says of itself in its head: Open Graph (ogp.me) and its product words, Twitter cards, plain meta. */
import { availabilityOf, type Candidate, wordsOf } from './candidate.ts'
import type { Page } from './page.ts'
import { currencyCode, parsePrice } from './price.ts'

export function openGraph(page: Page): Candidate {
  const said = new Map<string, string[]>()
  for (const { tag, attributes } of page.elements) {
    if (tag !== 'meta') continue
    const name = (attributes.property ?? attributes.name ?? '').toLowerCase()
    const content = attributes.content?.trim() ?? ''
    if (name === '' || content === '') continue
    said.set(name, [...(said.get(name) ?? []), content])
  }
  const first = (...names: string[]) => names.map((name) => said.get(name)?.[0]).find((value) => value !== undefined)
  const found: Candidate = {}
  const title = wordsOf(first('og:title', 'twitter:title'))
  if (title !== undefined) found.title = title
  const sale = first('product:sale_price:amount', 'og:sale_price:amount')
  const plain = first('product:price:amount', 'og:price:amount', 'product:price', 'og:product:price', 'twitter:data1')
  const currency = first('product:sale_price:currency', 'product:price:currency', 'og:price:currency') ?? null
  const price = parsePrice(sale ?? plain ?? '', currency)
  if (price !== null && (sale !== undefined || !plain?.includes(':'))) {
    found.price = price.amount
    const code = currencyCode(currency) ?? price.currency
    if (code !== null) found.currency = code
  }
  const before = parsePrice(
    first('product:original_price:amount', 'og:price:standard_amount') ?? (sale === undefined ? '' : (plain ?? '')),
  )
  if (before !== null) found.originalPrice = before.amount
  const sku = wordsOf(first('product:retailer_item_id', 'product:sku', 'og:sku'))
  if (sku !== undefined) found.sku = sku
  const brand = wordsOf(first('product:brand', 'og:brand'))
  if (brand !== undefined) found.brand = brand
  const availability = availabilityOf(first('product:availability', 'og:availability') ?? '')
  if (availability !== undefined) found.availability = availability
  const images = [
    ...(said.get('og:image') ?? []),
    ...(said.get('og:image:url') ?? []),
    ...(said.get('twitter:image') ?? []),
  ]
  if (images.length > 0) found.images = [...new Set(images)]
  const rating = first('product:rating:value', 'og:rating')
  if (rating !== undefined && /^\d+(\.\d+)?$/.test(rating)) found.rating = rating
  return found
}
