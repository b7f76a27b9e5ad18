/**
 * Advertising that the law forbids, and claims that mislead: term by class of product by exemption. Law: 广告法 9(2)(3), 16-18, 20, 21,
 * 23-26, 28; 反不正当竞争法 (2025) 9. Every exempt use is tried, and the reason says which fits or that none does.
 */
import { cite, type Topic } from '../../law/citation.ts'
import type { FieldSpan, Finding } from '../finding.ts'
import type { Listing } from '../line.ts'
import type { ListingModel } from '../model.ts'
import { type Found, termsOf } from '../text/lexicon.ts'
import { CLASS_NAMES, type ProductClass, productClass } from '../text/product-class.ts'
import { textsOf } from '../text/texts.ts'
import { thresholds } from '../thresholds.ts'
import { claimOf } from './claims.ts'
import { contradictionsOf } from './contradictions.ts'
import { type Exemption, exemptionOf, sayingExemption, TRIED } from './exemptions.ts'
import { sayingsIn } from './sayings.ts'
import { CLAIM_TERMS } from './terms.ts'

const VERSION = 2
const THRESHOLDS = thresholds({
  lead: {
    value: 0.6,
    reason: 'tuned on the tuning part of cases/: weak words alone stay below, a severe one alone passes',
  },
  exempt: { value: 0.15, reason: 'an exempt use keeps a trace, so that a reader sees what was tried' },
  another: { value: 0.03, reason: 'a second claim of the same kind makes a slip of the pen less likely' },
  supported: { value: 0.75, reason: 'two homophones of claims in one listing are no chance' },
  silent: { value: 0.2, reason: 'below it there is nothing to tell, unless an exemption was found' },
})

/** Shorter homophones are everywhere. */
const LONG_SOUND = 3

/** Something that a listing says, and what it comes to. */
interface Judged {
  readonly topic: Topic
  readonly name: string
  readonly span: FieldSpan
  /** What it was read as, and how, where it is not written so. */
  readonly read: string
  readonly exemption: Exemption | null
  /** What was compared, where the exemptions of words do not arise. */
  readonly compared: string | null
  readonly score: number
}

export const falsePropagandaModel: ListingModel = {
  behaviour: 'false-propaganda',
  version: VERSION,
  thresholds: THRESHOLDS,
  examine(listing, date) {
    const sort = productClass(listing)
    const byTopic = new Map<Topic, Judged[]>()
    for (const judged of [...words(listing, sort), ...sayings(listing, sort), ...contradictions(listing, sort)]) {
      const others = byTopic.get(judged.topic)
      if (others === undefined) byTopic.set(judged.topic, [judged])
      else others.push(judged)
    }
    return [...byTopic].flatMap(([topic, judged]) => findingOf(topic, judged, sort, date))
  },
}

function words(listing: Listing, sort: ProductClass): Judged[] {
  const terms = termsOf(listing)
  if (terms.size === 0) return []
  const all: { readonly found: Found; readonly judged: Judged; readonly weight: number }[] = []
  for (const { key } of CLAIM_TERMS) {
    for (const found of terms.get(key) ?? []) {
      const claim = claimOf(found, sort)
      if (claim === null) continue
      const exemption = exemptionOf(found, listing, sort)
      const span = spanOf(found.field.field, found.field.text, found.start, found.end)
      const score = exemption === null ? claim.weight * found.strength : THRESHOLDS.exempt.value * claim.weight
      const read = readAs(found, span.text)
      const judged = { topic: claim.topic, name: claim.name, span, read, exemption, compared: null, score }
      all.push({ found, judged, weight: claim.weight })
    }
  }
  // What only sounds like a claim is one beside another claim.
  return all.map(({ found, judged, weight }) => {
    const bySound = found.how === 'sound' && found.word.length >= LONG_SOUND && judged.exemption === null
    const supported = bySound && all.some((other) => other.found.word !== found.word && counts(other.judged))
    return supported ? { ...judged, score: Math.max(judged.score, weight * THRESHOLDS.supported.value) } : judged
  })
}

function counts({ exemption, score }: Judged): boolean {
  return exemption === null && score >= THRESHOLDS.silent.value
}

function* sayings(listing: Listing, sort: ProductClass): Generator<Judged> {
  for (const field of textsOf(listing)) {
    for (const { topic, name, weight, start, end } of sayingsIn(field, sort)) {
      const exemption = sayingExemption(field.text, start, end, sort)
      const score = exemption === null ? weight : THRESHOLDS.exempt.value * weight
      yield {
        topic,
        name,
        span: spanOf(field.field, field.text, start, end),
        read: '',
        exemption,
        compared: null,
        score,
      }
    }
  }
}

function* contradictions(listing: Listing, sort: ProductClass): Generator<Judged> {
  if (sort === 'second-hand') return
  for (const { field, start, end, reason, weight } of contradictionsOf(listing, textsOf(listing))) {
    const span = spanOf(field.field, field.text, start, end)
    const name = '宣称与商品自身数据不符'
    yield { topic: 'misleading', name, span, read: '', exemption: null, compared: reason, score: weight }
  }
}

/** One finding an article: of the strongest claim, with the others named. */
function findingOf(topic: Topic, judged: readonly Judged[], sort: ProductClass, date: string): Finding[] {
  const article = cite(topic, date)
  if (article === '') return []
  const sorted = [...judged].sort((a, b) => b.score - a.score)
  const first = sorted[0]!
  const { exemption, compared } = first
  if (exemption === null && first.score < THRESHOLDS.silent.value) return []
  const counted = sorted.filter((one) => one.exemption === null && one.score >= 0.5)
  const more = Math.max(0, counted.length - 1) * THRESHOLDS.another.value
  const score = Math.min(0.99, first.score + (first.score >= 0.5 ? more : 0))
  const rest = [...new Set(counted.slice(1).map((one) => `“${one.span.text}”`))].slice(0, 5)
  const tried =
    compared ??
    (exemption === null
      ? `已试豁免（${TRIED}），均不适用`
      : `属于${exemption.name}（“${exemption.shown}”），不作为线索`)
  const also = rest.length > 0 ? `；另有${rest.join('、')}` : ''
  return [
    {
      behaviour: 'false-propaganda',
      article,
      score: Math.round(score * 1000) / 1000,
      span: first.span,
      reason: `“${first.span.text}”${first.read}：${CLASS_NAMES[sort]}，${first.name}；${tried}${also}`,
      decision: score >= THRESHOLDS.lead.value ? 'lead' : 'below threshold',
      model: { name: 'false-propaganda', version: VERSION },
    },
  ]
}

function spanOf(field: string, text: string, start: number, end: number): FieldSpan {
  return { field, start, end, text: text.slice(start, end) }
}

function readAs({ word, how }: Found, written: string): string {
  return written === word ? '' : `，读作“${word}”（${HOW[how]}）`
}

const HOW = { plain: '原文', disguised: '变形', split: '拆字', 'sound-rare': '谐音生僻字', sound: '谐音' } as const
