import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPictures } from '../../picture/picture.ts'
import { PRIVATE_PATH } from '../gate.ts'
import { operatorRows, platformRows } from '../licence-rows.ts'
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
import { pageOf, type SiteOptions, type SiteParts, siteParts } from '../site-parts.ts'
import { wordsPicture } from '../words-picture.ts'
import { briefOf, wholeOf } from './goods-data.ts'
import { SignatureCheck } from './signature.ts'

const PAGE = 20
const FOLDER = join(import.meta.dirname, '../../../assets')

/** A platform that is one page: a script asks for signed data and draws it. */
export async function startShanhe(options: SiteOptions): Promise<Site & { readonly parts: SiteParts }> {
  const parts = siteParts('shanhe', options)
  const check = new SignatureCheck(randomBytes(12).toString('hex'), options.now)
  const assets = new Map(['shanhe.css', 'shanhe.js'].map((name) => [name, readFileSync(join(FOLDER, name))]))
  const picture = createPictures()
  const site = await serve(options.port, (visit, origin) => {
    if (visit.method !== 'GET' && visit.method !== 'HEAD') return jsonAnswer({ error: 'method' }, 405)
    const stopped = parts.gate.admit(visit)
    if (stopped !== null) return stopped
    const [first = '', second = '', third = ''] = visit.url.pathname.split('/').slice(1)
    switch (first) {
      case 'api':
        return dataAnswer(visit, parts, check)
      case 'assets': {
        const file = assets.get(second)
        return file === undefined
          ? missing(check.key)
          : fileAnswer(file, second.endsWith('.css') ? 'text/css' : 'text/javascript')
      }
      case 'img':
        return pictureAnswer(second, third, parts, picture) ?? missing(check.key)
      case 'robots.txt':
        return fileAnswer(
          `User-agent: *\nDisallow: ${PRIVATE_PATH}\nDisallow: /cart\nSitemap: ${origin}/sitemap.xml\n`,
          'text/plain',
        )
      case 'sitemap.xml':
        return sitemapAnswer(origin, [
          '/',
          ...parts.shelf.shops().map(({ id }) => `/s/${id}`),
          ...parts.shelf.ids().map((id) => `/g/${id}`),
        ])
      case '':
      case 'search':
      case 'licence':
        return pageAnswer(shell(check.key))
      case 'g':
        return parts.shelf.listing(second) === null ? missing(check.key) : pageAnswer(shell(check.key))
      case 's':
        return parts.shelf.shop(second) === null ? missing(check.key) : pageAnswer(shell(check.key))
      default:
        return missing(check.key)
    }
  })
  return { ...site, parts }
}

/** Only the shell: there is nothing to read on the page without its script. */
function shell(key: string): string {
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>山河优选</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/assets/shanhe.css"></head>
<body data-key="${key}"><div id="app"><noscript>请开启 JavaScript 后访问山河优选。</noscript></div><script type="module" src="/assets/shanhe.js"></script></body></html>
`
}

const missing = (key: string): Answer => pageAnswer(shell(key), 404)

function pictureAnswer(
  id: string,
  name: string,
  { shelf }: SiteParts,
  picture: ReturnType<typeof createPictures>,
): Answer | null {
  const listing = shelf.listing(id)
  const [, view, form] = /^(\d{1,2})\.(png|svg)$/.exec(name) ?? []
  const found = listing?.pictures[Number(view)]
  if (listing === null || found === undefined) return null
  if (form === 'svg') return fileAnswer(wordsPicture(found.text ?? '', listing.hue), 'image/svg+xml')
  return fileAnswer(picture({ motif: listing.kind.motif, hue: listing.hue, view: Number(view) }), 'image/png')
}

/** `/api/v1/...`, and `/api/v2/...` with other names after the redesign; the former version is gone then. */
function dataAnswer(visit: Visit, parts: SiteParts, check: SignatureCheck): Answer {
  const { shelf, settings } = parts
  const later = settings.layout === 'b'
  const [, , version, kind, id = ''] = visit.url.pathname.split('/')
  const fault = check.faultOf(visit)
  if (fault !== null) return jsonAnswer({ error: 'signature', detail: fault }, 401)
  if (version === 'version') return jsonAnswer({ version: later ? 'v2' : 'v1' })
  if (version !== (later ? 'v2' : 'v1')) return jsonAnswer({ error: 'gone' }, 410)
  const ask = (name: string) => visit.url.searchParams.get(name) ?? ''
  const none = jsonAnswer({ error: 'not-found' }, 404)
  switch (kind) {
    case 'goods': {
      if (id !== '') {
        const listing = shelf.listing(id)
        return listing === null ? none : jsonAnswer(wholeOf(parts.shown(listing, visit), later))
      }
      const found = shelf
        .search(ask('q'))
        .filter(
          ({ shop, kind }) =>
            (ask('shop') === '' || shop.id === ask('shop')) &&
            (ask('category') === '' || kind.category === ask('category')),
        )
      const { items, page, pages } = pageOf(found, Number(ask('page')), PAGE)
      return jsonAnswer({
        total: found.length,
        page,
        pages,
        goods: items.map((each) => briefOf(parts.shown(each, visit), later)),
      })
    }
    case 'shops': {
      const shop = shelf.shop(id)
      if (shop === null) return none
      const { rows } = shelf.licence(shop)
      return jsonAnswer({
        id,
        name: shop.name,
        opened: shop.opened,
        rating: shop.rating,
        followers: shop.followers,
        licence: rows === null ? null : operatorRows(rows),
      })
    }
    case 'changes':
      return jsonAnswer({ changes: shelf.changes().filter(({ time }) => time > ask('since')) })
    case 'licence':
      return jsonAnswer({ rows: platformRows('shanhe') })
    default:
      return none
  }
}
