/**
 * Reads a shop page without rules of its own for the site: from what the page says to machines, then from the data of its own
 * program, then from what a reader sees. Every field says where it was found; what contradicts nothing is not guessed.
 */
import type { Availability, Candidate, Source } from './candidate.ts'
import { decodePage } from './decode.ts'
import { jsonLdItems, microdataItems, rdfaItems } from './items.ts'
import { openGraph } from './open-graph.ts'
import { type Page, parsePage } from './page.ts'
import { mainProduct } from './product-item.ts'
import { stateCandidate } from './state.ts'
import { visible } from './visible.ts'

export interface ExtractedPage {
  readonly title: string | null
  /** Decimal, as exact as it is written. */
  readonly price: string | null
  /** What it is said to have cost before, decimal. */
  readonly original_price: string | null
  /** ISO 4217. */
  readonly currency: string | null
  readonly sku: string | null
  readonly brand: string | null
  readonly availability: Availability | null
  /** Absolute where the page's address is known. */
  readonly images: readonly string[]
  readonly shop: string | null
  readonly operator: string | null
  readonly licence: string | null
  readonly rating: string | null
  readonly sales: string | null
  /** Field to where it was found. */
  readonly found: { readonly [field: string]: Source }
}

export interface PageInput {
  readonly bytes: Uint8Array
  /** The page's address, to make addresses of pictures whole. */
  readonly url?: string | null
  /** What the HTTP answer said of its encoding. */
  readonly charset?: string | null
}

const FIELDS = {
  title: 'title',
  price: 'price',
  originalPrice: 'original_price',
  currency: 'currency',
  sku: 'sku',
  brand: 'brand',
  availability: 'availability',
  images: 'images',
  shop: 'shop',
  operator: 'operator',
  licence: 'licence',
  rating: 'rating',
  sales: 'sales',
} as const satisfies { [field in keyof Candidate]-?: string }

/** Never throws for a page, whatever its bytes: what is not found is `null`. */
export function extractPage({ bytes, url = null, charset = null }: PageInput): ExtractedPage {
  return extractParsed(parsePage(decodePage(bytes, charset).text), url)
}

/** The same of a page that has been parsed. */
export function extractParsed(page: Page, url: string | null): ExtractedPage {
  const title = `${page.title} ${visibleTitle(page)}`
  const candidates: readonly (readonly [Source, Candidate])[] = [
    ['json-ld', mainProduct(jsonLdItems(page), title) ?? {}],
    ['microdata', mainProduct(microdataItems(page), title) ?? {}],
    ['rdfa', mainProduct(rdfaItems(page), title) ?? {}],
    ['open-graph', openGraph(page)],
    ['state', stateCandidate(page)],
    ['text', visible(page)],
  ]
  const found: { [field: string]: Source } = {}
  const values: { [field: string]: unknown } = {}
  for (const [field, name] of Object.entries(FIELDS) as [keyof Candidate, string][]) {
    const from = candidates.find(([, candidate]) => candidate[field] !== undefined)
    values[name] = from?.[1][field] ?? (field === 'images' ? [] : null)
    if (from !== undefined) found[name] = from[0]
  }
  // A price before that is no higher says nothing.
  if (
    values.original_price !== null &&
    values.price !== null &&
    Number(values.original_price) <= Number(values.price)
  ) {
    values.original_price = null
    delete found.original_price
  }
  values.images = (values.images as string[]).map((image) => absolute(image, url))
  return { ...(values as unknown as Omit<ExtractedPage, 'found'>), found }
}

function visibleTitle(page: Page): string {
  const h1 = page.elements.find(({ tag }) => tag === 'h1')
  return h1 === undefined ? '' : page.text.slice(h1.start, h1.end)
}

function absolute(image: string, url: string | null): string {
  return (url === null ? null : URL.parse(image, url)?.href) ?? image
}
