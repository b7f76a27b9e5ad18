import { creditCode } from './catalogue/credit-code.ts'
import { LISTINGS, type Listing, listingOf } from './catalogue/listing.ts'
import { priceHistory } from './catalogue/price-history.ts'
import { reviewsOf } from './catalogue/review.ts'
import { SHOPS, shopOf } from './catalogue/shop.ts'
import { homePage } from './page/home-page.ts'
import { itemPage } from './page/item-page.ts'
import { missingPage, searchPage } from './page/search-page.ts'
import { licenceLayout, licencePage, shopPage } from './page/shop-page.ts'
import { shopSign } from './page/shop-sign.ts'
import type { Scene } from './picture/scene.ts'
import type { Answer } from './site/serve.ts'

/** What the marketplace's pages need from outside. */
export interface Surroundings {
  readonly today: number
  readonly origin: string
  picture(scene: Scene): Buffer
  asset(name: string): Buffer | null
}

const PAGE_OF_REVIEWS = 8
const HISTORY_DAYS = 30
const MISSING = page(null)

/** Answers a path, as the real thing would: pages, pictures, and the data that the pages' scripts ask for. */
export function answer(url: URL, around: Surroundings): Answer {
  const [first = '', second = '', third = ''] = url.pathname.split('/').slice(1).map(decode)
  switch (first) {
    case '':
      return page(homePage())
    case 'search':
      return page(searchPage(url.searchParams.get('q') ?? ''))
    case 'shop':
      return shop(second, third)
    case 'item':
      return page(mapped(listingOf(second), itemPage))
    case 'platform':
      return page(second === 'licence' ? platformLicence() : null)
    case 'sign':
      return file(mapped(shopOf(second.replace(/\.svg$/, '')), shopSign), 'image/svg+xml')
    case 'img':
      return picture(listingOf(second), third, around)
    case 'assets':
      return file(around.asset(second), second.endsWith('.css') ? 'text/css' : assetType(second))
    case 'api':
      return data(second, third, url, around)
    case 'robots.txt':
      return file(`User-agent: *\nDisallow: /api/\nSitemap: ${around.origin}/sitemap.xml\n`, 'text/plain')
    case 'sitemap.xml':
      return file(sitemap(around.origin), 'application/xml')
    default:
      return MISSING
  }
}

function shop(id: string, part: string): Answer {
  const found = shopOf(id)
  if (found === null) return MISSING
  return page(part === 'licence' ? licencePage(found) : part === '' ? shopPage(found) : null)
}

function picture(listing: Listing | null, name: string, around: Surroundings): Answer {
  const view = Number(/^(\d{1,2})\.png$/.exec(name)?.[1] ?? Number.NaN)
  if (listing === null || !(view < listing.pictures)) return MISSING
  return file(around.picture({ motif: listing.motif, hue: listing.hue, view }), 'image/png')
}

function data(kind: string, id: string, url: URL, around: Surroundings): Answer {
  if (kind === 'prices') {
    const ids = (url.searchParams.get('ids') ?? '').split(',')
    return json(ids.flatMap((each) => mapped(listingOf(each), priceOf) ?? []))
  }
  const listing = listingOf(id)
  if (listing === null) return { ...json({ error: 'not-found' }), status: 404 }
  if (kind === 'price') return json(priceOf(listing))
  if (kind === 'history') return json({ id, days: priceHistory(listing, HISTORY_DAYS, around.today) })
  if (kind !== 'reviews') return { ...json({ error: 'not-found' }), status: 404 }
  const all = reviewsOf(listing, around.today)
  const number = Math.max(1, Math.floor(Number(url.searchParams.get('page')) || 1))
  const from = (number - 1) * PAGE_OF_REVIEWS
  return json({
    total: all.length,
    page: number,
    more: from + PAGE_OF_REVIEWS < all.length,
    reviews: all.slice(from, from + PAGE_OF_REVIEWS),
  })
}

function priceOf({ id, price, was }: Listing): { id: string; price: number; was: number | null } {
  return { id, price, was }
}

function platformLicence(): string {
  return licenceLayout('平台营业执照', [
    ['名称', '江南集市网络科技有限公司（演示）'],
    ['统一社会信用代码', creditCode('91330108MADEM9999')],
    ['法定代表人', '水伯'],
    ['住所', '浙江省杭州市滨江区演示路 99 号'],
    ['经营范围', '互联网信息服务；第二类增值电信业务'],
  ])
}

function sitemap(origin: string): string {
  const paths = ['/', ...SHOPS.map(({ id }) => `/shop/${id}`), ...LISTINGS.map(({ id }) => `/item/${id}`)]
  const rows = paths.map((path) => `<url><loc>${origin}${path}</loc></url>`).join('\n')
  return `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${rows}\n</urlset>\n`
}

function page(body: string | null): Answer {
  return { status: body === null ? 404 : 200, type: 'text/html; charset=utf-8', body: body ?? missingPage(), keep: 0 }
}

function json(value: unknown): Answer {
  return { status: 200, type: 'application/json; charset=utf-8', body: JSON.stringify(value), keep: 0 }
}

function file(body: string | Buffer | null, type: string): Answer {
  return body === null ? MISSING : { status: 200, type, body, keep: 3600 }
}

function assetType(name: string): string {
  return name.endsWith('.js') ? 'text/javascript' : 'image/svg+xml'
}

function mapped<T, R>(value: T | null, use: (value: T) => R): R | null {
  return value === null ? null : use(value)
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return '\u0000'
  }
}
