import { homePage } from '../../page/home-page.ts'
import { html } from '../../page/html.ts'
import { searchPage } from '../../page/search-page.ts'
import { licenceLayout } from '../../page/shop-page.ts'
import { shopSign } from '../../page/shop-sign.ts'
import type { Scene } from '../../picture/scene.ts'
import { PRIVATE_PATH } from '../gate.ts'
import { type Answer, fileAnswer, pageAnswer, sitemapAnswer, type Visit } from '../serve.ts'
import { pageOf, type SiteParts } from '../site-parts.ts'
import { wordsPicture } from '../words-picture.ts'
import { feedText, goodsGrid, goodsItemPage, goodsPage, goodsShopPage } from './goods-pages.ts'

const PAGE = 24

/**
 * What 江南集市 has beside the goods that were made by hand: the listings of the market, server-rendered with JSON-LD. `null`: not one
 * of its paths.
 */
export function goodsAnswer(
  visit: Visit,
  origin: string,
  parts: SiteParts,
  picture: (scene: Scene) => Buffer,
): Answer | null {
  const { shelf, settings } = parts
  const [first = '', second = '', third = ''] = decoded(visit.url.pathname)
  switch (first) {
    case '':
      return pageAnswer(
        homePage(
          html`<h2>刚刚上新 <a class="all" href="/goods">全部商品</a></h2>${goodsGrid(
            shelf
              .ids()
              .slice(0, 10)
              .map((id) => shelf.listing(id)!),
          )}`,
        ),
      )
    case 'search': {
      const query = visit.url.searchParams.get('q') ?? ''
      const found = shelf.search(query)
      const all = `/goods?${new URLSearchParams({ q: query })}`
      const more = html`<h2>市集商品 <a class="all" href="${all}">共 ${found.length} 件</a></h2>${goodsGrid(found.slice(0, PAGE))}`
      return pageAnswer(searchPage(query, found.length === 0 ? null : more))
    }
    case 'goods':
      return goods(visit, parts)
    case 'item': {
      const listing = shelf.listing(second)
      return listing === null ? null : pageAnswer(goodsItemPage(parts.shown(listing, visit), settings.layout === 'b'))
    }
    case 'shop':
      return shopAnswer(second, third, parts)
    case 'sign': {
      const shop = shelf.shop(second.replace(/\.svg$/, ''))
      return shop === null ? null : fileAnswer(shopSign(shop), 'image/svg+xml')
    }
    case 'img': {
      const listing = shelf.listing(second)
      const [, view, form] = /^(\d{1,2})\.(png|svg)$/.exec(third) ?? []
      const found = listing?.pictures[Number(view)]
      if (listing === null || found === undefined) return null
      if (form === 'svg') return fileAnswer(wordsPicture(found.text ?? '', listing.hue), 'image/svg+xml')
      return fileAnswer(picture({ motif: listing.kind.motif, hue: listing.hue, view: Number(view) }), 'image/png')
    }
    case 'robots.txt':
      return fileAnswer(
        `User-agent: *\nDisallow: /api/\nDisallow: ${PRIVATE_PATH}\nSitemap: ${origin}/sitemap.xml\nSitemap: ${origin}/sitemap-goods.xml\n`,
        'text/plain',
      )
    case 'sitemap-goods.xml':
      return sitemapAnswer(origin, [
        '/goods',
        ...shelf.shops().map(({ id }) => `/shop/${id}`),
        ...shelf.ids().map((id) => `/item/${id}`),
      ])
    case 'feed.xml':
      return { ...fileAnswer(feedText(origin, shelf.changes()), 'application/atom+xml; charset=utf-8'), keep: 60 }
    default:
      return null
  }
}

function goods({ url }: Visit, { shelf }: SiteParts): Answer {
  const category = url.searchParams.get('category') ?? ''
  const query = url.searchParams.get('q') ?? ''
  const found = shelf.search(query).filter(({ kind }) => category === '' || kind.category === category)
  const title = query !== '' ? `“${query}” 共 ${found.length} 件` : category !== '' ? category : '全部商品'
  const path = `/goods?${new URLSearchParams({ ...(category === '' ? {} : { category }), ...(query === '' ? {} : { q: query }), '': '' })}`
  return pageAnswer(goodsPage(title, pageOf(found, Number(url.searchParams.get('page')), PAGE), path.replace(/=$/, '')))
}

function shopAnswer(id: string, part: string, { shelf }: SiteParts): Answer | null {
  const shop = shelf.shop(id)
  if (shop === null) return null
  const { rows } = shelf.licence(shop)
  if (part === 'licence') return rows === null ? null : pageAnswer(licenceLayout(`${shop.name} 营业执照`, rows))
  return part === '' ? pageAnswer(goodsShopPage(shop, shelf.inShop(id), rows !== null)) : null
}

function decoded(pathname: string): string[] {
  return pathname
    .split('/')
    .slice(1)
    .map((part) => {
      try {
        return decodeURIComponent(part)
      } catch {
        return '\u0000'
      }
    })
}
