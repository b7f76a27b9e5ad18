/** Facts of a listing from a parsed page or from a JSON answer; `null` for a page that is no listing. */
import type { ExtractedPage } from '../extraction/extract.ts'
import { extractParsed } from '../extraction/extract.ts'
import { type Item, jsonLdItems } from '../extraction/items.ts'
import type { Page } from '../extraction/page.ts'
import type { Facts } from './facts.ts'
import { mainText } from './main-text.ts'
import { pageTable } from './page-table.ts'

const LONGEST_DESCRIPTION = 24_000

export function readFacts(page: Page, url: string): Facts | null {
  const extracted = extractParsed(page, url)
  const product = jsonLdItems(page).find(({ types }) => types.includes('product'))
  if (!isListing(extracted, product !== undefined)) return null
  const said = product === undefined ? undefined : first(product, 'description')
  const text = mainText(page)
  const description = said === undefined || text.includes(said) ? text : `${said}\n${text}`
  return {
    title: extracted.title!,
    description: description.slice(0, LONGEST_DESCRIPTION),
    category: (product === undefined ? undefined : first(product, 'category')) ?? crumbOf(page),
    brand: extracted.brand,
    price: extracted.price,
    original_price: extracted.original_price,
    currency: extracted.currency,
    sku: extracted.sku,
    availability: extracted.availability,
    images: extracted.images.slice(0, 30),
    shop: extracted.shop,
    operator: extracted.operator,
    licence: extracted.licence,
    rating: extracted.rating,
    sales: extracted.sales,
    attributes: pageTable(page),
  }
}

/** A title alone is any page; a listing is for sale. */
function isListing(page: ExtractedPage, product: boolean): boolean {
  if (page.title === null || page.title === '') return false
  return product || page.price !== null || (page.sales !== null && page.images.length > 0) || page.sku !== null
}

function first(item: Item, name: string): string | undefined {
  const value = item.properties.get(name)?.find((one): one is string => typeof one === 'string')
  return value?.trim() === '' ? undefined : value?.trim()
}

/** The last link of the trail that leads to a page. */
function crumbOf(page: Page): string | null {
  const at = page.elements.findIndex(({ attributes }) =>
    /crumb/i.test(`${attributes.class ?? ''} ${attributes.id ?? ''}`),
  )
  if (at < 0) return null
  const { start, end } = page.elements[at]!
  const links = page.elements.filter((one) => one.tag === 'a' && one.start >= start && one.end <= end)
  const last = links.at(-1)
  const words = last === undefined ? '' : page.text.slice(last.start, last.end).trim()
  return words === '' ? null : words.slice(0, 100)
}
