/** Quotes that were taken at the same time for the same thing, by two personas or twice by one. */
import { LineReader, momentOf, nameOf, numberOf, truth } from '../line-fields.ts'

const QUOTE = new LineReader({
  product: ['product_id', 'sku', 'item', 'item_id', 'listing', 'listing_id', 'goods', '商品', '商品编号'],
  platform: ['app', 'site', '平台'],
  persona: ['persona_id', 'account', 'user', 'profile', '画像', '账号', '用户'],
  group: ['persona_type', 'persona_group', 'segment', 'user_type', '人群', '画像类型', '用户类型'],
  pair: ['pair_id', 'match_id', 'round', '配对', '配对编号'],
  time: ['at', 'captured_at', 'timestamp', 'date', '时间', '采集时间'],
  price: ['final_price', 'quoted_price', 'amount', '价格', '报价', '到手价'],
  address: ['ship_to', 'region', 'city', '地址', '收货地址'],
  coupon: ['coupons', 'promotion', 'discount', '优惠券', '优惠'],
  aa: ['is_aa', 'aa_pair', 'control', '对照'],
})

export interface Quote {
  readonly line: number
  readonly persona: string
  readonly group: string | null
  readonly moment: number | null
  readonly price: number
  readonly address: string
  readonly coupon: string
  readonly aa: boolean
}

export interface QuotedProduct {
  readonly name: string
  readonly pairs: Map<string, Quote[]>
  last: number
  latest: number | null
}

/** Adds a quote to its product and pair. Without a pair's name those of the same minute and address belong together. */
export function addQuote(products: Map<string, QuotedProduct>, line: object, number: number): void {
  const fields = QUOTE.read(line)
  const [name, persona] = [nameOf(fields.product), nameOf(fields.persona)]
  const price = numberOf(fields.price)
  if (name === null || price === null || price <= 0) return
  const moment = momentOf(fields.time)
  const address = textOf(fields.address)
  const pair = nameOf(fields.pair) ?? (moment === null ? null : `${Math.floor(moment / 60_000)} ${address}`)
  if (pair === null || persona === null) return
  const key = `${nameOf(fields.platform) ?? ''}\0${name}`
  let product = products.get(key)
  if (product === undefined) {
    product = { name, pairs: new Map(), last: number, latest: moment }
    products.set(key, product)
  }
  product.last = number
  if (moment !== null && moment > (product.latest ?? 0)) product.latest = moment
  const quotes = product.pairs.get(pair) ?? []
  // A pair has two; what is more is looked at no further.
  if (quotes.length >= 8) return
  const aa = truth(fields.aa) === true || nameOf(fields.aa)?.toLowerCase() === 'aa'
  quotes.push({
    line: number,
    persona,
    group: nameOf(fields.group),
    moment,
    price,
    address,
    coupon: textOf(fields.coupon),
    aa,
  })
  product.pairs.set(pair, quotes)
}

function textOf(value: unknown): string {
  const text =
    value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  return /^(0|无|none|null|false|no|\[\]|\{\})$/i.test(text.trim()) ? '' : text.trim()
}

/** The sort of a persona: what is said, else its name without the number behind it. */
export function sortOf({ group, persona }: Quote): string {
  return group ?? (persona.replace(/[\s_#-]*\d+$/, '') || persona)
}
