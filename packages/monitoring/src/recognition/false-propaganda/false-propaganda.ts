/**
 * Advertising that the law forbids, and claims that mislead: term by class of product by exemption. Law: 广告法 9(2)(3), 16-18, 20, 21,
 * 23-26, 28; 反不正当竞争法 (2025) 9. Every exempt use is tried, and the reason says which fits or that none does.
 */
import { cite, type Topic } from '../../law/citation.ts'
import type { Finding } from '../finding.ts'
import type { ListingModel } from '../model.ts'
import { type Found, termsOf } from '../text/lexicon.ts'
import { CLASS_NAMES, type ProductClass, productClass } from '../text/product-class.ts'
import { thresholds } from '../thresholds.ts'
import { type Claim, claimOf } from './claims.ts'
import { type Exemption, exemptionOf, TRIED } from './exemptions.ts'
import { CLAIM_TERMS } from './terms.ts'

const VERSION = 1
const THRESHOLDS = thresholds({
  lead: {
    value: 0.6,
    reason: 'tuned on the tuning part of cases/: weak words alone stay below, a severe one alone passes',
  },
  exempt: { value: 0.15, reason: 'an exempt use keeps a trace, so that a reader sees what was tried' },
  another: { value: 0.03, reason: 'a second claim of the same kind makes a slip of the pen less likely' },
  silent: { value: 0.2, reason: 'below it there is nothing to tell, unless an exemption was found' },
})

interface Judged {
  readonly found: Found
  readonly claim: Claim
  readonly exemption: Exemption | null
  readonly score: number
}

export const falsePropagandaModel: ListingModel = {
  behaviour: 'false-propaganda',
  version: VERSION,
  thresholds: THRESHOLDS,
  examine(listing, date) {
    const terms = termsOf(listing)
    if (terms.size === 0) return []
    const sort = productClass(listing)
    const byTopic = new Map<Topic, Judged[]>()
    for (const { key } of CLAIM_TERMS) {
      for (const found of terms.get(key) ?? []) {
        const claim = claimOf(found, sort)
        if (claim === null) continue
        const exemption = exemptionOf(found, listing, sort)
        const score = exemption === null ? claim.weight * found.strength : THRESHOLDS.exempt.value * claim.weight
        const others = byTopic.get(claim.topic)
        const judged = { found, claim, exemption, score }
        if (others === undefined) byTopic.set(claim.topic, [judged])
        else others.push(judged)
      }
    }
    return [...byTopic].flatMap(([topic, judged]) => findingOf(topic, judged, sort, date))
  },
}

/** One finding an article: of the strongest claim, with the others named. */
function findingOf(topic: Topic, judged: readonly Judged[], sort: ProductClass, date: string): Finding[] {
  const article = cite(topic, date)
  if (article === '') return []
  const sorted = [...judged].sort((a, b) => b.score - a.score)
  const first = sorted[0]!
  const { found, claim, exemption } = first
  if (exemption === null && first.score < THRESHOLDS.silent.value) return []
  const counted = sorted.filter((one) => one.exemption === null && one.score >= 0.5)
  const more = Math.max(0, counted.length - 1) * THRESHOLDS.another.value
  const score = Math.min(0.99, first.score + (first.score >= 0.5 ? more : 0))
  const written = found.field.text.slice(found.start, found.end)
  const rest = [...new Set(counted.slice(1).map((one) => `“${one.found.word}”`))].slice(0, 5)
  const tried =
    exemption === null ? `已试豁免（${TRIED}），均不适用` : `属于${exemption.name}（“${exemption.shown}”），不作为线索`
  const read = written === found.word ? '' : `，读作“${found.word}”（${HOW[found.how]}）`
  const reason = `“${written}”${read}：${CLASS_NAMES[sort]}，${claim.name}；${tried}${rest.length > 0 ? `；另有${rest.join('、')}` : ''}`
  return [
    {
      behaviour: 'false-propaganda',
      article,
      score: Math.round(score * 1000) / 1000,
      span: { field: found.field.field, start: found.start, end: found.end, text: written },
      reason,
      decision: score >= THRESHOLDS.lead.value ? 'lead' : 'below threshold',
      model: { name: 'false-propaganda', version: VERSION },
    },
  ]
}

const HOW = { plain: '原文', disguised: '变形', split: '拆字', 'sound-rare': '谐音生僻字', sound: '谐音' } as const
