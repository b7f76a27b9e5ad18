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
  /** What was paid, by day; where the history holds listed prices, less the present coupons; the last holds until the day of the examination. */
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
/** Without 非二手, 无瑕疵 and the like. */
const EXEMPT = new RegExp(
  `(?<!非|无|没|不|绝|拒绝|杜绝|没有|不是|不含|零)(?:${[
    // 鲜活商品
    '鲜活|生鲜|水果|鲜果|蔬菜|海鲜|水产|鲜肉|鲜花|鲜切|活鱼|活虾|活蟹|活禽|鲜奶|鲜蛋|烘焙|现摘|fresh',
    // 季节性商品
    '季节性|换季|反季|过季|季末|季尾|尾季|往季|去年款|上一季|旧季|节后|过节剩|seasonal',
    // 积压商品
    '清仓|清货|清库|清盘|清尾|清零|出清|去库存|处理库存|库存处理|积压|压仓|压箱|滞销|陈货|甩卖|甩货|甩尾|亏本处理|处理品|处理价',
    '尾货|尾单|尾批|余货|断码|断色|断号|零码|孤码|旧款|老款|停产|换代|上代款|下市|退市|退场|clearance',
    // 临近保质期
    '临期|近效期|短保|临近(?:保质|有效)|(?:保质期|有效期)(?:将|即将|快|马上|仅剩|只剩|还剩|不足)|(?:快|即将|将要?|马上)到期|near.?expiry',
    // 因清偿债务、转产、歇业降价销售
    '转产|歇业|停业|闭店|关店|撤店|撤柜|撤场|结业|倒闭|破产|清偿|清算|(?:店铺|门店|仓库|工厂)(?:搬迁|拆迁|迁址|转让)|拆迁|不干了',
    // 瑕疵, 样品, 二手
    '样品(?!图|册)|样机|展示[品机]|陈列[品样]|瑕疵|微瑕|轻瑕|残次|次品|外箱破损|破损(?:处理|特价)|退货[机品件]|客退|官翻|翻新|二手|(?:个人|自用)闲置|闲置(?:转|出)|second.?hand',
  ].join('|')})`,
  'i',
)
const FORCES = /平台(?:强制|要求|自动)(?:降价|跟价|改价|调价|最低价)|被(?:强制|自动)(?:跟价|降价)/

export function offerOf(listing: Listing, line: number): Offer | null {
  const listed = yuan(listing.price)
  const coupon = couponOf(attribute(listing, COUPON))
  const price = yuan(attribute(listing, FINAL)) ?? (listed === null ? null : listed - coupon)
  if (price === null || price <= 0) return null
  const off = listed === null ? 0 : Math.max(0, listed - price)
  const history = priceHistory(listing)
  const payer = textAttribute(listing, PAYER) ?? null
  const last = history.at(-1)?.price ?? 0
  // A history that ends at what is paid holds what was paid, not what was listed.
  const paid = listed !== null && Math.abs(last - price) < Math.abs(last - listed)
  const words = [listing.category, listing.title, listing.description, textAttribute(listing, REASON)].join('\n')
  return {
    line,
    written: String(listing.price ?? ''),
    price,
    subsidy: Math.max(0, numberOf(attribute(listing, SUBSIDY)) ?? 0),
    payer: payer === '' ? null : payer,
    cost: yuan(attribute(listing, COST)),
    days: history.map((one) => ({ day: one.day, price: Math.max(0.01, one.price - (paid ? 0 : off)) })),
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
