/**
 * What may not be sold, or not without a licence: 电子商务法 13, 互联网广告管理办法 6, and the law of the thing. A word is read with what
 * stands around it: toys, books and other meanings are no leads, nor is a negation, a warning or a shop that shows its licence.
 */

import { cite } from '../../law/citation.ts'
import { around, circumstances } from '../../reading/context/context.ts'
import type { Finding } from '../finding.ts'
import type { Listing } from '../line.ts'
import type { ListingModel } from '../model.ts'
import { type Found, termsOf } from '../text/lexicon.ts'
import { productClass } from '../text/product-class.ts'
import { thresholds } from '../thresholds.ts'
import { BANNED_CATEGORIES, type BannedCategory, bannedKey } from './terms.ts'

const VERSION = 4
const THRESHOLDS = thresholds({
  lead: {
    value: 0.6,
    reason: 'a word that names the thing passes alone, one with honest meanings needs a second sign',
  },
  strong: { value: 0.85, reason: 'hardly any honest listing holds the word without a context that is tried' },
  weak: { value: 0.4, reason: 'most listings that hold the word are honest' },
  sign: {
    value: 0.25,
    reason: 'words of a hidden sale, or a second word of the same thing, are rare in honest listings',
  },
  exempt: { value: 0.12, reason: 'an honest use keeps a trace, so that a reader sees what was tried' },
})

/** How things are sold that may not be sold. */
const HIDDEN_SALE =
  /私聊|私信(?:拿|问|要|看)|加微|加v(?![a-z])|加薇|加徽|微信看|[vV]信|懂的(?:来|进|自|私|都|[，,。！!]|$)|懂行|懂得来|面交|隐私发货|保密发货|私密发货|隐秘发货|伪装发货|免处方|无证|不留底|详聊|细聊|老地方|过验|勿问(?:用途|来源)|不问用途|不退不问|低调/
/** What shows that a thing is told of, taught, tested, kept off or only pictured, whatever it is. */
const HONEST_ANYWHERE =
  /标识牌|警示[牌贴标]|提示[牌贴]|宣传(?:栏|画|册|单|页|展)|展板|横幅|科普|教具|教学(?!视频)|博物馆|装饰画|挂画|贴纸|桌游|角色扮演|积木|反诈|禁毒|防范|举报|知识读本|普法/
/** What only those say who tell of the law; nobody sells so. */
const TOLD_OF =
  /(?<![不非未])违法|犯罪|(?:禁止|严禁|请勿|不得|切勿)(?:携带|销售|买卖|吸食|持有|捕猎|猎捕|交易|购买|使用)|警惕|谨防|当心|抵制|公安机关|报警|依法(?:处罚|查处|追究)|法律责任|安检/
/** As near as an honest meaning belongs to the word itself. */
const CLOSE = 5
const PLAYS =
  /软弹|水弹|吸盘|泡泡|水枪|皮筋|毛绒|儿童玩具|积木|桌游|手办|图书|海报|绘本|仿真花|演出|道具|人造|树脂|素食|养殖|检测/
/** A word of the description alone, where the title sells something else: with no second sign it is told of as often as sold. */
const ASIDE = 0.7
/** How far from a word its signs are looked for, in code units. */
const NEAR_SIGNS = 40
/** With a second sign, a longer word that only sounds so is a disguise. */
const SOUND_WITH_SIGN = 0.78
const LONG_SOUND = 3

const KEYED = BANNED_CATEGORIES.map((category) => ({
  category,
  strongKey: bannedKey(category, 'strong'),
  weakKey: bannedKey(category, 'weak'),
}))

type Weighed = { readonly found: Found; readonly score: number; readonly why: string; readonly exempt: boolean }

export const bannedGoodsModel: ListingModel = {
  behaviour: 'banned-goods',
  version: VERSION,
  thresholds: THRESHOLDS,
  examine(listing, date) {
    const terms = termsOf(listing)
    if (terms.size === 0) return []
    const findings: Finding[] = []
    for (const { category, strongKey, weakKey } of KEYED) {
      const strong = terms.get(strongKey) ?? []
      const weak = terms.get(weakKey) ?? []
      if (strong.length + weak.length === 0) continue
      const finding = findingOf(category, strong, weak, listing, date)
      if (finding !== null) findings.push(finding)
    }
    return findings
  },
}

function findingOf(
  category: BannedCategory,
  strong: readonly Found[],
  weak: readonly Found[],
  listing: Listing,
  date: string,
): Finding | null {
  const article = cite(category.topic, date)
  if (article === '') return null
  const licence = licenceOf(category, listing)
  const weighed = [
    ...strong.map((found) => weigh(found, THRESHOLDS.strong.value, category, listing, false)),
    ...weak.map((found) => weigh(found, THRESHOLDS.weak.value, category, listing, true)),
  ].sort((a, b) => b.score - a.score)
  const first = weighed[0]!
  const { found } = first
  const others = new Set(
    weighed.filter(({ exempt, found: one }) => !exempt && one.strength >= 0.3).map((one) => one.found.word),
  )
  for (const word of [...others])
    if (word === found.word || found.word.includes(word) || word.includes(found.word)) others.delete(word)
  let { score } = first
  const signs: string[] = []
  if (!first.exempt) {
    const hidden = HIDDEN_SALE.exec(`${listing.title ?? ''}\n${listing.description ?? ''}`)
    const told = signNear(category, found)
    if (hidden !== null) signs.push(`“${hidden[0]}”`)
    if (told !== null) signs.push(`“${told}”`)
    for (const other of [...others].slice(0, 4)) signs.push(`“${other}”`)
    if (signs.length > 0) {
      if (found.how === 'sound' && found.word.length >= LONG_SOUND) score *= SOUND_WITH_SIGN / found.strength
      const strength = Math.max(found.strength, first.score)
      score += THRESHOLDS.sign.value * Math.min(1, strength) * (score < 0.6 ? 1 : 0.4)
    } else if (found.field.field === 'description') score *= ASIDE
  }
  if (licence !== null) score = Math.min(score, 0.3)
  score = Math.min(0.98, Math.round(score * 1000) / 1000)
  const written = found.field.text.slice(found.start, found.end)
  const read = written === found.word ? '' : `，读作“${found.word}”`
  const lawful = licence === null ? '' : `；属性中有许可信息“${licence}”，须核对是否覆盖`
  const beside = signs.length > 0 ? `；另有${signs.join('、')}` : ''
  return {
    behaviour: 'banned-goods',
    article,
    score,
    span: { field: found.field.field, start: found.start, end: found.end, text: written },
    reason: `“${written}”${read}：${category.name}；${first.why}${beside}${lawful}`,
    decision: score >= THRESHOLDS.lead.value ? 'lead' : 'below threshold',
    model: { name: 'banned-goods', version: VERSION },
  }
}

/** A sign of the category near the word, and not in it. */
function signNear({ signs }: BannedCategory, { field: { text }, start, end }: Found): string | null {
  const before = signs.exec(text.slice(Math.max(0, start - NEAR_SIGNS), start))
  return (before ?? signs.exec(text.slice(end, end + NEAR_SIGNS)))?.[0] ?? null
}

function weigh(found: Found, weight: number, category: BannedCategory, listing: Listing, isWeak: boolean): Weighed {
  const exempt = (why: string): Weighed => ({ found, score: THRESHOLDS.exempt.value, why, exempt: true })
  const { text } = found.field
  for (const { kind, text: shown } of circumstances(text, found.start, found.end)) {
    // “不” takes back what is done, hardly a thing.
    const deed = shown === '不' && /^[代办卖售收出]/.test(found.word)
    if (kind === 'negation' && (deed || !/^(?:无|不)$/.test(shown))) return exempt(`否定（“${shown}”），不作为线索`)
    if (kind === 'quotation') return exempt(`引用（“${shown}”），不作为线索`)
    if (kind === 'title') return exempt(`作品名“${shown}”，不作为线索`)
    if (kind === 'law') return exempt(`引用法律（“${shown}”），不作为线索`)
    if (kind === 'warning') return exempt(`提示、宣传（“${shown}”），不作为线索`)
  }
  const [before, after] = around(text, found.start, found.end)
  const near = `${before.slice(-16)}${found.word}${after.slice(0, 16)}`
  const close = category.honest.exec(`${before.slice(-CLOSE)}${found.word}${after.slice(0, CLOSE)}`)
  // A word with honest meanings has the honest one where anything in the listing speaks for it.
  const about = `${listing.title ?? ''} ${listing.category ?? ''} ${isWeak ? (listing.description ?? '') : ''}`
  const wide = category.honest.exec(near) ?? category.honest.exec(about) ?? HONEST_ANYWHERE.exec(`${about} ${near}`)
  // What is said when such a thing is really offered outweighs what stands farther off, but for what only plays at it.
  const offered =
    !PLAYS.test(`${listing.title ?? ''} ${listing.description ?? ''}`) && isOffered(category, found, listing)
  const honest = close ?? (offered ? null : wide)
  const told = TOLD_OF.exec(text.slice(Math.max(0, found.start - NEAR_SIGNS), found.end + NEAR_SIGNS))
  if (told !== null && category.key !== 'exam') return exempt(`提示、宣传（“${told[0]}”），不作为线索`)
  const sort = productClass(listing)
  if (honest !== null && !fires(category, listing)) {
    return exempt(`另有正当含义（“${honest[0]}”），不作为线索`)
  }
  if (sort === 'publication') return exempt('出版物，不作为线索')
  const score = weight * found.strength
  return { found, score, why: '已试豁免（玩具模型、出版物、他义、否定、宣传），均不适用', exempt: false }
}

function isOffered(category: BannedCategory, found: Found, listing: Listing): boolean {
  return HIDDEN_SALE.test(`${listing.title ?? ''}\n${listing.description ?? ''}`) || signNear(category, found) !== null
}

/** A toy or model that shoots metal is none. */
function fires(category: BannedCategory, listing: Listing): boolean {
  return (
    category.key === 'guns' &&
    /(?<!不)(?<!不能)(?<!无法)(?:可发射钢珠|发射钢珠|可打钢珠|打钢珠|可发射(?!软弹|水|泡|吸盘|纸|橡皮))/.test(
      `${listing.title ?? ''} ${listing.description ?? ''}`.replace(/不可发射|不能发射|无法发射/g, ''),
    ) &&
    !/软弹|水弹枪软|吸盘|水枪|泡泡|纸飞机|皮筋/.test(`${listing.title ?? ''} ${listing.description ?? ''}`)
  )
}

/** What the attributes or the shop show of a licence for it. */
function licenceOf(category: BannedCategory, listing: Listing): string | null {
  if (category.licence === null) return null
  for (const holder of [listing.attributes, listing.shop]) {
    if (typeof holder !== 'object' || holder === null) continue
    for (const [name, value] of Object.entries(holder)) {
      if (typeof value !== 'string' && typeof value !== 'number' && value !== true) continue
      const said = `${name} ${String(value)}`
      if (/^(?:无|没有|否|false|none|未取得|-)?$/i.test(String(value).trim())) continue
      if (category.licence.test(said) || /^(?:许可证|经营许可|licen[cs]e_(?:for|goods)|permit)/i.test(name)) return said
    }
  }
  return null
}
