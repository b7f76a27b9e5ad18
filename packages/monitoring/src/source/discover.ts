/** Addresses that a page, a sitemap (sitemaps.org 0.9), a feed (RSS, Atom, JSON Feed 1.1) or a JSON answer leads to. */
import { Parser, parseFeed } from 'htmlparser2'
import type { Page } from '../extraction/page.ts'
import type { AddressKind } from '../register/schema.ts'

export interface Discovered {
  readonly url: string
  readonly kind: AddressKind
  /** Of an item of a feed: when it last changed, milliseconds since 1970. A sitemap's dates are of its making more often than of its pages. */
  readonly changedAt?: number
}

/** Most addresses taken from one document; a sitemap has at most so many (sitemaps.org). */
const MOST = 50_000
const MOST_LINKS = 2000
const DEEPEST_JSON = 20

/** `null` for what is no sitemap. An entry of a sitemap index is a sitemap. */
export function readSitemap(text: string): Discovered[] | null {
  const found: Discovered[] = []
  let root: string | null = null
  let inLocation = false
  let location = ''
  const parser = new Parser(
    {
      onopentag(name) {
        const bare = name.replace(/^.*:/, '')
        root ??= bare
        inLocation = bare === 'loc'
        location = ''
      },
      ontext(words) {
        if (inLocation && location.length < 8192) location += words
      },
      onclosetag(name) {
        if (name.replace(/^.*:/, '') !== 'loc') return
        inLocation = false
        if (found.length < MOST)
          found.push({ url: location.trim(), kind: root === 'sitemapindex' ? 'sitemap' : 'page' })
      },
    },
    { xmlMode: true, decodeEntities: true },
  )
  parser.end(text)
  return root === 'urlset' || root === 'sitemapindex' ? found : null
}

/** Items of a feed; `null` for what is no feed. */
export function readFeed(text: string): Discovered[] | null {
  if (text.trimStart().startsWith('{')) {
    const value = jsonOf(text) as { version?: unknown; items?: unknown } | undefined
    if (typeof value?.version !== 'string' || !value.version.includes('jsonfeed') || !Array.isArray(value.items))
      return null
    return value.items.slice(0, MOST).flatMap((item: JsonItem | null) => {
      const url = typeof item?.url === 'string' ? item.url : typeof item?.id === 'string' ? item.id : null
      const changed = item?.date_modified ?? item?.date_published
      return url === null ? [] : [itemOf(url, typeof changed === 'string' ? new Date(changed) : undefined)]
    })
  }
  const feed = parseFeed(text, { xmlMode: true })
  if (feed === null) return null
  return feed.items.slice(0, MOST).flatMap(({ link, pubDate }) => (link === undefined ? [] : [itemOf(link, pubDate)]))
}

interface JsonItem {
  readonly url?: unknown
  readonly id?: unknown
  readonly date_modified?: unknown
  readonly date_published?: unknown
}

function itemOf(url: string, changed: Date | undefined): Discovered {
  const changedAt = changed?.getTime() ?? Number.NaN
  return Number.isNaN(changedAt) ? { url, kind: 'page' } : { url, kind: 'page', changedAt }
}

/** Links of a page within its own host. */
export function readLinks(page: Page, url: string): Discovered[] {
  const base = page.elements.find(({ tag }) => tag === 'base')?.attributes.href ?? url
  const origin = new URL(url).origin
  const found = new Map<string, Discovered>()
  for (const { tag, attributes } of page.elements) {
    if (tag !== 'a' && tag !== 'area') continue
    const { href, rel } = attributes
    if (href === undefined || /\bnofollow\b/.test(rel ?? '')) continue
    const target = URL.parse(href, URL.parse(base, url)?.href ?? url)
    if (target === null || target.origin !== origin) continue
    target.hash = ''
    if (found.size >= MOST_LINKS) break
    found.set(target.href, { url: target.href, kind: 'page' })
  }
  return [...found.values()]
}

/** Every text of a JSON answer that is an address on the same host or a path of it under a name like `url`. */
export function readJsonLinks(value: unknown, url: string): Discovered[] {
  const origin = new URL(url).origin
  const found = new Map<string, Discovered>()
  const walk = (inner: unknown, name: string, depth: number): void => {
    if (depth > DEEPEST_JSON || found.size >= MOST_LINKS) return
    if (typeof inner === 'string') {
      if (!/(url|href|link|path|next)$/i.test(name) || !/^(https?:\/\/|\/)/.test(inner)) return
      const target = URL.parse(inner, url)
      if (target === null || target.origin !== origin || /\.(png|jpe?g|webp|gif|svg|css|js)$/i.test(target.pathname))
        return
      const kind = target.pathname.includes('/api/') ? 'json' : 'page'
      found.set(target.href, { url: target.href, kind })
    } else if (Array.isArray(inner)) {
      for (const one of inner) walk(one, name, depth + 1)
    } else if (typeof inner === 'object' && inner !== null) {
      for (const [key, one] of Object.entries(inner)) walk(one, key, depth + 1)
    }
  }
  walk(value, '', 0)
  return [...found.values()]
}

/** A JSON document, or `undefined`. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return undefined
  }
}
