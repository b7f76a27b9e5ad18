/** A page that is empty until its script has run: a place to draw in, a script, and next to no text. */
import { parsePage } from '../extraction/page.ts'

const SHELL = /<(div|main|section)\b[^>]*\bid=["']?(app|root|__next|__nuxt|main|container)["'\s>]/i
const LARGEST = 200_000
const MOST_TEXT = 200

export function isAppShell(text: string): boolean {
  if (text.length > LARGEST || !SHELL.test(text) || !/<script\b/i.test(text)) return false
  const page = parsePage(text)
  const hasData = page.scripts.some(({ type, text: words }) => type.includes('json') || words.length > 2000)
  return !hasData && page.text.trim().length <= MOST_TEXT
}
