/**
 * Prices that are compared with one that was none, that rise on the way to the till, and last days that never end. Law: 价格法 14(4);
 * 明码标价和禁止价格欺诈规定 (国家市场监督管理总局令第56号, in force 2022-07-01) 16 (被比较价格不高于前七日最低成交价), 19, 20.
 * Gate: without a price history a comparison cannot be decided.
 */
import { cite } from '../../law/citation.ts'
import { Reader } from '../../reading/read.ts'
import { attribute, type DatedPrice, dayOf, daysBetween, priceHistory, textAttribute, yuan } from '../fields.ts'
import type { FieldSpan, Finding } from '../finding.ts'
import type { Listing } from '../line.ts'
import type { ListingModel } from '../model.ts'
import { thresholds } from '../thresholds.ts'
import { daysThatSay, lastDayWords } from './last-days.ts'

const VERSION = 2
const THRESHOLDS = thresholds({
  days: { value: 7, reason: '第十六条: 价格比较前七日内的最低成交价格' },
  minimumEffect: { value: 0.02, reason: 'a difference below 2 % is rounding and coupons' },
  lastDays: { value: 3, reason: '“仅限今日”连续三日以上即不是今日' },
  lead: { value: 0.7, reason: 'the article needs a history that shows it' },
})

const IN_FORCE = '2022-07-01'

/** Words by which a compared price says what it is, and is no former price of this shop. */
const EXPLAINED = [
  '吊牌价',
  '厂商指导价',
  '厂家指导价',
  '建议零售价',
  '官方指导价',
  '专柜价',
  '门市价',
  '划线价说明',
  '参考价',
]
const explained = new Reader(EXPLAINED, { sounds: false })

export const priceInfringementModel: ListingModel = {
  behaviour: 'price-infringement',
  version: VERSION,
  thresholds: THRESHOLDS,
  examine(listing, date) {
    if (date < IN_FORCE) return []
    return [compared(listing, date), checkout(listing, date), lastDays(listing, date)].filter((one) => one !== null)
  },
}

function compared(listing: Listing, date: string): Finding | null {
  const price = yuan(listing.price)
  const claimed = yuan(listing.original_price)
  if (price === null || claimed === null || claimed <= price * (1 + THRESHOLDS.minimumEffect.value)) return null
  const written = String(listing.original_price)
  const span: FieldSpan = { field: 'original_price', start: 0, end: written.length, text: written }
  const kind = explained.read(`${listing.description ?? ''} ${JSON.stringify(listing.attributes)}`)[0]
  const history = priceHistory(listing)
  // The comparison begins where the present price begins: what was paid before it is what counts.
  const begins =
    dayOf(
      attribute(listing, ['promotion_start', 'promo_start', 'campaign_start', 'sale_start', '活动开始', '促销开始']),
    ) ??
    startOf(history, price) ??
    date
  const before = history.filter(({ day, sold }) => day < begins && sold !== false)
  const week = before.filter(({ day }) => daysBetween(day, begins) <= THRESHOLDS.days.value)
  const base = week.length > 0 ? Math.min(...week.map((one) => one.price)) : before.at(-1)?.price
  if (base === undefined) {
    const reason = `标示原价 ${claimed} 元、现价 ${price} 元，没有促销前的成交价记录，无从比较`
    return found(0.3, cite('compared-price', date), reason, span, "can't decide")
  }
  const over = claimed / base - 1
  const when = week.length > 0 ? `${begins} 前七日内最低成交价` : `${begins} 前最后一次成交价`
  if (over <= THRESHOLDS.minimumEffect.value) {
    return found(0.1, cite('compared-price', date), `标示原价 ${claimed} 元不高于${when} ${base} 元`, span)
  }
  if (kind !== undefined) {
    const reason = `标示的被比较价 ${claimed} 元高于${when} ${base} 元，但页面注明“${EXPLAINED[kind.word]}”，须核对其依据`
    return found(0.5, cite('compared-price', date), reason, span)
  }
  const score = Math.min(0.99, 0.8 + over / 2)
  return found(
    score,
    cite('compared-price', date),
    `标示原价 ${claimed} 元高于${when} ${base} 元（高 ${(over * 100).toFixed(1)} %），现价 ${price} 元`,
    span,
  )
}

/** The first day of the last run of days at the present price, if the history knows it. */
function startOf(history: readonly DatedPrice[], price: number): string | null {
  let start: string | null = null
  for (const one of history) {
    const present = Math.abs(one.price / price - 1) <= THRESHOLDS.minimumEffect.value
    start = present ? (start ?? one.day) : null
  }
  return start
}

function checkout(listing: Listing, date: string): Finding | null {
  const price = yuan(listing.price)
  const paid = yuan(
    attribute(listing, [
      'checkout_price',
      'settlement_price',
      'final_price',
      'pay_price',
      'cart_price',
      '结算价',
      '结算价格',
      '实付价',
      '下单价',
    ]),
  )
  if (price === null || paid === null) return null
  const stated = statedCharges(listing)
  const over = (paid - stated) / price - 1
  const written = String(listing.price)
  const span: FieldSpan = { field: 'price', start: 0, end: written.length, text: written }
  if (paid / price - 1 <= THRESHOLDS.minimumEffect.value) return null
  const told = stated > 0 ? `，其中页面标明的运费等 ${stated} 元` : ''
  const reason = `页面标价 ${price} 元，结算价 ${paid} 元${told}，高 ${(over * 100).toFixed(1)} %`
  if (over <= THRESHOLDS.minimumEffect.value) return found(0.1, cite('price-at-checkout', date), reason, span)
  return found(Math.min(0.99, 0.8 + over), cite('price-at-checkout', date), reason, span)
}

const CHARGES = [
  [
    'shipping_fee',
    'shipping',
    'shipping_cost',
    'freight',
    'postage',
    'delivery_fee',
    '运费',
    '邮费',
    '快递费',
    '配送费',
    '邮资',
  ],
  ['packing_fee', 'packaging_fee', '包装费', '打包费'],
  ['installation_fee', '安装费', '上门费'],
  ['tax', 'import_tax', '税费', '进口税', '关税'],
]
const CHARGE_WORDS = /(运费|邮费|快递费|配送费|包装费|打包费|安装费|税费)[^，。；;!！\n\d]{0,6}(\d+(?:\.\d+)?)\s*元/g

/** What the page itself says is paid besides the price, in yuan: 价格法 13 forbids only what is not said. */
function statedCharges(listing: Listing): number {
  const attributes = CHARGES.map((names) => yuan(textAttribute(listing, names)) ?? 0)
  const named = attributes.reduce((sum, charge) => sum + charge, 0)
  const text = `${listing.title ?? ''}\n${listing.description ?? ''}`
  const said = new Map([...text.matchAll(CHARGE_WORDS)].map(([, name, amount]) => [name, Number(amount)]))
  return Math.max(
    named,
    [...said.values()].reduce((sum, charge) => sum + charge, 0),
  )
}

function lastDays(listing: Listing, date: string): Finding | null {
  const hit = (['title', 'description'] as const)
    .map((field) => ({ field, text: listing[field] ?? '', hit: lastDayWords(listing[field] ?? '') }))
    .find((one) => one.hit !== null)
  const days = new Set(daysThatSay(listing))
  if (days.size === 0 && hit === undefined) return null
  const span =
    hit?.hit == null
      ? null
      : { field: hit.field, start: hit.hit.start, end: hit.hit.end, text: hit.text.slice(hit.hit.start, hit.hit.end) }
  if (days.size >= THRESHOLDS.lastDays.value) {
    const seen = [...days].sort()
    return found(
      0.9,
      cite('last-day', date),
      `“今日为限”的说法在 ${days.size} 天都有：${seen.slice(0, 5).join('、')}`,
      span,
    )
  }
  if (days.size > 1) return found(0.4, cite('last-day', date), `“今日为限”的说法见于 ${days.size} 天，不足三天`, span)
  return found(0.2, cite('last-day', date), `有“今日为限”的说法，只见过一天`, span, "can't decide")
}

function found(
  score: number,
  article: string,
  reason: string,
  span: FieldSpan | null,
  decision?: Finding['decision'],
): Finding {
  return {
    behaviour: 'price-infringement',
    article,
    score,
    span,
    reason,
    decision: decision ?? (score >= THRESHOLDS.lead.value ? 'lead' : 'below threshold'),
    model: { name: 'price-infringement', version: VERSION },
  }
}
