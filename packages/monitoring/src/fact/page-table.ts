/** What a page lists of its subject by name: rows of tables with a head, and lists of terms. Bounded. */
import { type Page, textOf } from '../extraction/page.ts'

const MOST_ROWS = 120
const LONGEST_NAME = 40
const LONGEST_VALUE = 500

export type PageTable = { readonly [name: string]: string }

/** The first value of each name, in the order of the page. */
export function pageTable(page: Page): PageTable {
  const found: { [name: string]: string } = {}
  let rows = 0
  let name: { text: string; parent: number } | null = null
  for (const element of page.elements) {
    if (rows >= MOST_ROWS) break
    if (element.tag === 'th' || element.tag === 'dt') {
      name = { text: textOf(page, element), parent: element.parent }
    } else if ((element.tag === 'td' || element.tag === 'dd') && name !== null && name.parent === element.parent) {
      if (keep(found, name.text, textOf(page, element))) rows++
      name = null
    }
  }
  return found
}

function keep(found: { [name: string]: string }, name: string, value: string): boolean {
  const bare = name.replace(/[:：]\s*$/, '').trim()
  if (bare === '' || bare.length > LONGEST_NAME || value === '' || Object.hasOwn(found, bare)) return false
  found[bare] = value.slice(0, LONGEST_VALUE)
  return true
}
