/**
 * Offers that read like pyramid selling: at least two of entry fee, recruiting and tiered pay. Law: 禁止传销条例 7. Words of warnings,
 * of teaching and of the law are none; a commission of one level, group buying, agencies and coupons for friends are not two.
 */
import { cite } from '../../law/citation.ts'
import { Reader } from '../../reading/read.ts'
import type { FieldSpan, Finding } from '../finding.ts'
import type { Listing } from '../line.ts'
import type { ListingModel } from '../model.ts'
import { thresholds } from '../thresholds.ts'
import { type Mark, NEGATED, PATTERNS, WARNS, WORDS } from './words.ts'

const VERSION = 1
const THRESHOLDS = thresholds({
  lead: { value: 0.7, reason: 'two marks said plainly, as the three items of article 7 combine in cases' },
  sure: { value: 1, reason: 'a word that is said of schemes and hardly of anything else' },
  weak: { value: 0.5, reason: 'a word that honest distribution uses too' },
  warning: { value: 0.3, reason: 'who warns of pyramid selling names its marks' },
})

const MARKS: readonly Mark[] = ['fee', 'recruiting', 'tiers']
const NAMES: { readonly [mark in Mark]: string } = { fee: '入门费', recruiting: '拉人头', tiers: '团队计酬' }
/** In the order of the article's items. */
const TOPICS = { recruiting: 'pyramid-recruiting', fee: 'pyramid-fee', tiers: 'pyramid-tiers' } as const
const IN_ORDER: readonly Mark[] = ['recruiting', 'fee', 'tiers']
const WORDS_IN_ORDER = MARKS.flatMap((mark) => [
  ...WORDS[mark].sure.map((word) => ({ mark, word, weight: THRESHOLDS.sure.value })),
  ...WORDS[mark].weak.map((word) => ({ mark, word, weight: THRESHOLDS.weak.value })),
])
/** Nothing is worth a pattern's time in a text without any of these. */
const WORTH = /会员|代理|团队|下线|下级|推荐|邀请|加入|入会|[级代层]|认购|投资|发展|拉|合伙|倍增|带/

interface Seen {
  readonly mark: Mark
  readonly weight: number
  readonly span: FieldSpan
}

const reader = new Reader(
  WORDS_IN_ORDER.map(({ word }) => word),
  { sounds: false },
)

export const pyramidTextModel: ListingModel = {
  behaviour: 'pyramid-selling',
  version: VERSION,
  thresholds: THRESHOLDS,
  examine(listing, date) {
    if (date < '2005-11-01') return []
    const best = new Map<Mark, Seen>()
    for (const one of marksOf(listing)) {
      if (one.weight > (best.get(one.mark)?.weight ?? 0)) best.set(one.mark, one)
    }
    if (best.size < 2) return []
    const seen = MARKS.flatMap((mark) => best.get(mark) ?? [])
    const weight = seen.reduce((sum, one) => sum + one.weight, 0)
    const warns = WARNS.exec(`${listing.title ?? ''}\n${listing.description ?? ''}\n${listing.category ?? ''}`)
    const score = warns === null ? Math.min(0.97, 0.1 + 0.35 * weight) : THRESHOLDS.warning.value
    const words = seen.map(({ mark, span }) => `${NAMES[mark]}“${span.text}”`).join('、')
    const excuse = warns === null ? '' : `；文中有“${warns[0]}”，像是提示或引用`
    const surest = seen.reduce((a, b) => (b.weight > a.weight ? b : a))
    return [
      {
        behaviour: 'pyramid-selling',
        article: cite(
          IN_ORDER.filter((mark) => best.has(mark)).map((mark) => TOPICS[mark]),
          date,
        ),
        score,
        span: surest.span,
        reason: `三项特征中见 ${seen.length} 项：${words}${excuse}`,
        decision: score >= THRESHOLDS.lead.value ? 'lead' : 'below threshold',
        model: { name: 'pyramid-text', version: VERSION },
      },
    ] satisfies Finding[]
  },
}

function* marksOf(listing: Listing): Generator<Seen> {
  for (const field of ['title', 'description'] as const) {
    const text = listing[field]
    if (text === undefined) continue
    for (const { word, start, end } of reader.read(text)) {
      const { mark, weight } = WORDS_IN_ORDER[word]!
      if (!negated(text, start)) yield { mark, weight, span: { field, start, end, text: text.slice(start, end) } }
    }
    if (!WORTH.test(text)) continue
    for (const mark of MARKS) {
      for (const pattern of PATTERNS[mark]) {
        const hit = pattern.exec(text)
        if (hit === null || negated(text, hit.index)) continue
        const [start, end] = [hit.index, hit.index + hit[0].length]
        yield { mark, weight: THRESHOLDS.sure.value, span: { field, start, end, text: hit[0] } }
      }
    }
  }
}

function negated(text: string, start: number): boolean {
  return NEGATED.test(text.slice(Math.max(0, start - 24), start))
}
