/**
 * "Today only" and its kin, on how many days it stood, and whether it was true. 明码标价和禁止价格欺诈规定 19(2), 20 as the Supreme
 * People's Court's cases read them: a last day that is followed by the same price was none.
 */
import { attribute, dayOf, yuan } from '../fields.ts'
import type { Listing } from '../line.ts'

const DAY = '(?:今天|今日|今晚|今夜|当天|当日|本日|即日)'
const NEXT = '(?:明天|明日|明早|次日|隔天|隔日|过了今天|过了今晚|零点后?|0点后?|24点后?)'
/** Words that make a day a limit of a price. */
const LIMITS = [
  `(?:仅|只|就|限|唯独|单单)[^，。；;!！\\n]{0,4}${DAY}`,
  `${DAY}[^，。；;!！\\n]{0,6}(?:最后|截止|截至|为止|结束|收官|止|失效|作废|下架|恢复|限定|限时|封顶|专享|特价|特惠|秒杀|抢购|钜惠|有效)`,
  `(?:最后|仅剩|只剩|仅余|还剩|倒数|剩余|仅此|只此|仅限|只限|就这)[^，。；;!！\\n]{0,3}(?:[一1]\\s*[天日晚]|\\d+\\s*(?:个?小时|分钟|h\\b))`,
  `(?:最后[一1]?[天日]|末日|限时[一1][天日]|[一1][天日]限定|24\\s*小时限时|限时24\\s*小时|倒计时)`,
  `${NEXT}[^，。；;!！\\n]{0,6}(?:恢复|回到|回升|涨|上调|调价|调回|原价|不再|没有|结束|下架|失效)`,
  `(?:错过|过了|过)${DAY}[^，。；;!！\\n]{0,8}(?:再等|没有|不再|恢复|涨|原价|一年)`,
  `today\\s+only|last\\s+day|ends?\\s+(?:today|tonight)|only\\s+today`,
]
/** What is done today and is no limit of a price. */
const SERVICE = /发货|发出|送达|送货|配送|到货|达$|^达|采摘|现做|现杀|现烤|新鲜|出炉|客服|营业/
const LIMIT = new RegExp(LIMITS.join('|'), 'gi')

export interface LastDayWords {
  readonly start: number
  readonly end: number
}

/** The first such words of a text. */
export function lastDayWords(text: string): LastDayWords | null {
  for (const hit of text.matchAll(LIMIT)) {
    const end = hit.index + hit[0].length
    if (!SERVICE.test(hit[0]) && !SERVICE.test(text.slice(end, end + 3))) return { start: hit.index, end }
  }
  return null
}

const RECORDS = [
  'promotion_history',
  'promo_history',
  'campaign_history',
  'snapshots',
  'title_history',
  'promotion_days',
  '促销历史',
  '促销记录',
  '文案历史',
  '快照',
]

interface Record {
  readonly day: string
  readonly price: number | null
  readonly says: boolean
}

/** Days on which the listing is recorded with such words, in order; not those after which the price did rise. */
export function daysThatSay(listing: Listing): string[] {
  const value = attribute(listing, RECORDS)
  if (!Array.isArray(value)) return []
  const records = value
    .flatMap((one) => recordOf(one) ?? [])
    .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
  const held = records.filter(({ price, says }, i) => {
    const next = records.slice(i + 1).find((other) => other.day > records[i]!.day)
    const rose = price !== null && next !== undefined && next.price !== null && next.price > price * 1.02
    return says && !rose
  })
  return [...new Set(held.map(({ day }) => day))]
}

function recordOf(one: unknown): Record | null {
  if (typeof one === 'string') {
    const day = dayOf(one)
    return day === null ? null : { day, price: null, says: lastDayWords(one) !== null }
  }
  if (typeof one !== 'object' || one === null) return null
  const day = Object.values(one)
    .map(dayOf)
    .find((found) => found !== null)
  if (day === undefined) return null
  const texts = Object.values(one).filter((value): value is string => typeof value === 'string')
  const holder = { attributes: one as { [name: string]: unknown }, shop: undefined }
  return {
    day: day!,
    price: yuan(attribute(holder, ['price', 'final_price', '价格', '到手价', '售价'])),
    says: texts.some((text) => lastDayWords(text) !== null),
  }
}
