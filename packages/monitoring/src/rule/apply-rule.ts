/** Reads a page by a rule: its values go before what is found without one; what it does not find stays as it was. */
import { type Page, textOf } from '../extraction/page.ts'
import { parsePrice } from '../extraction/price.ts'
import { type Facts, NO_FACTS } from '../fact/facts.ts'
import { readFacts } from '../fact/read-facts.ts'
import type { CaptureRule, RuleContent, RuleField, RuleWay } from './rule.ts'
import { parseSelector, type Selector, select } from './selector.ts'

export type RuleValue = string | readonly string[]
/** By field what a rule reads; null where none of its ways gives anything. */
export type RuleReading = { readonly [field in RuleField]?: RuleValue | null }

const LONGEST = 24_000
const MOST_IMAGES = 30
const compiled = new WeakMap<RuleWay, Selector>()

function selectorOf(way: RuleWay): Selector {
  let held = compiled.get(way)
  if (held === undefined) {
    held = parseSelector(way.select)
    compiled.set(way, held)
  }
  return held
}

/** Whether a rule reads pages at this address. */
export function isRulePage({ pages }: RuleContent, url: string): boolean {
  if (pages.length === 0) return true
  const path = URL.parse(url)?.pathname ?? '/'
  return pages.some((pattern) => isLike(path, pattern.split('*')))
}

/** Whether the pieces stand in the text in their order, the first at its beginning and the last at its end. */
function isLike(text: string, pieces: readonly string[]): boolean {
  if (pieces.length === 1) return text === pieces[0]
  const [first, last] = [pieces[0]!, pieces.at(-1)!]
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return at <= text.length - last.length
}

export function readByRule(page: Page, { fields }: RuleContent, url: string): RuleReading {
  const read: { [field in RuleField]?: RuleValue | null } = {}
  for (const [field, ways] of Object.entries(fields) as [RuleField, RuleWay[]][]) {
    read[field] = null
    for (const way of ways) {
      const value = wayValue(page, field, way, url)
      if (value === null) continue
      read[field] = value
      break
    }
  }
  return read
}

/** What one way gives on a page. */
export function wayValue(page: Page, field: RuleField, way: RuleWay, url: string): RuleValue | null {
  const places = select(page, selectorOf(way), field === 'images' ? MOST_IMAGES : 1)
  const texts = places.flatMap((place) => {
    const element = page.elements[place]!
    const attribute = way.attribute ?? (field === 'images' ? 'src' : undefined)
    const text = cut(attribute === undefined ? textOf(page, element) : (element.attributes[attribute] ?? ''), way)
    return text === '' ? [] : [text]
  })
  if (field === 'images') return texts.length === 0 ? null : texts.map((text) => URL.parse(text, url)?.href ?? text)
  const [text] = texts
  if (text === undefined) return null
  switch (field) {
    case 'price':
    case 'sales':
    case 'original_price':
      return parsePrice(text)?.amount ?? null
    case 'licence':
      return /[0-9A-HJ-NP-RT-UW-Y]{2}\d{6}[0-9A-HJ-NP-RT-UW-Y]{10}/.exec(text.toUpperCase())?.[0] ?? null
    case 'availability':
      return /缺货|售罄|下架|无货|out ?of ?stock|sold ?out/i.test(text) ? 'OutOfStock' : 'InStock'
    case 'rating':
      return /\d+(\.\d+)?/.exec(text)?.[0] ?? null
    default:
      return text.slice(0, field === 'description' ? LONGEST : 1000)
  }
}

function cut(text: string, { after, before }: RuleWay): string {
  let rest = text
  if (after !== undefined) {
    const at = rest.indexOf(after)
    if (at < 0) return ''
    rest = rest.slice(at + after.length)
  }
  const end = before === undefined ? -1 : rest.indexOf(before)
  return (end < 0 ? rest : rest.slice(0, end)).trim()
}

/** What a page says, with what the rule read. */
export function factsBy(page: Page, url: string, ruled: RuleReading | null): Facts | null {
  const facts = readFacts(page, url)
  return ruled === null ? facts : ruledFacts(facts, ruled)
}

/** The facts with what the rule read put in; with a title and a price of the rule's a page is a listing whatever else it says. */
export function ruledFacts(facts: Facts | null, reading: RuleReading): Facts | null {
  const given = Object.fromEntries(Object.entries(reading).filter(([, value]) => value !== null))
  if (facts !== null) return { ...facts, ...given } as Facts
  if (typeof reading.title !== 'string' || typeof reading.price !== 'string') return null
  return { ...NO_FACTS, ...given, title: reading.title } as Facts
}

/** What a page gave by the rule that counts for it; null where none does. */
export function readingOf(page: Page, rule: CaptureRule | null, url: string): RuleReading | null {
  return rule === null || !isRulePage(rule.content, url) ? null : readByRule(page, rule.content, url)
}
