/**
 * Goods under a brand by a shop that may not: 商标法 57, 电子商务法 41-45. Brand, authorisation, price against the usual one, words of
 * the seller and of buyers are weighed together; a price alone, without a word on authorisation, cannot decide. Authorised dealers,
 * honest second-hand sales and accessories that only fit the brand are no leads. A registered logo in a picture supports what words,
 * buyers or the register say, and never makes a lead alone or with a price alone: genuine goods show it too.
 */

import { cite } from '../../law/citation.ts'
import { circumstances } from '../../reading/context/context.ts'
import { attribute, textAttribute, yuan } from '../fields.ts'
import type { FieldSpan, Finding } from '../finding.ts'
import type { Listing } from '../line.ts'
import type { ListingModel } from '../model.ts'
import { type Found, termsOf } from '../text/lexicon.ts'
import { productClass } from '../text/product-class.ts'
import { thresholds } from '../thresholds.ts'
import { type ShownLogo, shownLogo } from './shown-logo.ts'
import { BRANDS, brandKey, brandOfKey } from './terms.ts'

const VERSION = 4
const THRESHOLDS = thresholds({
  lead: { value: 0.6, reason: 'no single weak sign reaches it; a word that says counterfeit beside a brand does' },
  priceShare: { value: 0.5, reason: 'half of the usual price: clearance of genuine goods rarely goes below' },
  deepShare: { value: 0.4, reason: 'two fifths of the usual price weigh a little more than half of it' },
  logo: { value: 0.3, reason: 'genuine goods show it too: as much as one weak word, and no decision by itself' },
  authorised: { value: 0.2, reason: 'who is authorised is judged by nothing else; register errors keep a trace' },
})

const AUTHORISED = [
  'authorized',
  'authorised',
  'is_authorized',
  'authorized_dealer',
  'authorised_dealer',
  'brand_authorized',
  'brand_authorised',
  'authorization',
  'authorisation',
  '授权',
  '品牌授权',
  '授权状态',
  '授权书',
  '授权书编号',
  '授权经销商',
  '是否授权',
]
const REFERENCES = [
  'market_median',
  'median_price',
  'median',
  'reference_price',
  'market_price',
  'official_price',
  'msrp',
  'retail_price',
  'brand_price',
  '参考价',
  '市场价',
  '官方价',
  '专柜价',
  '同款中位价',
  '中位价',
  '指导价',
]
const OFFICIAL_SHOP = /官方旗舰|旗舰店|自营|授权(?:店|体验|专卖|经销)|官方授权|专卖店|品牌直营/
const GENUINE_SAID = /品牌授权|官方授权|授权经销|正品授权|授权专卖|正规授权/
const SECOND_HAND = /二手|闲置|自用|个人转让|[89]\d?新|九成新|八成新|中古/
const ACCESSORY = /配件|手机壳|保护壳|保护套|钢化膜|贴膜|滤芯|表带|耗材|刀头|充电线|支架|收纳|硒鼓|墨盒|替换装|通用/
const NOT_BRAND = /茅台镇|苹果(?!手机|耳机|充电|官方)|李宁波/
/** Strong words that mean something else where they stand: nature in bloom, jade grades, mountain villages, timber and beer. */
const HONEST_AFTER =
  /^(?:真(?:花|植物|草|树|绢|皮草|叶|盆|玫瑰|水果|模型|蛋糕|度)?|木|生态?|浆|味|装|色|汁|粮|麦|液|石|村|乡|文化|旅游|人家|王)/
const JADE = /翡翠|玉|手镯|挂件|宝石|琥珀|珍珠/
const BRAND_NAMES = ['品牌', '商标', '登记品牌', 'brand', 'brand_name']
/** Buyers who find it unlike the genuine one without calling it a fake. */
const REVIEW_UNLIKE =
  /做工(?:很|太|比较)?(?:差|粗|糙)|胶味|刺鼻|味道不对|掉色|货不对[板版]|对不上|(?:和|跟|与)(?:图片?|描述|以前|之前|上次|专柜|实体店|官网|正装|旗舰店)[^，,。]{0,8}(?:不一样|不同|差|不像)|没有(?:防伪|小票|质保|吊牌)|不像(?:专柜|真)/
const REVIEW_FAKE =
  /假货|是假的|假的|一眼假|疑似假|假冒|冒充|真假难辨|柜姐|不对版|盗版货|是仿|像仿|仿冒|不像正品|不是真的|非原装|不是原装|跟正品(?:差|不)|和正品(?:差|不)|与正品(?:差|不)|正品(?:根本)?不是这样|专柜(?:说|验|鉴)[^，,。]{0,6}(?:不是|假|没有)|官[网方][^，,。]{0,6}(?:查不到|查无|没有这)|(?:序列号|防伪码?|编码|条码)[^，,。]{0,6}(?:查不到|不对|无效|假|重复|错)|鉴定[^，,。]{0,4}(?:不过|没过|未通过|不通过|是假|为假)|验货?[^，,。]{0,4}(?:不过|没过|是假)|高仿|仿的|仿品|山寨|不是正品|非正品|假酒|盗版|冒牌|鉴定(?:为)?假|验出(?:来)?(?:是)?假|扫码(?:查不到|不对|是假)|和专柜(?:的)?不一样|味道完全不一样|赝品|a货/i
const REVIEW_TAKEN_BACK =
  /不是假|没有假|不像假|怕是假|以为是假|并非假|假的吧?别信|不假|不会是假|无假货|杜绝假|拒绝假|没买到假/

const NO_BRAND = /^(?:|无|无品牌|其他|其它|other|none|null|-|自有品牌|国产|不详|见描述)$/i

const BRAND_OF = new Map(BRANDS.flatMap((brand) => brand.aliases.map((alias) => [alias, brand])))

interface Sign {
  readonly weight: number
  readonly said: string
}

export const ipInfringementModel: ListingModel = {
  behaviour: 'ip-infringement',
  version: VERSION,
  thresholds: THRESHOLDS,
  examine(listing, date) {
    const terms = termsOf(listing)
    const logo = shownLogo(listing)
    const brand = brandOf(listing, terms) ?? (logo === null ? null : { name: logo.brand, found: null })
    const strong = offered(terms.get('fake/strong'))
    const weak = offered(terms.get('fake/weak'))
    if (brand === null && strong.length === 0) return []
    const article = cite('trademark', date)
    if (article === '' || productClass(listing) === 'publication') return []
    const signs = [
      ...wordSigns(strong, weak, brand),
      ...[priceSign(listing), reviewSign(listing)].filter((sign) => sign !== null),
    ]
    const authorised = authorisation(listing, brand?.name ?? '')
    if (authorised?.granted === false) signs.push({ weight: 0.25, said: authorised.said })
    if (signs.length === 0) return []
    const support = logo === null ? null : { logo, spoken: authorised?.granted === false }
    const words = differentWords(strong, weak)
    return [judge(listing, brand, { signs, support }, authorised, strong[0] ?? weak[0] ?? null, words, article)]
  },
}

function judge(
  listing: Listing,
  brand: { name: string; found: Found | null } | null,
  { signs, support }: { signs: readonly Sign[]; support: Support | null },
  authorised: ReturnType<typeof authorisation>,
  word: Found | null,
  words: number,
  article: string,
): Finding {
  let score = 1 - signs.reduce((left, { weight }) => left * (1 - weight), 1)
  const said = signs.map((sign) => sign.said)
  const tried: string[] = []
  if (support !== null) {
    const { logo } = support
    said.push(`图片中有与“${logo.brand}”登记标识相似的图形（${(logo.likeness * 100).toFixed(0)} %）`)
    if (logo.parallel) tried.push('平行进口，标识可为真品所有，不计标识')
    else score = supported(score, signs, support)
  }
  const about = `${listing.title ?? ''} ${listing.category ?? ''}`
  // Without a brand one word is an offer only in the title, where goods are named; two that only counterfeits carry are one anywhere.
  if (brand === null) score = Math.min(score, words >= 2 ? 0.65 : word?.field.field === 'title' ? 0.62 : 0.55)
  if (authorised?.granted === true) {
    score *= THRESHOLDS.authorised.value
    tried.push(authorised.said)
  }
  const spoken = signs.some(({ said: one }) => one.startsWith('用语') || one.startsWith('评价'))
  if (SECOND_HAND.test(about) && !spoken) {
    score *= 0.2
    tried.push('二手闲置，如实出售')
  }
  // What only fits a brand says so; who has it under the brand without leave, or words and buyers that call it a copy, are against it.
  if (brand !== null && !spoken && authorised?.granted !== false && accessory(listing, brand.found)) {
    score *= 0.2
    tried.push('配件，只说明适用')
  }
  score = Math.min(0.98, Math.round(score * 1000) / 1000)
  const undecided = score < THRESHOLDS.lead.value && score >= 0.35 && authorised === null && tried.length === 0
  const span = word ?? brand?.found ?? null
  const missing = undecided ? '；没有授权信息，不能决定' : ''
  const exemptions = tried.length > 0 ? `；${tried.join('、')}，不作为线索` : '；已试授权、二手、配件、否定，均不适用'
  return {
    behaviour: 'ip-infringement',
    article,
    score,
    span: span === null ? brandSpan(listing) : spanOf(span),
    reason: `品牌${brand === null ? '未识别' : `“${brand.name}”`}：${said.join('；')}${exemptions}${missing}`,
    decision: score >= THRESHOLDS.lead.value ? 'lead' : undecided ? "can't decide" : 'below threshold',
    model: { name: 'ip-infringement', version: VERSION },
  }
}

interface Support {
  readonly logo: ShownLogo
  /** Whether the register says that the shop is not authorised. */
  readonly spoken: boolean
}

/** The score with the logo. It brings no lead where neither words, buyers nor the register speak. */
function supported(score: number, signs: readonly Sign[], { spoken }: Support): number {
  const higher = 1 - (1 - score) * (1 - THRESHOLDS.logo.value)
  const speaks = spoken || signs.some(({ said }) => said.startsWith('用语') || said.startsWith('评价'))
  return speaks || score >= THRESHOLDS.lead.value ? higher : Math.min(higher, THRESHOLDS.lead.value - 0.001)
}

/** Words that are offered, not refused, warned of, or quoted. */
function offered(all: readonly Found[] = []): Found[] {
  return all.filter((found) => {
    if (found.strength < 0.5) return false
    const { text } = found.field
    if (found.group === 'fake/strong') {
      if (/^(?:高仿|纯原版?|真标|山寨|仿品)$/.test(found.word) && HONEST_AFTER.test(text.slice(found.end))) return false
      if (/^(?:a货|超a|aaa货|aaa级)$/.test(found.word) && JADE.test(text)) return false
    }
    return !circumstances(text, found.start, found.end).some(({ kind }) =>
      kind === 'negation'
        ? found.word !== '未授权' && found.word !== '无授权'
        : kind === 'quotation' || kind === 'title' || kind === 'law' || kind === 'warning',
    )
  })
}

function differentWords(...all: readonly (readonly Found[])[]): number {
  return new Set(all.flat().map(({ word }) => word)).size
}

function wordSigns(strong: readonly Found[], weak: readonly Found[], brand: object | null): Sign[] {
  const signs: Sign[] = []
  const named = (all: readonly Found[]) => [...new Set(all.map(({ word }) => `“${word}”`))].slice(0, 4).join('、')
  if (strong.length > 0)
    signs.push({ weight: (brand === null ? 0.62 : 0.74) * strong[0]!.strength, said: `用语${named(strong)}` })
  // Only the number of different words counts: one of them is said of many honest goods.
  const different = new Set(weak.map(({ word }) => word)).size
  if (different > 0) signs.push({ weight: different >= 2 ? 0.55 : 0.34, said: `用语${named(weak)}` })
  return signs
}

/** The brand that the listing is offered under: by its brand field, else by its title, else as it states; never one that is denied. */
function brandOf(
  listing: Listing,
  terms: ReadonlyMap<string, readonly Found[]>,
): { name: string; found: Found | null } | null {
  const written = (listing.brand ?? '').trim().toLowerCase()
  const known = written === '' ? undefined : BRAND_OF.get(written)
  if (known !== undefined) {
    return { name: known.name, found: terms.get(brandKey(known.name))?.find((one) => !denied(one)) ?? null }
  }
  for (const [key, all] of terms) {
    const name = brandOfKey(key)
    const found = name === null ? undefined : all.find((one) => !denied(one))
    if (name !== null && found !== undefined) return { name, found }
  }
  // A brand that no register knows is one all the same, when the goods are said to be of it.
  const stated = listing.brand?.trim() || textAttribute(listing, BRAND_NAMES)
  return stated === undefined || NO_BRAND.test(stated) ? null : { name: stated, found: null }
}

function denied(found: Found): boolean {
  const { text } = found.field
  if (found.strength < 0.9) return true
  const near = text.slice(found.start, found.end + 6)
  if (NOT_BRAND.test(near)) return true
  if (/^[\x20-\x7e]+$/.test(found.word) && /[a-z]/i.test(`${text[found.start - 1] ?? ''}`)) return true
  if (/^[\x20-\x7e]+$/.test(found.word) && /[a-z]/i.test(`${text[found.end] ?? ''}`)) return true
  return circumstances(text, found.start, found.end).some(({ kind }) => kind === 'negation')
}

function accessory(listing: Listing, found: Found | null): boolean {
  const own = (listing.brand ?? '').trim() !== ''
  const fits =
    found !== null && circumstances(found.field.text, found.start, found.end).some(({ kind }) => kind === 'compatible')
  return ACCESSORY.test(`${listing.title ?? ''} ${listing.category ?? ''}`) && (fits || (own && !brandIsKnown(listing)))
}

function brandIsKnown(listing: Listing): boolean {
  const written = (listing.brand ?? '').trim().toLowerCase()
  return BRAND_OF.has(written)
}

/** What is said of authorisation; `null` where nothing is. */
function authorisation(listing: Listing, brand: string): { granted: boolean; said: string } | null {
  const value = attribute(listing, AUTHORISED)
  if (typeof value === 'boolean') return { granted: value, said: value ? '有品牌授权' : '无品牌授权' }
  const text = textAttribute(listing, AUTHORISED)
  if (text !== undefined && text !== '') {
    const granted = !/^(?:无|没有|否|未|no|false|0$|none|unauthori|过期|已过期)/i.test(text)
    return { granted, said: granted ? `品牌授权：${text}` : `品牌授权：${text}` }
  }
  const shop = listing.shop?.name ?? ''
  const known = BRAND_OF.has(brand.toLowerCase()) || BRANDS.some(({ name }) => name === brand)
  // Goods that others sell too, or that buyers call fakes, are no brand of the shop's own.
  const others = attribute(listing, REFERENCES) !== undefined || reviewSign(listing) !== null
  if (!known && !others && brand.length >= 2 && shop.toLowerCase().includes(brand.toLowerCase()))
    return { granted: true, said: `店铺“${shop}”自有的品牌` }
  if (OFFICIAL_SHOP.test(shop)) return { granted: true, said: `店铺“${shop}”` }
  const claimed = GENUINE_SAID.exec(`${listing.title ?? ''} ${listing.description ?? ''}`)
  return claimed === null ? null : { granted: true, said: `页面称“${claimed[0]}”，须核对` }
}

function priceSign(listing: Listing): Sign | null {
  const price = yuan(listing.price)
  const stated = yuan(attribute(listing, REFERENCES))
  const reference = stated ?? yuan(listing.original_price)
  if (price === null || reference === null || price > reference * THRESHOLDS.priceShare.value) return null
  const share = ((price / reference) * 100).toFixed(0)
  // A price struck out by the seller is the seller's own word.
  const from = stated === null ? '划线价' : '参考价'
  const deep = price <= reference * THRESHOLDS.deepShare.value ? 0.05 : 0
  return {
    weight: stated === null ? 0.35 : 0.45 + deep,
    said: `价格 ${price} 元为${from} ${reference} 元的 ${share} %`,
  }
}

function reviewSign(listing: Listing): Sign | null {
  const said = listing.reviews.filter(({ text }) => REVIEW_FAKE.test(text) && !REVIEW_TAKEN_BACK.test(text))
  if (said.length > 0) {
    const first = REVIEW_FAKE.exec(said[0]!.text)![0]
    return { weight: said.length > 1 ? 0.5 : 0.35, said: `评价 ${said.length} 条称“${first}”` }
  }
  const unlike = listing.reviews.map(({ text }) => REVIEW_UNLIKE.exec(text)?.[0]).filter((one) => one !== undefined)
  return unlike.length === 0 ? null : { weight: 0.2, said: `评价 ${unlike.length} 条称“${unlike[0]}”` }
}

function spanOf(found: Found): FieldSpan {
  const { field, start, end } = found
  return { field: field.field, start, end, text: field.text.slice(start, end) }
}

function brandSpan(listing: Listing): FieldSpan | null {
  const text = listing.brand ?? ''
  return text === '' ? null : { field: 'brand', start: 0, end: text.length, text }
}
