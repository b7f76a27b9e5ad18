/** A schema.org product, its offer, brand, seller and rating, as a candidate (schema.org/Product, Offer, AggregateOffer). */
import { availabilityOf, type Candidate, wordsOf } from './candidate.ts'
import type { Item, ItemValue } from './items.ts'
import { currencyCode, parsePrice } from './price.ts'

const PRODUCTS = new Set([
  'product',
  'productgroup',
  'individualproduct',
  'productmodel',
  'someproducts',
  'vehicle',
  'car',
  'book',
])
const OFFERS = new Set(['offer', 'aggregateoffer', 'offerfordemand', 'offerforpurchase'])
/** Price types of what one used to pay (schema.org/PriceTypeEnumeration). */
const FORMER = /(listprice|strikethroughprice|msrp|srp|regularprice)/i

/** The product that a page is about: of several the one whose name stands in the page's title, else the fullest. */
export function mainProduct(items: readonly Item[], pageTitle: string): Candidate | null {
  const products = items.filter(({ types }) => types.some((type) => PRODUCTS.has(type)))
  const candidates = products
    .map(productCandidate)
    .filter(({ title, price }) => title !== undefined || price !== undefined)
  const named = candidates.filter(({ title }) => title !== undefined && sameProduct(title, pageTitle))
  const best = fullest(named.length > 0 ? named : candidates)
  if (best !== null) return best
  const offer = items.find(({ types }) => types.some((type) => OFFERS.has(type)))
  return offer === undefined ? null : offerCandidate([offer])
}

function sameProduct(title: string, pageTitle: string): boolean {
  const [a, b] = [title, pageTitle].map((text) => text.toLowerCase().replace(/\s+/g, '')) as [string, string]
  return a.length >= 2 && (b.includes(a) || (b.length >= 4 && a.includes(b)))
}

function fullest(candidates: readonly Candidate[]): Candidate | null {
  const size = (candidate: Candidate) => Object.keys(candidate).length + (candidate.price === undefined ? 0 : 3)
  return candidates.reduce<Candidate | null>(
    (best, one) => (best === null || size(one) > size(best) ? one : best),
    null,
  )
}

function productCandidate(item: Item): Candidate {
  const variants = itemsOf(item, 'hasvariant')
  const offers = [
    ...itemsOf(item, 'offers'),
    ...itemsOf(item, 'offer'),
    ...variants.flatMap((variant) => itemsOf(variant, 'offers')),
  ]
  const found: Candidate =
    offers.length > 0 ? offerCandidate(offers) : item.properties.has('price') ? offerCandidate([item]) : {}
  const title = wordsOf(first(item, 'name'))
  if (title !== undefined) found.title = title
  const sku = wordsOf(
    first(item, 'sku') ?? first(item, 'productid') ?? first(item, 'mpn') ?? first(item, 'gtin13') ?? found.sku,
  )
  if (sku !== undefined) found.sku = sku.replace(/^(sku|mpn|productid):/i, '')
  const brand = wordsOf(nameOf(item, 'brand') ?? nameOf(item, 'manufacturer'))
  if (brand !== undefined) found.brand = brand
  const images = (item.properties.get('image') ?? []).flatMap(urlsOf)
  if (images.length > 0) found.images = [...new Set(images)]
  const rating = itemsOf(item, 'aggregaterating')[0]
  const value = rating === undefined ? first(item, 'ratingvalue') : first(rating, 'ratingvalue')
  if (value !== undefined && /^\d+([.,]\d+)?$/.test(value.trim())) found.rating = value.trim().replace(',', '.')
  return found
}

function offerCandidate(offers: readonly Item[]): Candidate {
  const found: Candidate = {}
  // An offer of offers stands for what is in it; of several the one that can be bought, and the lowest, is what one would pay.
  const flat = offers.flatMap((offer) =>
    first(offer, 'price') === undefined ? [offer, ...itemsOf(offer, 'offers')] : [offer],
  )
  for (const offer of flat) {
    const specifications = itemsOf(offer, 'pricespecification')
    const former = specifications.find((one) => FORMER.test(first(one, 'pricetype') ?? ''))
    const present = specifications.find((one) => one !== former && first(one, 'price') !== undefined)
    const written = first(offer, 'price') ?? first(offer, 'lowprice') ?? (present && first(present, 'price'))
    const stated = first(offer, 'pricecurrency') ?? (present && first(present, 'pricecurrency')) ?? null
    const price = written === undefined ? null : parsePrice(written, stated)
    if (price !== null && found.price === undefined) {
      found.price = price.amount
      const currency = currencyCode(stated) ?? price.currency
      if (currency !== null) found.currency = currency
    }
    const before = former && parsePrice(first(former, 'price') ?? '')
    if (before) found.originalPrice ??= before.amount
    const availability = availabilityOf(first(offer, 'availability') ?? '')
    if (availability === 'InStock' || found.availability === undefined) {
      if (availability !== undefined) found.availability = availability
    }
    const shop = wordsOf(nameOf(offer, 'seller') ?? nameOf(offer, 'offeredby'))
    if (shop !== undefined) found.shop ??= shop
    const sku = wordsOf(first(offer, 'sku'))
    if (sku !== undefined) found.sku ??= sku
  }
  return found
}

function itemsOf(item: Item, name: string): Item[] {
  return (item.properties.get(name) ?? []).filter((value): value is Item => typeof value !== 'string')
}

function first(item: Item, name: string): string | undefined {
  return item.properties.get(name)?.find((value): value is string => typeof value === 'string' && value.trim() !== '')
}

/** A text, or the name of an item. */
function nameOf(item: Item, name: string): string | undefined {
  const value = item.properties.get(name)?.[0]
  if (value === undefined || typeof value === 'string') return value
  return first(value, 'name') ?? first(value, 'legalname')
}

function urlsOf(value: ItemValue): string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value.trim()]
  const url = first(value, 'contenturl') ?? first(value, 'url') ?? first(value, 'id')
  return url === undefined ? [] : [url]
}
