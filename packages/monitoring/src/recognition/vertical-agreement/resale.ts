/** Prices of one brand's product by reseller, from listings with a history and from quotes of shops. */
import { coefficientOfVariation, median } from '../../statistics/quantile.ts'
import { attribute, dayOf, daysBetween, priceHistory, yuan } from '../fields.ts'
import type { FieldSpan } from '../finding.ts'
import type { Line, Listing } from '../line.ts'
import { dayOfMoment, LineReader, momentOf, nameOf, numberOf } from '../line-fields.ts'
import { productOf } from '../product.ts'

const QUOTE = new LineReader({
  brand: ['manufacturer', '品牌'],
  product: ['product_id', 'sku', 'item', '商品', '商品编号'],
  reseller: ['dealer', 'distributor', 'seller', 'shop', 'shop_id', 'store', '经销商', '店铺', '网店'],
  time: ['at', 'date', 'timestamp', 'captured_at', '时间', '日期'],
  price: ['resale_price', 'final_price', '价格', '转售价', '到手价'],
  status: ['state', 'event', '状态', '事件'],
  notice: ['note', 'text', 'policy', 'message', '通知', '说明', '备注'],
})
const FLOOR =
  /最低限价|统一零售价|统一售价|统一价格|限价令|控价|不得低于|不能低于|不允许低于|禁止低价|严禁低价|乱价|破价|最低零售价|minimum resale price|\bMAP\b/
const GONE = /delist|removed|supply.?stop|cut.?off|下架|断货|停止供货|停供|取消授权/i

interface Point {
  readonly day: string
  readonly price: number
}
export interface Resale {
  readonly brand: string
  readonly name: string
  line: number
  latest: string
  readonly resellers: Map<string, Point[]>
  readonly gone: { readonly reseller: string; readonly day: string }[]
  words: { readonly line: number; readonly text: string; readonly span: FieldSpan | null } | null
  share: number | null
  turnover: number | null
}

const MOST_POINTS = 400

export function addResale(products: Map<string, Resale>, line: Line, number: number): void {
  if (line.kind === 'quote') addQuote(products, line, number)
  else if (line.kind === 'listing') addListing(products, line as Listing, number)
}

function addListing(products: Map<string, Resale>, listing: Listing, number: number): void {
  const [key, reseller] = [productOf(listing), nameOf(listing.shop)]
  if (key === null || reseller === null || listing.brand === undefined) return
  const resale = resaleOf(products, key, listing.brand, listing.title ?? '', number)
  for (const { day, price } of priceHistory(listing)) addPoint(resale, reseller, day, price)
  const day = dayOf(attribute(listing, ['date', 'captured_at', '日期']))
  const price = yuan(listing.price)
  if (day !== null && price !== null) addPoint(resale, reseller, day, price)
  resale.share = numberOf(attribute(listing, ['market_share', '市场份额'])) ?? resale.share
  resale.turnover = numberOf(attribute(listing, ['product_turnover', '协议商品营业额'])) ?? resale.turnover
  for (const field of ['title', 'description'] as const) {
    const hit = FLOOR.exec(listing[field] ?? '')
    if (hit === null) continue
    const span = { field, start: hit.index, end: hit.index + hit[0].length, text: hit[0] }
    resale.words ??= { line: number, text: hit[0], span }
  }
}

function addQuote(products: Map<string, Resale>, line: object, number: number): void {
  const fields = QUOTE.read(line)
  const [brand, product, reseller] = [nameOf(fields.brand), nameOf(fields.product), nameOf(fields.reseller)]
  const moment = momentOf(fields.time)
  if (brand === null || product === null || reseller === null) return
  const resale = resaleOf(products, `${brand}\0quote\0${product}`, brand, product, number)
  const hit = FLOOR.exec(nameOf(fields.notice) ?? '')
  if (hit !== null) resale.words ??= { line: number, text: hit[0], span: null }
  if (moment === null) return
  const [day, price] = [dayOfMoment(moment), numberOf(fields.price)]
  if (GONE.test(nameOf(fields.status) ?? '')) resale.gone.push({ reseller, day })
  else if (price !== null && price > 0) addPoint(resale, reseller, day, price)
}

function resaleOf(products: Map<string, Resale>, key: string, brand: string, name: string, line: number): Resale {
  let resale = products.get(key)
  if (resale === undefined) {
    const none = { latest: '', words: null, share: null, turnover: null }
    resale = { brand, name, line, ...none, resellers: new Map(), gone: [] }
    products.set(key, resale)
  }
  resale.line = line
  return resale
}

function addPoint(resale: Resale, reseller: string, day: string, price: number): void {
  const points = resale.resellers.get(reseller) ?? []
  if (points.length < MOST_POINTS) points.push({ day, price })
  resale.resellers.set(reseller, points)
  if (day > resale.latest) resale.latest = day
}

export interface Uniformity {
  readonly resellers: number
  readonly days: number
  /** Median over the days of the coefficient of variation among resellers. */
  readonly spread: number
  /** Times when four fifths of the resellers changed their price within three days. */
  readonly jointMoves: number
  /** Resellers that were taken down within two weeks of being 2 % below the middle price. */
  readonly punished: number
}

/** How alike the prices are of those resellers that `among` allows. */
export function uniformityOf(resale: Resale, least: number, among?: ReadonlySet<string>): Uniformity | null {
  const series = [...resale.resellers].filter(([name]) => among === undefined || among.has(name))
  if (series.length < least) return null
  for (const [, points] of series) points.sort((a, b) => (a.day < b.day ? -1 : 1))
  const days = [...new Set(series.flatMap(([, points]) => points.map(({ day }) => day)))].sort()
  const spreads: number[] = []
  const middles = new Map<string, number>()
  const places = series.map(() => -1)
  for (const day of days) {
    series.forEach(([, points], i) => {
      while (places[i]! + 1 < points.length && points[places[i]! + 1]!.day <= day) places[i]!++
    })
    const prices = series.flatMap(([, points], i) => points[places[i]!]?.price ?? [])
    if (prices.length < least) continue
    spreads.push(coefficientOfVariation(prices))
    middles.set(day, median(prices))
  }
  if (spreads.length === 0) return null
  const punished = resale.gone.filter(({ reseller, day }) =>
    (resale.resellers.get(reseller) ?? []).some((point) => {
      const after = daysBetween(point.day, day)
      return after >= 0 && after <= 14 && point.price < 0.98 * (middles.get(point.day) ?? 0)
    }),
  ).length
  return {
    resellers: series.length,
    days: daysBetween(days[0]!, days.at(-1)!),
    spread: median(spreads),
    jointMoves: jointMoves(series.map(([, points]) => points)),
    punished,
  }
}

function jointMoves(series: readonly (readonly Point[])[]): number {
  const moves = series.flatMap((points, reseller) =>
    points.flatMap(({ day, price }, i) =>
      i > 0 && Math.abs(price / points[i - 1]!.price - 1) > 0.01 ? [{ day, reseller }] : [],
    ),
  )
  moves.sort((a, b) => (a.day < b.day ? -1 : 1))
  let joint = 0
  for (let i = 0; i < moves.length; ) {
    let end = i
    while (end < moves.length && daysBetween(moves[i]!.day, moves[end]!.day) <= 3) end++
    const within = moves.slice(i, end)
    const many = new Set(within.map(({ reseller }) => reseller)).size >= 0.8 * series.length
    if (many) joint++
    i += many ? within.length : 1
  }
  return joint
}
