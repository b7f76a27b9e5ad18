/**
 * Advertising that the law forbids, and claims that mislead: term by class of product by exemption. Law: 广告法 9(2)(3), 16-18, 20, 21,
 * 23-26, 28; 反不正当竞争法 (2025) 9. Every exempt use is tried, and the reason says which fits or that none does.
 */
import { cite, type Topic } from '../../law/citation.ts'
import type { FieldSpan, Finding } from '../finding.ts'
import type { Listing } from '../line.ts'
import type { ListingModel } from '../model.ts'
import { type Meaning, meaningOf, semanticVersion } from '../semantic/semantic.ts'
import { type Found, termsOf } from '../text/lexicon.ts'
import { CLASS_NAMES, type ProductClass, productClass } from '../text/product-class.ts'
import { textsOf } from '../text/texts.ts'
import { thresholds } from '../thresholds.ts'
import { claimOf } from './claims.ts'
import { contradictionsOf } from './contradictions.ts'
import { type Exemption, exemptionOf, sayingExemption, TRIED } from './exemptions.ts'
import { sayingsIn } from './sayings.ts'
import { CLAIM_TERMS } from './terms.ts'

const VERSION = 4
const THRESHOLDS = thresholds({
  lead: {
    value: 0.6,
    reason: 'tuned on the tuning part of cases/: weak words alone stay below, a severe one alone passes',
  },
  exempt: { value: 0.15, reason: 'an exempt use keeps a trace, so that a reader sees what was tried' },
  another: { value: 0.03, reason: 'a second claim of the same kind makes a slip of the pen less likely' },
  supported: { value: 0.75, reason: 'two homophones of claims in one listing are no chance' },
  meant: {
    value: 0.3,
    reason:
      'probability of the semantic model that makes a lead of a weak word; by it none of the honest texts that are tuned on became one',
  },
  unsure: {
    value: 0.62,
    reason:
      'probability of the semantic model alone that is worth a look: of honest texts kept out of its training one in twenty',
  },
  alone: {
    value: 1,
    reason:
      'probability from which the semantic model alone is a lead: never, its accuracy on published texts does not allow it',
  },
  weak: { value: 0.3, reason: 'weakest saying that the semantic model can support' },
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
  /** Whether it is a saying, whose sense the semantic model can support; a word of degree means the same whatever stands around it. */
  readonly saying: boolean
}

/** A finding, and the claim that it is of. */
interface Told {
  readonly finding: Finding
  readonly first: Judged
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
    const told = [...byTopic].flatMap(([topic, judged]) => findingOf(topic, judged, sort, date))
    const findings = told.map(({ finding }) => finding)
    return findings.some(({ decision }) => decision === 'lead') ? findings : weighed(told, listing, sort, date)
  },
}

/** What the semantic model adds where no word makes a lead: it supports a weak word, or says that it is not sure. */
function weighed(told: readonly Told[], listing: Listing, sort: ProductClass, date: string): Finding[] {
  const findings = told.map(({ finding }) => finding)
  if (sort === 'publication' || sort === 'toy' || sort === 'second-hand') return findings
  // What an exemption fits is honest for a reason that the model does not know.
  if (told.some(({ first }) => first.exemption !== null)) return findings
  const meaning = meaningOf(textsOf(listing))
  if (meaning === null) return findings
  const supported = told.find(({ finding, first }) => first.saying && finding.score >= THRESHOLDS.weak.value)?.finding
  if (supported !== undefined && meaning.probability >= THRESHOLDS.meant.value) {
    const score = THRESHOLDS.lead.value
    const reason = `${supported.reason}；${said(meaning)}，与之相互印证`
    return findings.map((one) => (one === supported ? { ...one, score, reason, decision: 'lead' } : one))
  }
  const article = cite('misleading', date)
  if (meaning.probability < THRESHOLDS.unsure.value || article === '') return findings
  const { field, start, end } = meaning
  const lead = meaning.probability >= THRESHOLDS.alone.value
  return [
    ...findings,
    {
      behaviour: 'false-propaganda',
      article,
      score: Math.round(Math.min(meaning.probability, THRESHOLDS.lead.value - 0.01) * 1000) / 1000,
      span: spanOf(field.field, field.text, start, end),
      reason: `${said(meaning)}；${CLASS_NAMES[sort]}，没有词语规则印证，由人判断`,
      decision: lead ? 'lead' : "can't decide",
      model: { name: 'false-propaganda', version: VERSION },
    },
  ]
}

function said({ field, start, end, probability }: Meaning): string {
  return `语义模型（第${semanticVersion()}版）认为“${field.text.slice(start, end)}”近于违法广告用语（概率${probability.toFixed(2)}）`
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
      const judged = {
        topic: claim.topic,
        name: claim.name,
        span,
        read,
        exemption,
        compared: null,
        score,
        saying: false,
      }
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
        saying: true,
      }
    }
  }
}

function* contradictions(listing: Listing, sort: ProductClass): Generator<Judged> {
  if (sort === 'second-hand') return
  for (const { field, start, end, reason, weight } of contradictionsOf(listing, textsOf(listing))) {
    const span = spanOf(field.field, field.text, start, end)
    const name = '宣称与商品自身数据不符'
    yield { topic: 'misleading', name, span, read: '', exemption: null, compared: reason, score: weight, saying: false }
  }
}

/** One finding an article: of the strongest claim, with the others named. */
function findingOf(topic: Topic, judged: readonly Judged[], sort: ProductClass, date: string): Told[] {
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
  const finding: Finding = {
    behaviour: 'false-propaganda',
    article,
    score: Math.round(score * 1000) / 1000,
    span: first.span,
    reason: `“${first.span.text}”${first.read}：${CLASS_NAMES[sort]}，${first.name}；${tried}${also}`,
    decision: score >= THRESHOLDS.lead.value ? 'lead' : 'below threshold',
    model: { name: 'false-propaganda', version: VERSION },
  }
  return [{ finding, first }]
}

function spanOf(field: string, text: string, start: number, end: number): FieldSpan {
  return { field, start, end, text: text.slice(start, end) }
}

function readAs({ word, how }: Found, written: string): string {
  return written === word ? '' : `，读作“${word}”（${HOW[how]}）`
}

const HOW = { plain: '原文', disguised: '变形', split: '拆字', 'sound-rare': '谐音生僻字', sound: '谐音' } as const
