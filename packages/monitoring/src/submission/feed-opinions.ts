/** Opinions from a feed: RSS 2.0, RDF, Atom (RFC 4287), JSON Feed 1.1, or a JSON list of rows as reports have them. */
import { parseFeed } from 'htmlparser2'
import { mended } from '../fact/mended.ts'
import { jsonOf } from '../source/discover.ts'
import type { Opinion } from './opinions.ts'
import { opinionRowSchema } from './row.ts'
import type { OpinionSource } from './schema.ts'

const MOST = 2000
const LONGEST = 24_000

/** `null` for what is no feed. `now` stands for a time that an item does not say. */
export function readOpinions(text: string, url: string, now: number): Opinion[] | null {
  const source = sourceOf(url)
  const start = text.trimStart().replace(/^\ufeff/, '')
  if (start.startsWith('{') || start.startsWith('[')) return jsonOpinions(jsonOf(start), source, now)
  const feed = parseFeed(text, { xmlMode: true })
  if (feed === null) return null
  return feed.items.slice(0, MOST).flatMap(({ id, title = '', link, description = '', pubDate }) => {
    const name = id ?? link ?? title
    return name === '' || name === undefined
      ? []
      : [
          opinion({
            id: name,
            source,
            title,
            text: plain(description),
            url: link ?? null,
            at: pubDate?.getTime() ?? now,
          }),
        ]
  })
}

/** The address of a feed may say what kind it is, `?source=complaint`, `forum` or `review`; else it is news. */
function sourceOf(url: string): OpinionSource {
  const said = URL.parse(url)?.searchParams.get('source')
  return said === 'complaint' || said === 'forum' || said === 'review' ? said : 'news'
}

function jsonOpinions(value: unknown, source: OpinionSource, now: number): Opinion[] | null {
  const list = Array.isArray(value) ? value : (value as { items?: unknown } | undefined)?.items
  if (!Array.isArray(list)) return null
  return list.slice(0, MOST).flatMap((item: Record<string, unknown>) => {
    const row = opinionRowSchema.safeParse({ kind: 'opinion', source, ...item })
    if (row.success) {
      const { id, title, text, url, shop, listing, at } = row.data
      return [opinion({ id, source: row.data.source, title, text, url, shop, listing, at: Date.parse(at) })]
    }
    const text =
      item?.content_text ?? item?.summary ?? (typeof item?.content_html === 'string' ? plain(item.content_html) : '')
    const id = item?.id ?? item?.url
    if (typeof id !== 'string' || typeof text !== 'string') return []
    const at = Date.parse(String(item.date_published ?? ''))
    const link = typeof item.url === 'string' ? item.url : null
    return [opinion({ id, source, title: String(item.title ?? ''), text, url: link, at: Number.isNaN(at) ? now : at })]
  })
}

function opinion(given: Omit<Opinion, 'shop' | 'listing'> & Partial<Pick<Opinion, 'shop' | 'listing'>>): Opinion {
  const { title, text, url, shop = null, listing = null, ...rest } = given
  const cut = { title: title.trim().slice(0, 1000), text: text.trim().slice(0, LONGEST) }
  return mended({ ...rest, ...cut, url: url?.slice(0, 4096) ?? null, shop, listing }) as unknown as Opinion
}

/** Words without marks. */
function plain(html: string): string {
  return html
    .replace(/<(br|p|div|li)\b[^>]*>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
}
