/** What a listing says of its cost, what is paid for it day by day, and who pays the difference. */
import { attribute, priceHistory, textAttribute, yuan } from '../fields.ts'
import type { Listing } from '../line.ts'
import { numberOf, truth } from '../line-fields.ts'

export interface Offer {
  readonly line: number
  readonly written: string
  /** After coupons. */
  readonly price: number
  /** What the platform adds for the seller, per piece; 0 when nothing is said. */
  readonly subsidy: number
  readonly payer: string | null
  readonly cost: number | null
  /** Days with a price, after the present coupons, by day; the last holds until the day of the examination. */
  readonly days: readonly { readonly day: string; readonly price: number }[]
  readonly exempt: string | null
  readonly forced: boolean
}

const COST = [
  'cost',
  'cost_price',
  'unit_cost',
  'purchase_cost',
  'purchase_price',
  'production_cost',
  '成本',
  '成本价',
  '进价',
  '进货价',
  '采购价',
  '单位成本',
]
const COUPON = ['coupon', 'coupon_amount', 'coupon_value', 'discount_amount', '优惠券', '优惠券面额', '立减', '券额']
const FINAL = ['final_price', 'price_after_coupon', 'pay_price', 'net_price', '到手价', '券后价', '实付价']
const SUBSIDY = ['platform_subsidy', 'subsidy', 'subsidy_amount', '平台补贴', '补贴', '补贴金额']
const PAYER = ['subsidy_by', 'subsidy_payer', 'subsidy_source', 'paid_by', '补贴方', '补贴承担方', '承担方']
const FORCED = ['forced_by_platform', 'platform_forced', 'compelled', 'forced', '平台强制', '强制降价', '自动跟价']
const REASON = [
  'sale_reason',
  'reason',
  'promotion_reason',
  'condition',
  '促销原因',
  '降价原因',
  '商品状态',
  'expiry_note',
]

/** 价格法 第十四条第二项: 依法降价处理鲜活商品、季节性商品、积压商品等商品外; 明码标价... of second-hand goods there is no cost. */
const EXEMPT =
  /鲜活|生鲜|水果|蔬菜|海鲜|水产|鲜肉|鲜花|烘焙|季节性|换季|反季|过季|清仓|清货|清库存|尾货|尾单|积压|临期|近效期|临近保质期|断码|断色|转产|歇业|停业|闭店|破产|样品|样机|瑕疵|残次|二手|fresh|seasonal|clearance|near.?expiry|closing|second.?hand/i
const FORCES = /平台(?:强制|要求|自动)(?:降价|跟价|改价|调价|最低价)|被(?:强制|自动)(?:跟价|降价)/

export function offerOf(listing: Listing, line: number): Offer | null {
  const listed = yuan(listing.price)
  const coupon = couponOf(attribute(listing, COUPON))
  const price = yuan(attribute(listing, FINAL)) ?? (listed === null ? null : listed - coupon)
  if (price === null || price <= 0) return null
  const off = listed === null ? 0 : Math.max(0, listed - price)
  const payer = textAttribute(listing, PAYER) ?? null
  const words = [listing.category, listing.title, listing.description, textAttribute(listing, REASON)].join('\n')
  return {
    line,
    written: String(listing.price ?? ''),
    price,
    subsidy: Math.max(0, numberOf(attribute(listing, SUBSIDY)) ?? 0),
    payer: payer === '' ? null : payer,
    cost: yuan(attribute(listing, COST)),
    days: priceHistory(listing).map((one) => ({ day: one.day, price: Math.max(0.01, one.price - off) })),
    exempt: EXEMPT.exec(words)?.[0] ?? null,
    forced: truth(attribute(listing, FORCED)) === true || FORCES.test(words),
  }
}

/** A coupon's worth: a number, `满100减20` as 20, or an object with its amount. */
function couponOf(value: unknown): number {
  if (typeof value === 'string') return numberOf(/减\s*([\d.]+)/.exec(value)?.[1] ?? value) ?? 0
  if (typeof value === 'object' && value !== null) {
    const { amount, value: worth, off } = value as { amount?: unknown; value?: unknown; off?: unknown }
    return numberOf(amount) ?? numberOf(worth) ?? numberOf(off) ?? 0
  }
  return numberOf(value) ?? 0
}
