/** The data that a page's own program was given: JSON in scripts and in assignments, such as `window.__INITIAL_STATE__ = {...}`. */
import { availabilityOf, type Candidate, wordsOf } from './candidate.ts'
import { looseJson } from './items.ts'
import type { Page } from './page.ts'
import { currencyCode, parsePrice } from './price.ts'

const MOST_OBJECTS = 100_000
const DEEPEST = 60
const TITLES = [
  'title',
  'itemtitle',
  'goodsname',
  'productname',
  'skuname',
  'goodstitle',
  'name',
  'itemname',
  'subject',
]
const PRICES = [
  'saleprice',
  'promotionprice',
  'currentprice',
  'finalprice',
  'activityprice',
  'discountprice',
  'price',
  'skuprice',
  'goodsprice',
  'pricevalue',
  'amount',
  'minprice',
  'jdprice',
]
const FORMER = [
  'originalprice',
  'originprice',
  'marketprice',
  'listprice',
  'lineprice',
  'linethroughprice',
  'tagprice',
  'compareatprice',
  'regularprice',
  'oldprice',
  'msrp',
]
const SKUS = ['sku', 'skuid', 'itemid', 'goodsid', 'productid', 'spuid']
const SHOPS = ['shopname', 'storename', 'sellername', 'shoptitle', 'mallname', 'vendername']
const OPERATORS = [
  'companyname',
  'operatorname',
  'licensename',
  'enterprisename',
  'businessname',
  'operator',
  'legalname',
]
const LICENCES = [
  'creditcode',
  'uscc',
  'unifiedsocialcreditcode',
  'licenseno',
  'licencenumber',
  'licensenumber',
  'businesslicense',
]
const SALES = [
  'salescount',
  'soldcount',
  'sales',
  'sold',
  'monthsales',
  'monthlysales',
  'sellcount',
  'salesvolume',
  'totalsales',
  'soldquantity',
]
const STOCKS = ['stock', 'instock', 'availability', 'quantity', 'stockstatus', 'isinstock', 'available']
const RATINGS = ['rating', 'ratingvalue', 'score', 'averagerating', 'goodsscore', 'commentscore']
const IMAGES = ['images', 'pics', 'gallery', 'imagelist', 'image', 'picurl', 'mainimage', 'imageurl', 'thumbnail']

type Data = { [key: string]: unknown }

/** The object that looks most like the product of the page, with what stands in the others added. */
export function stateCandidate(page: Page): Candidate {
  const objects: Data[] = []
  for (const value of dataIn(page)) walk(value, objects)
  const product = objects.reduce<{ data: Data; score: number } | null>((best, data) => {
    const score = likeness(data, page)
    return score > (best?.score ?? 3) ? { data, score } : best
  }, null)
  if (product === null) return {}
  return candidateOf(product.data, objects)
}

function dataIn(page: Page): unknown[] {
  return page.scripts.flatMap(({ type, text }) => {
    if (type.startsWith('application/ld+json')) return []
    if (type.includes('json')) return [looseJson(text)]
    if (type !== '' && !/javascript|module|ecmascript/.test(type)) return []
    const found: unknown[] = []
    const assignment = /(?:window|self|globalThis)?\.?[\w$.]{2,60}\s*=\s*(?=[{[])|JSON\.parse\(\s*(?=["'])/g
    for (let match = assignment.exec(text); match !== null && found.length < 40; match = assignment.exec(text)) {
      const start = match.index + match[0].length
      const end = endOfValue(text, start)
      if (end === null) continue
      assignment.lastIndex = end
      const written = text.slice(start, end)
      if (!/^["']/.test(written)) found.push(looseJson(written))
      else {
        const inner = looseJson(
          written.startsWith('"') ? written : `"${written.slice(1, -1).replace(/"/g, '\\"').replace(/\\'/g, "'")}"`,
        )
        if (typeof inner === 'string') found.push(looseJson(inner))
      }
    }
    return found
  })
}

/** Where a JSON value that begins at `start` ends; `null` when it does not. */
function endOfValue(text: string, start: number): number | null {
  let depth = 0
  let quote = ''
  for (let i = start; i < text.length; i++) {
    const character = text[i]!
    if (quote !== '') {
      if (character === '\\') i++
      else if (character === quote) {
        quote = ''
        if (depth === 0) return i + 1
      }
    } else if (character === '"' || character === "'") quote = character
    else if (character === '{' || character === '[') depth++
    else if ((character === '}' || character === ']') && --depth === 0) return i + 1
  }
  return null
}

function walk(value: unknown, objects: Data[]): void {
  const waiting: { value: unknown; depth: number }[] = [{ value, depth: 0 }]
  for (let next = waiting.pop(); next !== undefined && objects.length < MOST_OBJECTS; next = waiting.pop()) {
    if (typeof next.value !== 'object' || next.value === null || next.depth > DEEPEST) continue
    if (!Array.isArray(next.value)) objects.push(next.value as Data)
    for (const inner of Object.values(next.value)) waiting.push({ value: inner, depth: next.depth + 1 })
  }
}

function likeness(data: Data, page: Page): number {
  const title = textAt(data, TITLES)
  if (title === undefined || title.length < 2) return 0
  const shown = page.title.includes(title) || page.text.includes(title) ? 3 : 0
  const priced = textAt(data, PRICES) === undefined ? 0 : 2
  return (
    shown + priced + [FORMER, SKUS, SALES, STOCKS, IMAGES].filter((names) => valueAt(data, names) !== undefined).length
  )
}

function candidateOf(data: Data, all: readonly Data[]): Candidate {
  const found: Candidate = {}
  const title = wordsOf(textAt(data, TITLES))
  if (title !== undefined) found.title = title
  const price = parsePrice(textAt(data, PRICES) ?? '')
  if (price !== null) found.price = price.amount
  const before = parsePrice(textAt(data, FORMER) ?? '')
  if (before !== null) found.originalPrice = before.amount
  const currency = currencyCode(textAt(data, ['currency', 'currencycode', 'pricecurrency']) ?? null) ?? price?.currency
  if (currency) found.currency = currency
  const sku = wordsOf(textAt(data, SKUS))
  if (sku !== undefined) found.sku = sku
  const brand = wordsOf(textAt(data, ['brand', 'brandname']) ?? nameIn(data, 'brand'))
  if (brand !== undefined) found.brand = brand
  const stock = textAt(data, STOCKS)
  const availability =
    stock === undefined
      ? undefined
      : /^\d+$/.test(stock)
        ? Number(stock) > 0
          ? 'InStock'
          : 'OutOfStock'
        : availabilityOf(stock)
  if (availability !== undefined) found.availability = availability
  const images = imagesIn(valueAt(data, IMAGES))
  if (images.length > 0) found.images = images
  const sales = parsePrice(textAt(data, SALES) ?? '')
  if (sales !== null) found.sales = sales.amount
  const rating = textAt(data, RATINGS)
  if (rating !== undefined && /^\d(\.\d+)?$/.test(rating)) found.rating = rating
  const anywhere = (names: readonly string[]) =>
    wordsOf(textAt(data, names) ?? all.map((one) => textAt(one, names)).find((text) => text !== undefined))
  const shop = anywhere(SHOPS) ?? wordsOf(nameIn(data, 'shop') ?? nameIn(data, 'store') ?? nameIn(data, 'seller'))
  if (shop !== undefined) found.shop = shop
  const operator = anywhere(OPERATORS)
  if (operator !== undefined) found.operator = operator
  const licence = anywhere(LICENCES)
  if (licence !== undefined) found.licence = licence
  return found
}

function valueAt(data: Data, names: readonly string[]): unknown {
  const keys = new Map(Object.keys(data).map((key) => [key.toLowerCase().replace(/[_-]/g, ''), key]))
  for (const name of names) {
    const key = keys.get(name)
    if (key !== undefined && data[key] !== null && data[key] !== '') return data[key]
  }
  return undefined
}

function textAt(data: Data, names: readonly string[]): string | undefined {
  const value = valueAt(data, names)
  if (typeof value === 'string' || typeof value === 'boolean') return String(value)
  return typeof value === 'number' && Number.isFinite(value) ? plainNumber(value) : undefined
}

function plainNumber(value: number): string {
  return Number.isInteger(value) ? value.toFixed(0) : String(value)
}

function nameIn(data: Data, key: string): string | undefined {
  const inner = valueAt(data, [key])
  return typeof inner === 'object' && inner !== null
    ? textAt(inner as Data, ['name', 'title', 'shopname', 'brandname'])
    : undefined
}

function imagesIn(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value]
  return list.flatMap((one) => {
    const url =
      typeof one === 'string'
        ? one
        : typeof one === 'object' && one !== null
          ? textAt(one as Data, ['url', 'src', 'imageurl'])
          : undefined
    return url !== undefined && /^(https?:)?\/?\/|\.(jpe?g|png|webp|gif|avif)/i.test(url) ? [url] : []
  })
}
