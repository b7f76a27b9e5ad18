/** Selectors for an element that somebody points at, the one that is likely to last first: what names the thing, before where it stands. */
import type { Page, PageElement } from '../extraction/page.ts'
import { parseSelector, select } from './selector.ts'

/** Attributes that say what a thing is. */
const TELLING = ['itemprop', 'property', 'data-field', 'data-testid', 'data-role', 'data-name', 'name', 'aria-label']
/** Names that a build makes and the next one changes: a hash, or digits. */
const PASSING = /\d{3,}|^(css|sc|jsx|svelte)-|[a-z][A-Z].*\d|__[\w-]{5,}$|^[a-z]{1,2}$|^_/
const MOST = 6

/** Each finds the element first on this page; none where nothing does. */
export function proposeSelectors(page: Page, index: number): string[] {
  const element = page.elements[index]
  if (element === undefined) return []
  const found: string[] = []
  const tryOne = (text: string) => {
    if (found.length < MOST && !found.includes(text) && finds(page, text, index)) found.push(text)
  }
  const own = namesOf(element)
  for (const name of own) tryOne(name)
  for (const name of own)
    tryOne(`${element.tag}${name.startsWith(element.tag) ? name.slice(element.tag.length) : name}`)
  // Beneath something that has a lasting name.
  for (let up = element.parent; up >= 0 && found.length < MOST; up = page.elements[up]!.parent) {
    for (const above of namesOf(page.elements[up]!).slice(0, 2)) {
      for (const name of [...own.slice(0, 2), element.tag]) tryOne(`${above} ${name}`)
    }
  }
  tryOne(element.tag)
  if (found.length < 2) tryOne(pathTo(page, index))
  return found
}

function finds(page: Page, text: string, index: number): boolean {
  try {
    return select(page, parseSelector(text), 1)[0] === index
  } catch {
    return false
  }
}

/** What names an element, the surest first. */
function namesOf({ tag, attributes }: PageElement): string[] {
  const names: string[] = []
  if (attributes.id !== undefined && lasts(attributes.id)) names.push(`#${attributes.id}`)
  for (const name of TELLING) {
    const value = attributes[name]
    if (value !== undefined && value !== '' && value.length <= 60 && !/["\\\n]/.test(value)) {
      names.push(`${tag}[${name}="${value}"]`)
    }
  }
  const classes = (attributes.class ?? '').split(/\s+/).filter(lasts)
  for (const name of classes) names.push(`.${name}`)
  if (classes.length > 1)
    names.push(
      classes
        .slice(0, 3)
        .map((name) => `.${name}`)
        .join(''),
    )
  return names
}

const lasts = (name: string) => /^[\p{L}_][\p{L}\p{N}_-]{1,60}$/u.test(name) && !PASSING.test(name)

/** From the nearest name above, by place. Breaks with the layout; the last resort. */
function pathTo(page: Page, index: number): string {
  const steps: string[] = []
  for (let at = index; at >= 0 && steps.length < 12; at = page.elements[at]!.parent) {
    const element = page.elements[at]!
    const [name] = at === index ? [] : namesOf(element)
    if (name !== undefined) return [name, ...steps].join(' > ')
    steps.unshift(`${element.tag}:nth-of-type(${place(page, at)})`)
  }
  return steps.join(' > ')
}

function place(page: Page, index: number): number {
  const { tag, parent } = page.elements[index]!
  let count = 0
  for (let i = parent + 1; i <= index; i++) {
    if (page.elements[i]!.tag === tag && page.elements[i]!.parent === parent) count++
  }
  return count
}
