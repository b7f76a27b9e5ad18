/** What a page says of its own subject: its visible text without navigation, other listings and what buyers write. */
import type { Page } from '../extraction/page.ts'

const APART = new Set(['nav', 'header', 'footer', 'aside', 'form', 'button', 'select', 'a'])
const APART_BY_NAME =
  /(^|[\s_-])(nav|menu|crumbs?|breadcrumbs?|footer|header|sidebar|recommend|related|guess|reviews?|comments?|cart|login)([\s_-]|$)/i
const LONGEST = 20_000

/** At most 20,000 characters, lines kept. */
export function mainText(page: Page): string {
  const { elements, text } = page
  const whole = elements.find(({ tag, attributes }) => tag === 'main' || attributes.role === 'main')
  let at = whole?.start ?? 0
  const end = whole?.end ?? text.length
  let said = ''
  for (const { tag, attributes, start, end: stop } of elements) {
    if (start < at || start >= end || stop <= start) continue
    const apart = APART.has(tag) || APART_BY_NAME.test(`${attributes.class ?? ''} ${attributes.id ?? ''}`)
    if (!apart) continue
    said += text.slice(at, start)
    at = Math.min(stop, end)
    if (said.length > LONGEST) break
  }
  said += text.slice(at, Math.max(at, end))
  return said
    .replace(/[ \t]+/g, ' ')
    .replace(/ ?\n[\s\n]*/g, '\n')
    .trim()
    .slice(0, LONGEST)
}
