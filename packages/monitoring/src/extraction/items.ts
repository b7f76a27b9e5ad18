/** schema.org items of a page, however they are written: JSON-LD 1.1, microdata (HTML Standard, 5) and RDFa Lite 1.1 as one shape. */
import { type Page, type PageElement, textOf } from './page.ts'

export type ItemValue = string | Item
export interface Item {
  /** Lower-case names without their vocabulary, such as `product`. */
  readonly types: readonly string[]
  /** Lower-case property names. */
  readonly properties: ReadonlyMap<string, ItemValue[]>
}

const MOST_ITEMS = 5000
const DEEPEST = 40

const readBefore = new WeakMap<Page, readonly Item[]>()

/** Items of all JSON-LD blocks; a block that is no JSON is passed over. Read once for a page. */
export function jsonLdItems(page: Page): readonly Item[] {
  const known = readBefore.get(page)
  if (known !== undefined) return known
  const items: Item[] = []
  readBefore.set(page, items)
  for (const { type, text } of page.scripts) {
    if (!type.startsWith('application/ld+json')) continue
    const value = looseJson(text)
    if (value !== undefined) collect(value, items, 0)
  }
  return items
}

/** JSON as pages have it: in comments, with control characters in strings, with a comma too many. */
export function looseJson(text: string): unknown {
  const bare = text
    .replace(/^\s*(?:<!--|\/\*\s*<!\[CDATA\[\s*\*\/|<!\[CDATA\[)/, '')
    .replace(/(?:-->|\/\*\s*\]\]>\s*\*\/|\]\]>)\s*;?\s*$/, '')
  const strict = parsed(bare)
  if (strict !== undefined) return strict
  return parsed(
    bare
      .replace(/\p{Cc}+/gu, ' ')
      .replace(/,\s*([}\]])/g, '$1')
      .replace(/;\s*$/, ''),
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function collect(value: unknown, items: Item[], depth: number): void {
  if (depth > DEEPEST || items.length >= MOST_ITEMS || typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const one of value) collect(one, items, depth + 1)
    return
  }
  const item = jsonItem(value as { [key: string]: unknown }, depth)
  if (item.types.length > 0) items.push(item)
  for (const inner of Object.values(value)) collect(inner, items, depth + 1)
}

function jsonItem(value: { [key: string]: unknown }, depth: number): Item {
  const properties = new Map<string, ItemValue[]>()
  for (const [key, inner] of Object.entries(value)) {
    if (key === '@context' || key === '@type') continue
    const values = (Array.isArray(inner) ? inner : [inner]).flatMap((one): ItemValue[] => {
      if (typeof one === 'string') return [one]
      if (typeof one === 'number' || typeof one === 'boolean') return [String(one)]
      if (typeof one !== 'object' || one === null || depth > DEEPEST) return []
      const literal = (one as { '@value'?: unknown })['@value']
      return literal === undefined ? [jsonItem(one as { [key: string]: unknown }, depth + 1)] : [String(literal)]
    })
    properties.set(bareName(key), values)
  }
  const type = value['@type']
  const types = (Array.isArray(type) ? type : [type]).filter((one) => typeof one === 'string').map(bareName)
  return { types, properties }
}

export function microdataItems(page: Page): Item[] {
  return markedItems(page, {
    opens: ({ attributes }) => attributes.itemscope !== undefined,
    types: ({ attributes }) => attributes.itemtype ?? '',
    names: ({ attributes }) => attributes.itemprop ?? '',
  })
}

export function rdfaItems(page: Page): Item[] {
  return markedItems(page, {
    opens: ({ attributes }) => attributes.typeof !== undefined,
    types: ({ attributes }) => attributes.typeof ?? '',
    names: ({ attributes }) => attributes.property ?? attributes.rel ?? '',
  })
}

interface Marking {
  readonly opens: (element: PageElement) => boolean
  readonly types: (element: PageElement) => string
  readonly names: (element: PageElement) => string
}

function markedItems(page: Page, marking: Marking): Item[] {
  // Most pages are marked in one way at most.
  if (!page.elements.some(marking.opens)) return []
  const made = new Map<number, { types: string[]; properties: Map<string, ItemValue[]> }>()
  /** The item that each element stands in, itself left out. */
  const around = new Int32Array(page.elements.length).fill(-1)
  page.elements.forEach((element, at) => {
    const { parent } = element
    around[at] = parent < 0 ? -1 : made.has(parent) ? parent : around[parent]!
    const own =
      marking.opens(element) && made.size < MOST_ITEMS
        ? { types: namesIn(marking.types(element)), properties: new Map() }
        : null
    if (own !== null) made.set(at, own)
    const owner = made.get(around[at]!)
    if (owner === undefined) return
    for (const name of namesIn(marking.names(element))) {
      const values = owner.properties.get(name) ?? []
      values.push(own ?? markedValue(page, element))
      owner.properties.set(name, values)
    }
  })
  return [...made.values()]
}

function markedValue(page: Page, element: PageElement): string {
  const { content, href, src, datetime, value, data } = element.attributes
  if (content !== undefined) return content
  if (element.tag === 'a' || element.tag === 'link' || element.tag === 'area') return href ?? textOf(page, element)
  if (src !== undefined) return src
  if (element.tag === 'object') return data ?? ''
  if (element.tag === 'time') return datetime ?? textOf(page, element)
  if (element.tag === 'data' || element.tag === 'meter') return value ?? textOf(page, element)
  return textOf(page, element)
}

function namesIn(text: string): string[] {
  return text
    .split(/\s+/)
    .filter((name) => name !== '')
    .map(bareName)
}

/** `http://schema.org/Product`, `schema:Product` and `Product` are one. */
function bareName(name: string): string {
  return (name.split(/[/#:]/).at(-1) ?? name).toLowerCase()
}
