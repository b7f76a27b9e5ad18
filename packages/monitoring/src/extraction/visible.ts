/** What a reader sees: the heading, what looks like a price, struck-out prices, and the labels that shop pages use. */
import { type Candidate, wordsOf } from './candidate.ts'
import { type Page, type PageElement, textOf } from './page.ts'
import { currencyIn, parsePrice } from './price.ts'

/** A price with its currency, before or behind; nothing else. */
const BARE_PRICE =
  /^(?:[^\d]{0,12}?)(?:[¥￥$€£₹₩₽฿]|US\$|HK\$|NT\$|RMB|CNY|USD|EUR|GBP|JPY|Rs\.?)\s?\d[\d.,' ]*\d*\s*(?:万|元)?(?:起|\/\S{1,4})?$|^(?:[^\d]{0,12}?)\d[\d.,' ]*\s?(?:元|圆|€|£|kr|zł|USD|EUR|CNY|円)(?:起|\/\S{1,4})?$/i
const PRICE_NAME =
  /(^|[^a-z])(sale|current|now|final|real|promo|special|deal|buy|our)?[-_]?price|jiage|现价|price[-_]?(now|current|sale|value|num|box|main)?/i
const FORMER_NAME =
  /(old|origin|original|orig|market|list|was|before|regular|compare|del|line|strike|cross|msrp|rrp|yuanjia)[-_]?(price|through|al)?/i
const OTHER_NAME =
  /(coupon|ship|freight|postage|delivery|install|month|related|recommend|similar|suggest|cart|total|min[-_]?order|deposit|tax|save|saving|discount[-_]?amount|points?)/i
const FORMER_WORDS =
  /原价|市场价|划线价|吊牌价|专柜价|建议零售价|指导价|门市价|was|list price|rrp|msrp|regular price|original price/i
const PRICE_WORDS =
  /(?:现价|售价|促销价|活动价|到手价|券后价|秒杀价|折后价|优惠价|会员价|价格|单价|一口价|sale price|our price|price)\s*[:：]?\s*/i

const LABELS: readonly (readonly [keyof Candidate, RegExp])[] = [
  [
    'sales',
    /(?:已售|月销量?|销量|总销量|累计销量|已拼|付款人数|成交)\s*[:：]?\s*([\d.,]+\s*[万千wW]?)\+?\s*(?:件|笔|单|人付款)?|([\d.,]+\s*[万wW]?)\+?\s*(?:人付款|人已买|件已售|sold\b)/i,
  ],
  [
    'rating',
    /(?:综合评分|商品评分|评分|店铺评分|rating)\s*[:：]?\s*([0-5](?:\.\d)?)(?!\d)|([0-5]\.\d)\s*(?:分|\/\s*5|out of 5|stars?\b)/i,
  ],
  ['brand', /(?:^|\n|\s)(?:品牌(?:名称)?|brand)\s*[:：]\s*([^\n|，,；;]{1,40})/i],
  [
    'sku',
    /(?:^|\n|\s)(?:商品编号|商品编码|货号|款号|商品ID|SKU|item (?:no|number|model)\.?)\s*[:：#]?\s*([A-Za-z0-9][\w.-]{1,40})/i,
  ],
  ['shop', /(?:店铺名称|店铺|卖家|商家|sold by|seller)\s*[:：]\s*([^\n|，,；;]{2,40})/i],
  ['operator', /(?:经营者名称|企业名称|公司名称|经营主体|主体名称|营业执照名称|经营者)\s*[:：]\s*([^\n|，,；;]{3,60})/],
  [
    'licence',
    /(?:统一社会信用代码|信用代码|营业执照注册号|营业执照(?:编号|号)?|注册号)(?:\/注册号)?\s*[:：]?\s*([0-9A-Z]{15,18})(?![0-9A-Z])/i,
  ],
]
/** A code with its form (GB 32100-2015), wherever it stands. */
const CREDIT_CODE = /(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])/
const SOLD_OUT = /已售罄|暂时缺货|商品已下架|已下架|无货|补货中|卖光了|sold out|out of stock|currently unavailable/i
const BUYABLE = /加入购物车|立即购买|马上抢|立即抢购|有货|现货|add to (?:cart|basket|bag)|buy now|in stock/i

export function visible(page: Page): Candidate {
  const found: Candidate = {}
  const title = heading(page)
  if (title !== undefined) found.title = title
  const { price, former } = prices(page)
  if (price !== null) {
    found.price = price.amount
    if (price.currency !== null) found.currency = price.currency
  }
  if (former !== null && former !== price?.amount) found.originalPrice = former
  for (const [field, pattern] of LABELS) {
    const match = pattern.exec(page.text)
    const written = wordsOf(match?.slice(1).find((group) => group !== undefined))
    const value = field === 'sales' ? parsePrice((written ?? '').replace(/[wW]$/, '万'))?.amount : written
    if (value !== undefined) Object.assign(found, { [field]: value })
  }
  const code = CREDIT_CODE.exec(page.text)?.[0]
  if (code !== undefined) found.licence ??= code
  if (SOLD_OUT.test(mainText(page))) found.availability = 'OutOfStock'
  else if (BUYABLE.test(page.text)) found.availability = 'InStock'
  const images = page.elements
    .filter(({ tag, attributes }) => tag === 'img' && (attributes.src ?? attributes['data-src']) !== undefined)
    .map(({ attributes }) => (attributes['data-src'] ?? attributes.src)!)
    .filter((url) => !url.startsWith('data:') && !/(logo|icon|avatar|sprite|blank|pixel)/i.test(url))
  if (images.length > 0) found.images = [...new Set(images)].slice(0, 20)
  const shop = named(page, /(shop|store|seller|merchant)[-_]?(name|title)/i)
  if (shop !== undefined) found.shop ??= shop
  return found
}

function heading(page: Page): string | undefined {
  const h1 = page.elements.filter(({ tag }) => tag === 'h1').map((element) => wordsOf(textOf(page, element)))
  const shown = h1.find((text) => text !== undefined && text.length >= 2)
  const title = page.title.split(/\s*[|_–—]\s*|\s+-\s+|【/)[0]
  return shown ?? named(page, /(product|goods|item|detail)[-_]?(title|name)/i) ?? wordsOf(title)
}

/** The text of the first element whose class or id says so. */
function named(page: Page, pattern: RegExp): string | undefined {
  for (const element of page.elements) {
    if (!pattern.test(nameOf(element))) continue
    const text = wordsOf(textOf(page, element))
    if (text !== undefined && text.length <= 200) return text
  }
  return undefined
}

function nameOf({ attributes }: PageElement): string {
  return `${attributes.class ?? ''} ${attributes.id ?? ''} ${attributes.itemprop ?? ''}`
}

function mainText(page: Page): string {
  const h1 = page.elements.find(({ tag }) => tag === 'h1')
  return page.text.slice(h1?.start ?? 0, (h1?.start ?? 0) + 3000)
}

function prices(page: Page): { price: ReturnType<typeof parsePrice>; former: string | null } {
  const heading = page.elements.find(({ tag }) => tag === 'h1')?.start ?? 0
  let best: { price: NonNullable<ReturnType<typeof parsePrice>>; score: number } | null = null
  let former: { amount: string; score: number } | null = null
  page.elements.forEach((element, at) => {
    if (element.end - element.start > 40 || element.end === element.start) return
    // Most elements end here: a price has digits.
    if (!/\d/.test(page.text.slice(element.start, element.end))) return
    const text = textOf(page, element)
    const looks = BARE_PRICE.test(text)
    if (!looks && !(PRICE_NAME.test(nameOf(element)) && /^\D{0,6}\d[\d.,]*\D{0,3}$/.test(text))) return
    const price = parsePrice(text)
    const marked = chain(page, at)
    if (price === null || OTHER_NAME.test(marked.names)) return
    const near = element.start >= heading ? 1 - Math.min(1, (element.start - heading) / 20_000) : 0.2
    const before = page.text.slice(Math.max(0, element.start - 16), element.end)
    if (marked.struck || FORMER_NAME.test(marked.names) || FORMER_WORDS.test(before)) {
      const score = near + (marked.struck ? 2 : 0)
      if (former === null || score > former.score) former = { amount: price.amount, score }
      return
    }
    const score =
      near * 2 + (PRICE_NAME.test(marked.names) ? 2 : 0) + (looks ? 1 : 0) + (PRICE_WORDS.test(before) ? 1 : 0)
    if (best === null || score > best.score) best = { price, score }
  })
  const shown = best as { price: NonNullable<ReturnType<typeof parsePrice>> } | null
  const struck = former as { amount: string } | null
  const written = shown?.price ?? labelled(page.text, PRICE_WORDS)
  return { price: written, former: struck?.amount ?? labelled(page.text, FORMER_WORDS)?.amount ?? null }
}

/** A price right behind a label, in running text. */
function labelled(text: string, label: RegExp): ReturnType<typeof parsePrice> {
  const match = new RegExp(`(?:${label.source})\\s*[:：]?\\s*([^\\d\\n]{0,4}\\d[\\d.,]*\\s*万?元?)`, 'i').exec(text)
  const price = match === null ? null : parsePrice(match[1]!)
  return price !== null && (price.currency !== null || currencyIn(match![0]) !== null || match !== null) ? price : null
}

/** Names of an element and the three around it, and whether it is struck out. */
function chain(page: Page, at: number): { names: string; struck: boolean } {
  let names = ''
  let struck = false
  for (let i = at, steps = 0; i >= 0 && steps < 4; i = page.elements[i]!.parent, steps++) {
    const element = page.elements[i]!
    names += ` ${nameOf(element)}`
    struck ||= /^(del|s|strike)$/.test(element.tag) || /line-through/.test(element.attributes.style ?? '')
  }
  return { names, struck }
}
