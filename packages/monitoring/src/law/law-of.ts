/** Which law a behaviour's findings can cite, with the article's words where its text stands in `texts/`. */
import { readFileSync } from 'node:fs'
import type { Behaviour } from '../recognition/behaviour.ts'
import { CITATIONS, type Topic } from './citation.ts'
import type { Citation } from './citation-type.ts'

/** The first that a topic's name begins with; what none begins with is of goods that may not be sold. */
const BEGINNINGS: readonly (readonly [beginning: string, behaviour: Behaviour])[] = [
  ['below-cost', 'below-cost'],
  ['choose-one', 'choose-one'],
  ['price-discrimination', 'price-discrimination'],
  ['vertical-agreement', 'vertical-agreement'],
  ['concentration', 'concentration'],
  ['brushing', 'brushing'],
  ['pyramid', 'pyramid-selling'],
  ['registration', 'operator'],
  ['licence', 'operator'],
  ['trademark', 'ip-infringement'],
  ['compared-price', 'price-infringement'],
  ['price-at-checkout', 'price-infringement'],
  ['last-day', 'price-infringement'],
  ...(
    [
      'state-organ',
      'absolute',
      'medical',
      'health-food',
      'breast-milk',
      'pesticide',
      'alcohol',
      'education',
      'investment',
      'real-estate',
      'misleading',
    ] as const
  ).map((topic) => [topic, 'false-propaganda'] as const),
]

export interface Law {
  readonly law: string
  readonly article: string
  readonly from: string
  readonly until: string | null
  /** `null` where the text is not there. */
  readonly text: string | null
}

/** Each article once, those in force first, then by name. A price anomaly offends no law: it is a reason to look. */
export function lawOf(behaviour: Behaviour): Law[] {
  const found = new Map<string, Law>()
  for (const [topic, citations] of Object.entries(CITATIONS) as [Topic, readonly Citation[]][]) {
    const own = BEGINNINGS.find(([beginning]) => topic.startsWith(beginning))?.[1] ?? 'banned-goods'
    if (own !== behaviour) continue
    for (const { law, article, from, until = null } of citations) {
      found.set(`${law} ${article} ${from}`, { law, article, from, until, text: articleText(law, article, until) })
    }
  }
  return [...found.values()].sort(
    (a, b) =>
      Number(a.until !== null) - Number(b.until !== null) ||
      (a.law < b.law ? -1 : a.law > b.law ? 1 : a.from < b.from ? -1 : 1),
  )
}

/** The whole article, as it stands in the law in force. */
function articleText(law: string, article: string, until: string | null): string | null {
  const number = /^第[^条]+条(?:之[一二三四五六七八九十]+)?/.exec(article)?.[0]
  if (number === undefined || until !== null) return null
  let text: string
  try {
    text = readFileSync(new URL(`texts/${law}.md`, import.meta.url), 'utf8')
  } catch {
    return null
  }
  const start = text.indexOf(`**${number}**`)
  if (start < 0) return null
  const rest = text.slice(start + number.length + 4)
  const end = rest.search(/\n\*\*第|\n#|\n---/)
  return `${number} ${rest.slice(0, end < 0 ? undefined : end).trim()}`
}
