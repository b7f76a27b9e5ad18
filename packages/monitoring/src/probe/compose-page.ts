/**
 * The page of a plant: a real page of the platform whose subject is replaced, so that nothing of its make tells it from the platform's
 * others; where none can carry it, a plain page. What is planted is what the pipeline's own reading finds on it, or it is not planted.
 */
import { type Bytes, utf8 } from '@mingzheng/kernel'
import { decodePage } from '../extraction/decode.ts'
import { parsePage } from '../extraction/page.ts'
import type { Facts } from '../fact/facts.ts'
import { readFacts } from '../fact/read-facts.ts'
import { judgePage } from '../source/judge-page.ts'
import type { PlantContent } from './schema.ts'

export interface Carrier {
  readonly facts: Facts
  readonly body: Uint8Array
  readonly charset: string | null
}

/** The page's bytes in UTF-8, or `null` when the pipeline would not read from it what is planted. */
export function carriedPage(carrier: Carrier, content: PlantContent, url: string): Bytes | null {
  // What needs a brand, a table or two prices is said plainly on a page of its own.
  if (content.brand !== null || content.original_price !== null || Object.keys(content.attributes).length > 0)
    return null
  const { facts } = carrier
  let html = decodePage(carrier.body, carrier.charset).text
  if (!/<html[\s>]/i.test(html)) return null
  html = html.replace(/(<meta[^>]*charset=["']?)[\w-]+/i, '$1utf-8')
  if (facts.title.length < 4) return null
  html = swapped(html, facts.title, content.title)
  if (facts.shop !== null && facts.shop.length >= 3) html = swapped(html, facts.shop, content.shop)
  if (facts.licence !== null) html = swapped(html, facts.licence, '')
  if (facts.operator !== null && facts.operator.length >= 4) html = swapped(html, facts.operator, content.shop)
  for (const line of facts.description.split('\n')) {
    if (line.length >= 8) html = swapped(html, line, '')
  }
  const after = /<\/h1>/i.exec(html)
  if (after === null) return null
  const at = after.index + after[0].length
  html = `${html.slice(0, at)}<p>${escaped(content.description)}</p>${html.slice(at)}`
  return readsAs(utf8(html.toWellFormed()), content, url)
}

/** A page that says it as plainly as pages do. */
export function plainPage(content: PlantContent, url: string): Bytes | null {
  const product = {
    '@context': 'https://schema.org',
    '@type': 'Product',
    name: content.title,
    description: content.description,
    ...(content.brand === null ? {} : { brand: { '@type': 'Brand', name: content.brand } }),
    ...(content.category === null ? {} : { category: content.category }),
    offers: {
      '@type': 'Offer',
      price: content.price ?? '0',
      priceCurrency: 'CNY',
      availability: 'https://schema.org/InStock',
      seller: { '@type': 'Organization', name: content.shop },
    },
  }
  const rows = Object.entries(content.attributes)
    .map(([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`)
    .join('')
  const was = content.original_price === null ? '' : `<p>原价 <del>¥${escaped(content.original_price)}</del></p>`
  const html = `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>${escaped(content.title)}</title>
<script type="application/ld+json">${JSON.stringify(product).replaceAll('<', '\\u003c')}</script></head>
<body><main><h1>${escaped(content.title)}</h1><p>¥${escaped(content.price ?? '0')}</p>${was}
<p>${escaped(content.description)}</p>${rows === '' ? '' : `<table>${rows}</table>`}<p>${escaped(content.shop)}</p></main></body></html>
`
  return readsAs(utf8(html.toWellFormed()), content, url)
}

/** The bytes again, when the pipeline reads from them what they are to say. */
function readsAs(bytes: Bytes, content: PlantContent, url: string): Bytes | null {
  const page = parsePage(decodePage(bytes, 'utf-8').text)
  const facts = readFacts(page, url)
  if (facts === null || judgePage(page, true) !== null) return null
  const same =
    facts.title === content.title &&
    flat(facts.description).includes(flat(content.description)) &&
    (content.brand === null || facts.brand === content.brand) &&
    Object.entries(content.attributes).every(([name, value]) => facts.attributes[name] === value)
  return same ? bytes : null
}

const flat = (words: string) => words.replace(/\s+/g, '')

/** Replaces words in the three spellings that a page has them in: as text, as an attribute or text of HTML, in JSON. */
function swapped(html: string, from: string, to: string): string {
  const json = (words: string) => JSON.stringify(words).slice(1, -1)
  const ascii = (words: string) =>
    json(words).replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  let out = html
  for (const spelling of [escaped, json, ascii, (words: string) => words]) {
    const [before, after] = [spelling(from), spelling(to)]
    if (before !== '') out = out.replaceAll(before, after)
  }
  return out
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
