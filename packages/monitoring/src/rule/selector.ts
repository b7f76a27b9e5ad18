/**
 * A small part of CSS selectors (Selectors Level 4): names, `#id`, `.class`, `[attribute]` with `=`, `^=`, `$=`, `*=`, `:nth-of-type(n)`,
 * joined by a space or `>`. Matching costs at most elements times depth, whatever the page; a page nested a million deep is cut before.
 */
import { Failure } from '@mingzheng/kernel'
import type { Page, PageElement } from '../extraction/page.ts'

type Test = (element: PageElement, index: number, page: Page) => boolean

interface Step {
  readonly tests: readonly Test[]
  /** How it is joined to the one before it; the first to nothing. */
  readonly joined: 'within' | 'child' | null
}

export interface Selector {
  readonly text: string
  readonly steps: readonly Step[]
}

const LONGEST = 500
const MOST_STEPS = 20
const NAME = /^[\p{L}_][\p{L}\p{N}_-]*/u
const ATTRIBUTE = /^\[\s*([\w:.-]+)\s*(?:([\^$*]?=)\s*"((?:[^"\\]|\\.)*)"\s*)?\]/
const NTH = /^:nth-of-type\(\s*(\d{1,4})\s*\)/

/** Throws `selector-malformed`. */
export function parseSelector(text: string): Selector {
  const malformed = (detail: string) =>
    new Failure('selector-malformed', detail, {
      field: 'select',
      remedy: 'names, #id, .class, [attribute="value"] and :nth-of-type(n), joined by a space or >',
    })
  if (text.length > LONGEST) throw malformed(`a selector has at most ${LONGEST} characters`)
  let rest = text.trim()
  const steps: Step[] = []
  let joined: Step['joined'] = null
  while (rest !== '') {
    const { tests, left } = compound(rest)
    if (tests.length === 0) throw malformed(`not understood: ${rest.slice(0, 40)}`)
    steps.push({ tests, joined })
    if (steps.length > MOST_STEPS) throw malformed(`a selector has at most ${MOST_STEPS} steps`)
    const join = /^(\s*>\s*|\s+)/.exec(left)?.[0] ?? ''
    rest = left.slice(join.length)
    if (left !== '' && join === '') throw malformed(`not understood: ${left.slice(0, 40)}`)
    joined = join.includes('>') ? 'child' : 'within'
    if (join.includes('>') && rest === '') throw malformed('nothing stands after >')
  }
  if (steps.length === 0) throw malformed('a selector is empty')
  return { text: text.trim(), steps }
}

function compound(text: string): { tests: Test[]; left: string } {
  const tests: Test[] = []
  let left = text
  if (left.startsWith('*')) {
    tests.push(() => true)
    left = left.slice(1)
  }
  const tag = NAME.exec(left)?.[0]
  if (tag !== undefined) {
    const name = tag.toLowerCase()
    tests.push((element) => element.tag === name)
    left = left.slice(tag.length)
  }
  for (;;) {
    const mark = left[0]
    const name = mark === '#' || mark === '.' ? NAME_AFTER.exec(left)?.[0].slice(1) : undefined
    if (name !== undefined) {
      left = left.slice(name.length + 1)
      tests.push(
        mark === '#'
          ? ({ attributes }) => attributes.id === name
          : ({ attributes }) => (attributes.class ?? '').split(/\s+/).includes(name),
      )
      continue
    }
    const attribute = ATTRIBUTE.exec(left)
    if (attribute !== null) {
      left = left.slice(attribute[0].length)
      tests.push(attributeTest(attribute[1]!.toLowerCase(), attribute[2], attribute[3]?.replace(/\\(.)/g, '$1')))
      continue
    }
    const nth = NTH.exec(left)
    if (nth === null) return { tests, left }
    left = left.slice(nth[0].length)
    const wanted = Number(nth[1])
    tests.push((element, index, page) => placeOf(page, element, index) === wanted)
  }
}

const NAME_AFTER = /^[#.][\p{L}\p{N}_-]+/u

function attributeTest(name: string, how: string | undefined, value = ''): Test {
  return ({ attributes }) => {
    const held = attributes[name]
    if (held === undefined) return false
    if (how === undefined) return true
    if (how === '=') return held === value
    if (value === '') return false
    return how === '^=' ? held.startsWith(value) : how === '$=' ? held.endsWith(value) : held.includes(value)
  }
}

const places = new WeakMap<Page, Int32Array>()

/** Its place among those of its name under its parent, from 1. */
export function placeOf(page: Page, _element: PageElement, index: number): number {
  let held = places.get(page)
  if (held === undefined) {
    held = new Int32Array(page.elements.length)
    const counts = new Map<string, number>()
    page.elements.forEach(({ tag, parent }, i) => {
      const name = `${parent} ${tag}`
      const count = (counts.get(name) ?? 0) + 1
      counts.set(name, count)
      held![i] = count
    })
    places.set(page, held)
  }
  return held[index]!
}

/** Indices of the elements that match, in the order of the page; at most `most`. */
export function select(page: Page, { steps }: Selector, most = 200): number[] {
  const found: number[] = []
  const last = steps.length - 1
  for (let i = 0; i < page.elements.length && found.length < most; i++) {
    if (passes(page, i, steps[last]!) && leads(page, i, steps, last)) found.push(i)
  }
  return found
}

function passes(page: Page, index: number, { tests }: Step): boolean {
  const element = page.elements[index]!
  return tests.every((test) => test(element, index, page))
}

/**
 * Whether the elements around it match the steps before. Nearest first: where a child step fails further up, the next ancestor that
 * passes is tried, so that `a > b c` finds what it should.
 */
function leads(page: Page, index: number, steps: readonly Step[], step: number): boolean {
  // Places in which step `step` may stand; only those reached by the step after it.
  let places = [index]
  for (let at = step; at > 0; at--) {
    const next: number[] = []
    const seen = new Set<number>()
    for (const place of places) {
      for (let up = page.elements[place]!.parent; up >= 0; up = page.elements[up]!.parent) {
        if (seen.has(up)) break
        seen.add(up)
        if (passes(page, up, steps[at - 1]!)) next.push(up)
        if (steps[at]!.joined === 'child') break
      }
    }
    if (next.length === 0) return false
    places = next
  }
  return true
}
