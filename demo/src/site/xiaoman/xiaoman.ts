import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPictures } from '../../picture/picture.ts'
import { PRIVATE_PATH } from '../gate.ts'
import { platformRows } from '../licence-rows.ts'
import {
  type Answer,
  fileAnswer,
  jsonAnswer,
  pageAnswer,
  type Site,
  serve,
  sitemapAnswer,
  type Visit,
} from '../serve.ts'
import { pageOf, type SiteOptions, type SiteParts, siteParts, tillOf, yuanText } from '../site-parts.ts'
import { wordsPicture } from '../words-picture.ts'
import { pricePicture } from './price-picture.ts'
import { itemContent, licenceContent, listContent, mobilePage, shopContent } from './xiaoman-pages.ts'

const PAGE = 12
const STYLE = join(import.meta.dirname, '../../../assets/xiaoman.css')

/** A platform made for telephones, whose sellers put prices and claims into pictures. */
export async function startXiaoman(options: SiteOptions): Promise<Site & { readonly parts: SiteParts }> {
  const parts = siteParts('xiaoman', options)
  const style = readFileSync(STYLE)
  const scene = createPictures()
  const site = await serve(options.port, (visit, origin) => {
    if (visit.method !== 'GET' && visit.method !== 'HEAD') return pageAnswer('', 405)
    const stopped = parts.gate.admit(visit)
    if (stopped !== null) return stopped
    const { shelf, settings } = parts
    const [first = '', second = '', third = ''] = visit.url.pathname.split('/').slice(1)
    const page = (title: string, content: Parameters<typeof mobilePage>[1], status = 200) =>
      pageAnswer(mobilePage(title, content, settings.layout), status)
    const lost = page('没找到', listContent('这里空空的', [], '/'), 404)
    switch (first) {
      case 'assets':
        return second === 'xiaoman.css' ? fileAnswer(style, 'text/css') : lost
      case '':
      case 'search':
        return list(visit, parts)
      case 'p': {
        const listing = shelf.listing(second)
        if (listing === null) return lost
        const shown = parts.shown(listing, visit)
        return page(shown.title, itemContent(shown))
      }
      case 'm': {
        const shop = shelf.shop(second)
        if (shop === null) return lost
        const { rows } = shelf.licence(shop)
        if (third === 'licence')
          return rows === null ? lost : page('营业执照', licenceContent(`${shop.name} 营业执照`, rows))
        return page(shop.name, shopContent(shop, shelf.inShop(shop.id), rows !== null))
      }
      case 'licence':
        return page('证照信息', licenceContent('营业执照', platformRows('xiaoman')))
      case 'img':
      case 'pic':
        return picture(visit, first, second, third, parts, scene) ?? lost
      case 'robots.txt':
        return fileAnswer(
          `User-agent: *\nDisallow: ${PRIVATE_PATH}\nDisallow: /search\nCrawl-delay: 0.2\nSitemap: ${origin}/sitemap.xml\n`,
          'text/plain',
        )
      case 'sitemap.xml':
        return sitemapAnswer(origin, [
          '/',
          ...shelf.shops().map(({ id }) => `/m/${id}`),
          ...shelf.ids().map((id) => `/p/${id}`),
        ])
      case 'feed.json':
        return jsonAnswer({
          version: 'https://jsonfeed.org/version/1.1',
          title: '小满快购 更新',
          items: shelf.changes().map(({ time, kind, id }) => ({
            id: `${id} ${time}`,
            url: `${origin}/${kind === 'shop-opened' ? 'm' : 'p'}/${id}`,
            date_modified: time,
            tags: [kind],
          })),
        })
      default:
        return lost
    }
  })
  return { ...site, parts }
}

function list({ url }: Visit, { shelf, settings }: SiteParts): Answer {
  const query = url.searchParams.get('q') ?? ''
  const { items, page, pages } = pageOf(shelf.search(query), Number(url.searchParams.get('page')), PAGE)
  const next =
    page < pages
      ? `${url.pathname}?${new URLSearchParams({ ...(query === '' ? {} : { q: query }), page: String(page + 1) })}`
      : null
  const title = query === '' ? '今日好货' : `“${query}”`
  return pageAnswer(mobilePage(title, listContent(title, items, next), settings.layout))
}

function picture(
  visit: Visit,
  kind: string,
  id: string,
  name: string,
  parts: SiteParts,
  scene: ReturnType<typeof createPictures>,
): Answer | null {
  const found = parts.shelf.listing(id)
  if (found === null) return null
  const listing = parts.shown(found, visit)
  if (kind === 'pic') {
    switch (name) {
      case 'price.png':
        return fileAnswer(pricePicture(listing.price), 'image/png')
      case 'till.png':
        return fileAnswer(pricePicture(tillOf(listing).total), 'image/png')
      case 'words.svg':
        return fileAnswer(wordsPicture(listing.words.join('\n'), listing.hue), 'image/svg+xml')
      case 'was.svg':
        return listing.was === null
          ? null
          : fileAnswer(struck(`${listing.was.word} ¥${yuanText(listing.was.price)}`), 'image/svg+xml')
      default:
        return null
    }
  }
  const [, view, form] = /^(\d{1,2})\.(png|svg)$/.exec(name) ?? []
  const shown = listing.pictures[Number(view)]
  if (shown === undefined) return null
  if (form === 'svg') return fileAnswer(wordsPicture(shown.text ?? '', listing.hue), 'image/svg+xml')
  return fileAnswer(scene({ motif: listing.kind.motif, hue: listing.hue, view: shown.view }), 'image/png')
}

function struck(text: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="190" height="28" font-family="Noto Sans CJK SC, Noto Sans SC, sans-serif"><text x="2" y="20" font-size="17" fill="#8a8f98" text-decoration="line-through">${text}</text></svg>`
}
