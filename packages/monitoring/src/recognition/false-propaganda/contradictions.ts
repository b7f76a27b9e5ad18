/**
 * What a listing praises against what its own data say: material, origin, grade, sales, reviews, years in business, ingredients. Law:
 * 反不正当竞争法 (2025) 9 (性能、功能、质量、销售状况、用户评价、曾获荣誉), 广告法 28(2)(2) (与实际情况不符). Only a plain contradiction counts: a
 * datum that is silent, or that can be read both ways, is none.
 */
import { attribute, dayOf, daysBetween, textAttribute } from '../fields.ts'
import type { Listing } from '../line.ts'
import type { FieldText } from '../text/texts.ts'

interface Contradiction {
  readonly field: FieldText
  readonly start: number
  readonly end: number
  /** What it is, in Chinese, with the datum. */
  readonly reason: string
  readonly weight: number
}

/** A claim that a number of times as large as the datum is no rounding. */
const TIMES = 5
const DAYS_A_YEAR = 365

/** Material that is praised; what in the data speaks against it; what makes the datum agree. */
const MATERIALS: readonly (readonly [claim: RegExp, against: RegExp, agrees: RegExp])[] = [
  [
    /头层牛皮|头层真皮|真皮|全牛皮|纯牛皮|牛皮(?!纸|癣)|羊皮(?!纸)/,
    /PU|PVC|人造革|合成革|仿皮|超纤|人造皮|再生革|聚氨酯|二层/i,
    /(?<!仿|人造|合成)(?:头层|牛皮|羊皮|真皮)/,
  ],
  [
    /100%?纯?棉|纯棉|全棉|百分百棉|100%棉/,
    /聚酯|涤纶|化纤|锦纶|腈纶|粘纤|涤/,
    /^(?:100%)?(?:纯棉|全棉|棉)$|棉\s*100|100%\s*棉/,
  ],
  [
    /纯羊毛|100%羊毛|全羊毛|纯羊绒|100%羊绒|山羊绒(?!\d)/,
    /腈纶|聚酯|涤纶|化纤|粘纤|仿羊/,
    /羊[毛绒]\s*100|100%\s*(?:山|绵)?羊[毛绒]/,
  ],
  [/桑蚕丝|真丝|100%蚕丝/, /聚酯|涤纶|化纤|仿真丝|粘纤|人造丝/, /桑蚕丝|(?<!仿)真丝|蚕丝/],
  [
    /纯?实木|全实木|原木(?!色)|红木|紫檀|花梨|黄花梨|金丝楠|胡桃木(?!色)/,
    /密度板|颗粒板|刨花板|中纤板|纤维板|胶合板|人造板|贴皮|三聚氰胺|MDF/i,
    /^(?:全|纯)?实木$/,
  ],
  [
    /足金|纯金|足银|纯银|999银|925银|18K金|铂金/i,
    /^(?:锌|锡)?合金|镀金|镀银|铜|钛钢|不锈钢/,
    /足金|足银|纯银|银?925|999|18K(?!镀)|铂|银/i,
  ],
  [/天然乳胶|纯乳胶|100%乳胶/, /聚氨酯|海绵|合成乳胶|丁苯|记忆棉/, /天然乳胶\s*\d*|乳胶9\d/],
  [/纯钛|316不锈钢|304不锈钢|食品级304|食品级316/, /201|铝合金|铁|普通钢/, /纯钛|316|304/],
  [/天然翡翠|A货翡翠|天然玉|和田玉|天然水晶|天然琥珀|蜜蜡|天然珍珠/, /玻璃|树脂|合成|仿|亚克力|压制|塑料/, /天然/],
]
const MATERIAL_NAMES = [
  '材质',
  '面料',
  '成分',
  '材料',
  '面料成分',
  '填充物',
  '鞋面材质',
  '主要材质',
  '里料',
  '皮质',
  'material',
]

const PROVINCES =
  '北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|内蒙古|广西|西藏|宁夏|新疆'
const HOME = new RegExp(`中国|国产|大陆|${PROVINCES}`)
const COUNTRY =
  '德国|日本|法国|意大利|美国|瑞士|新西兰|澳大利亚|澳洲|英国|韩国|泰国|智利|西班牙|荷兰|丹麦|加拿大|俄罗斯|越南|马来西亚|土耳其'
const ABROAD = new RegExp(
  `(?:原装|原瓶|整机|纯|100%)(?:原装)?进口(?!芯|机芯|电机|面料|棉|材|发动|轴承|压缩|颜料|工艺|技术|设备|颗粒|原料|零件|马达|油墨|皮|胶)|(?:${COUNTRY})(?:原装|原产|本土(?:生产|制造)|原瓶)|(?:产自|原产于?|产地[:：]?)(?:${COUNTRY})`,
)
/** Goods named after where they come from, and what the datum must then hold. */
const PLACES: readonly (readonly [claim: RegExp, agrees: RegExp])[] = [
  [/五常大?米|五常稻花香/, /五常|哈尔滨|黑龙江/],
  [/西湖龙井/, /西湖|杭州|浙江/],
  [/阳澄湖/, /阳澄湖|苏州|昆山|江苏/],
  [/武夷山?(?:岩茶|大红袍)|正岩/, /武夷|南平|福建/],
  [/安溪铁观音/, /安溪|泉州|福建/],
  [/赣南脐橙/, /赣|江西/],
  [/烟台(?:苹果|红富士|大樱桃)/, /烟台|栖霞|山东/],
  [/阿克苏(?:苹果|冰糖心)/, /阿克苏|新疆/],
  [/宁夏枸杞|中宁枸杞/, /中宁|宁夏/],
  [/洛川苹果/, /洛川|延安|陕西/],
  [/新疆(?:和田大枣|红枣)|和田大?枣/, /新疆|和田/],
  [/金华火腿/, /金华|浙江/],
  [/文山三七/, /文山|云南/],
  [/长白山人参/, /吉林|长白/],
  [/景德镇/, /景德镇|江西/],
]
const ORIGIN_NAMES = ['产地', '原产地', '原产国', '生产地', 'origin', 'country_of_origin']

const GRADES = /特级|一级|优级|优等品|一等品|A级|合格品|二级|三级|二等品/
const SOLD =
  /(?:已售|累计(?:销量|售出|销售)|总销量|月销|销量(?:突破|超|高达|达)?|热销|狂销|售出|卖出)[^\d，,。；;\n]{0,4}(\d+(?:\.\d+)?)\s*(万|w|千|百万|亿)?\+?\s*(?:件|单|份|盒|瓶|台|套|双|个|只|斤|册|笔|余件|多件|余单)/i
const REVIEWED =
  /(\d+(?:\.\d+)?)\s*(万|w|千)?\+?\s*(?:条|人|个|位|余人|多人)?(?:真实)?(?:好评|五星好评|用户好评|买家好评|评价)/i
const FOR_YEARS =
  /(?:开店|经营|专营|老店|本店已?)[^\d一二三四五六七八九十百，,。；;\n]{0,3}(\d{1,3}|[一二三四五六七八九十百]{1,3})\s*年(?!代)|(\d{1,3}|[一二三四五六七八九十百]{1,3})\s*年(?:老店|老铺|网店|淘宝老店|信誉老店)/
const FREE_OF: readonly (readonly [claim: RegExp, against: RegExp])[] = [
  [/(?:0|零|无|不加|不含|未添加)(?:添加)?(?:蔗糖|白?砂?糖(?!醇))/, /白砂糖|蔗糖|果葡糖浆|麦芽糖浆|冰糖|红糖/],
  [
    /(?:0|零|无|不加|不含|未添加)(?:添加)?(?:防腐剂)|(?:0|零|无)添加/,
    /山梨酸|苯甲酸|脱氢乙酸|亚硝酸|防腐剂|尼泊金|苯氧乙醇/,
  ],
  [/(?:0|零|无|不加|不含)(?:添加)?(?:香精|色素)/, /香精|色素|柠檬黄|日落黄|胭脂红|诱惑红|香兰素/],
  [/(?:0|零|无|不含)(?:添加)?酒精/, /乙醇|变性乙醇|酒精/],
  [/(?:0|零|无|不含)(?:反式)?脂肪(?!酸钠)/, /氢化植物油|植脂末|起酥油/],
]
const INGREDIENTS = ['配料', '配料表', '成分', '成分表', '全成分', 'ingredients']

export function contradictionsOf(listing: Listing, fields: readonly FieldText[]): Contradiction[] {
  const found: Contradiction[] = []
  for (const field of fields) {
    const add = (match: RegExpExecArray | null, reason: string, weight: number) => {
      if (match !== null && !isTakenBack(field.text, match.index))
        found.push({ field, start: match.index, end: match.index + match[0].length, reason, weight })
    }
    material(listing, field, add)
    origin(listing, field, add)
    counts(listing, field, add)
    freeOf(listing, field, add)
  }
  return found
}

type Add = (match: RegExpExecArray | null, reason: string, weight: number) => void

/** 仿, 非, 不是 and the like before the word, or an appearance after which it is named. */
function isTakenBack(text: string, start: number): boolean {
  return /(?:仿|非|不是|并非|类|像|胜过|媲美|平替|风格?|色|纹|替代)$/.test(text.slice(Math.max(0, start - 3), start))
}

function material(listing: Listing, { text }: FieldText, add: Add): void {
  const datum = textAttribute(listing, MATERIAL_NAMES)
  if (!datum) return
  for (const [claim, against, agrees] of MATERIALS) {
    const match = claim.exec(text)
    if (match === null || !against.test(datum) || agrees.test(datum)) continue
    if (/^(?:色|纹|风|质感|感|味|图|纸|边|拼接)/.test(text.slice(match.index + match[0].length))) continue
    // One datum is often that of a part, such as a lining or a sole.
    add(match, `宣称“${match[0]}”，属性中材质为“${datum}”，须核对是否为同一部位`, 0.55)
  }
}

function origin(listing: Listing, { text }: FieldText, add: Add): void {
  const datum = textAttribute(listing, ORIGIN_NAMES)
  if (!datum) return
  if (HOME.test(datum) && !/进口/.test(datum)) {
    const match = ABROAD.exec(text)
    if (match !== null) add(match, `宣称“${match[0]}”，属性中产地为“${datum}”`, 0.78)
  }
  for (const [claim, agrees] of PLACES) {
    const match = claim.exec(text)
    if (match === null || agrees.test(datum) || !new RegExp(`${HOME.source}|[省市县]`).test(datum)) continue
    // The place of packing is often given for the place of growth.
    add(match, `宣称“${match[0]}”，属性中产地为“${datum}”，须核对是否为包装地`, 0.5)
  }
}

function counts(listing: Listing, { text }: FieldText, add: Add): void {
  const sold = Number(attribute(listing, ['sales', '销量', '累计销量', 'sold_count']) ?? Number.NaN)
  const soldClaim = SOLD.exec(text)
  if (soldClaim !== null && Number.isFinite(sold)) {
    const said = amount(soldClaim[1]!, soldClaim[2])
    if (said >= 100 && said > Math.max(sold, 1) * TIMES) {
      add(soldClaim, `宣称“${soldClaim[0]}”，平台记录的销量为 ${sold}`, 0.8)
    }
  }
  const reviewed = Number(attribute(listing, ['review_count', '评价数', '评论数']) ?? Number.NaN)
  const reviewClaim = REVIEWED.exec(text)
  if (reviewClaim !== null && Number.isFinite(reviewed)) {
    const said = amount(reviewClaim[1]!, reviewClaim[2])
    if (said >= 100 && said > Math.max(reviewed, 1) * TIMES) {
      add(reviewClaim, `宣称“${reviewClaim[0]}”，平台记录的评价数为 ${reviewed}`, 0.78)
    }
  }
  const opened = dayOf(attribute(listing, ['opened_at', '开店时间', '开店日期']))
  const yearsClaim = FOR_YEARS.exec(text)
  const seen = dayOf(listing.captured_at) ?? dayOf(attribute(listing, ['date', 'captured_at']))
  if (opened !== null && seen !== null && yearsClaim !== null) {
    const years = chineseNumber(yearsClaim[1] ?? yearsClaim[2] ?? '')
    if (years > 1 && years > daysBetween(opened, seen) / DAYS_A_YEAR + 2) {
      add(yearsClaim, `宣称“${yearsClaim[0]}”，店铺开设于 ${opened}`, 0.66)
    }
  }
  const grade = textAttribute(listing, ['等级', '质量等级', '级别', '能效等级'])
  const gradeClaim = /(特级|一级|优级|一等品)(?:能效|品质|好|茶|米|油|鲜|果|标准|大|[^\p{L}]|$)/u.exec(text)
  if (grade && GRADES.test(grade) && gradeClaim !== null) {
    const [datum] = GRADES.exec(grade)!
    if (rank(gradeClaim[1]!) < rank(datum))
      add(gradeClaim, `宣称“${gradeClaim[1]}”，属性中等级为“${grade}”，须核对`, 0.5)
  }
}

function freeOf(listing: Listing, { text }: FieldText, add: Add): void {
  const datum = textAttribute(listing, INGREDIENTS)
  if (!datum) return
  for (const [claim, against] of FREE_OF) {
    const match = claim.exec(text)
    const shown = against.exec(datum)
    if (match !== null && shown !== null) add(match, `宣称“${match[0]}”，配料中有“${shown[0]}”`, 0.82)
  }
}

function amount(digits: string, unit: string | undefined): number {
  const times = { 万: 1e4, w: 1e4, 千: 1e3, 百万: 1e6, 亿: 1e8 }[unit?.toLowerCase() ?? ''] ?? 1
  return Number(digits) * times
}

function chineseNumber(written: string): number {
  if (/^\d+$/.test(written)) return Number(written)
  const digits = '〇一二三四五六七八九'
  let sum = 0
  let last = 0
  for (const character of written) {
    const unit = { 十: 10, 百: 100 }[character]
    if (unit === undefined) last = digits.indexOf(character)
    else {
      sum += (last || 1) * unit
      last = 0
    }
  }
  return sum + last
}

/** The best first. */
function rank(grade: string): number {
  const order = [/特级|优级|优等品|A级/, /一级|一等品/, /二级|二等品/, /三级|合格品/]
  const at = order.findIndex((words) => words.test(grade))
  return at < 0 ? order.length : at
}
