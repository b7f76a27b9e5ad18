import type { MarketListing } from '../../market/market.ts'
import type { MarketShop } from '../../market/people/operators.ts'
import { escapeText, type Html, html, Html as Markup } from '../../page/html.ts'
import { layout } from '../../page/layout.ts'
import type { Change } from '../shelf.ts'
import { soldText, tillOf, yuanText } from '../site-parts.ts'

export interface Listed {
  readonly items: readonly MarketListing[]
  readonly page: number
  readonly pages: number
}

export function goodsGrid(items: readonly MarketListing[]): Html {
  return html`<section class="grid">${items.map(
    (listing) =>
      html`<a class="card" href="/item/${listing.id}"><img loading="lazy" src="/img/${listing.id}/0.png" alt="${listing.title}" width="240" height="240"><h3>${listing.title}</h3><p class="price">¥ ${yuanText(listing.price)}</p><p class="meta"><span>${listing.shop.name}</span><span>已售 ${soldText(listing.sold)}</span></p></a>`,
  )}</section>`
}

export function goodsPage(title: string, { items, page, pages }: Listed, path: string): string {
  const link = (to: number, words: string) =>
    to < 1 || to > pages
      ? html`<span>${words}</span>`
      : html`<a href="${path}page=${to}"${to > page ? new Markup(' rel="next"') : []}>${words}</a>`
  return layout(
    title,
    html`<h2>${title}</h2>${goodsGrid(items)}<nav class="pages" aria-label="分页">${link(page - 1, '上一页')}<b>${page} / ${pages}</b>${link(page + 1, '下一页')}</nav>`,
  )
}

/** The page of a listing; `redesigned` has other markup and microdata instead of JSON-LD. */
export function goodsItemPage(listing: MarketListing, redesigned: boolean): string {
  return redesigned ? laterItem(listing) : firstItem(listing)
}

function firstItem(listing: MarketListing): string {
  const { id, shop, was } = listing
  const till = tillOf(listing)
  return layout(
    listing.title,
    html`<script type="application/ld+json">${new Markup(JSON.stringify(linkedData(listing)).replaceAll('<', '\\u003c'))}</script>
<p class="crumbs"><a href="/">首页</a> › <a href="/goods?category=${listing.kind.category}">${listing.kind.category}</a> › ${listing.title}</p>
<section class="item"><div class="gallery"><img id="main-picture" src="/img/${id}/0.png" alt="${listing.title}" width="480" height="480"><div class="thumbs">${thumbs(listing)}</div></div>
<div class="buy"><h1>${listing.title}</h1>
<div class="pricebox"><span class="price big">¥ ${yuanText(listing.price)}</span>${was === null ? [] : html`<s>${was.word} ¥ ${yuanText(was.price)}</s>`}</div>
<dl><dt>销量</dt><dd>已售 ${soldText(listing.sold)}</dd><dt>结算价</dt><dd>¥ ${yuanText(till.total)}${till.note === null ? '' : `（${till.note}）`}</dd></dl>
<div class="acts"><button type="button" class="cart">加入购物车</button><button type="button" class="now">立即购买</button></div>
${shopLine(shop)}</div></section>
<h2>商品参数</h2>${facts(listing)}
<h2>商品详情</h2><section class="detail">${listing.words.map((line) => html`<p>${line}</p>`)}<div class="pictures">${pictures(listing)}</div></section>
<h2>买家评价 <small>共 ${listing.reviews.length} 条</small></h2><section class="reviews">${reviews(listing)}</section>`,
  )
}

function laterItem(listing: MarketListing): string {
  const { id, shop, was } = listing
  return layout(
    listing.title,
    html`<article class="item" itemscope itemtype="https://schema.org/Product"><div class="gallery"><img itemprop="image" src="/img/${id}/0.png" alt="" width="480" height="480"></div>
<div class="buy"><p class="h1" itemprop="name">${listing.title}</p>
<div class="pricebox" itemprop="offers" itemscope itemtype="https://schema.org/Offer"><meta itemprop="priceCurrency" content="CNY"><b class="price big">¥<i itemprop="price" content="${yuanText(listing.price)}">${yuanText(listing.price)}</i></b>${was === null ? [] : html`<del>${was.word}${yuanText(was.price)}</del>`}</div>
<p>月销 ${soldText(listing.sold)}</p>${shopLine(shop)}</div></article>
<section class="detail" itemprop="description">${listing.words.map((line) => html`<p>${line}</p>`)}${facts(listing)}<div class="pictures">${pictures(listing)}</div></section>
<section class="reviews">${reviews(listing)}</section>`,
  )
}

function linkedData(listing: MarketListing): object {
  const { shop, reviews: list } = listing
  const rating = list.length === 0 ? null : list.reduce((sum, review) => sum + review.rating, 0) / list.length
  return {
    '@context': 'https://schema.org',
    '@type': 'Product',
    name: listing.title,
    sku: listing.id,
    category: listing.kind.category,
    description: listing.words.join('\n'),
    image: listing.pictures.map(({ view }) => `/img/${listing.id}/${view}.png`),
    ...(listing.brand === null ? {} : { brand: { '@type': 'Brand', name: listing.brand.name } }),
    ...(listing.facts.商品条码 === undefined ? {} : { gtin13: listing.facts.商品条码 }),
    offers: {
      '@type': 'Offer',
      price: yuanText(listing.price),
      priceCurrency: 'CNY',
      availability: 'https://schema.org/InStock',
      seller: { '@type': 'Organization', name: shop.name, url: `/shop/${shop.id}` },
    },
    ...(rating === null
      ? {}
      : { aggregateRating: { '@type': 'AggregateRating', ratingValue: rating.toFixed(1), reviewCount: list.length } }),
  }
}

const shopLine = (shop: MarketShop): Html =>
  html`<a class="shopline" href="/shop/${shop.id}"><img src="/sign/${shop.id}.svg" alt="" width="40" height="40"><b>${shop.name}</b><small>评分 ${shop.rating.toFixed(1)} · ${soldText(shop.followers)} 人关注</small></a>`

const facts = ({ facts: rows }: MarketListing): Html =>
  html`<table class="facts">${Object.entries(rows).map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</table>`

const thumbs = ({ id, pictures: list }: MarketListing): Html[] =>
  list.map(
    ({ view }) =>
      html`<img src="/img/${id}/${view}.png" alt="" width="80" height="80" data-large="/img/${id}/${view}.png">`,
  )

// A picture with words on it is drawn as such, with nothing of them in the markup.
const pictures = ({ id, title, pictures: list }: MarketListing): Html[] =>
  list.map(
    ({ view, text }) =>
      html`<figure><img data-src="/img/${id}/${view}.${text === null ? 'png' : 'svg'}" alt="${title} 图 ${view + 1}" width="480" height="480"><figcaption>图 ${view + 1}</figcaption></figure>`,
  )

const reviews = ({ reviews: list }: MarketListing): Html =>
  html`<ol>${list.map(({ shown, rating, text, time }) => html`<li><span class="stars">${'★'.repeat(rating)}${'☆'.repeat(5 - rating)}</span><small> ${shown} · ${time.slice(0, 10)}</small><p>${text}</p></li>`)}</ol>`

export function goodsShopPage(shop: MarketShop, listings: readonly MarketListing[], hasLicence: boolean): string {
  return layout(
    shop.name,
    html`<section class="shophead"><img src="/sign/${shop.id}.svg" alt="" width="88" height="88"><div><h1>${shop.name}</h1><p>开店于 ${shop.opened}</p><p class="meta"><span>评分 ${shop.rating.toFixed(1)}</span><span>${soldText(shop.followers)} 人关注</span>${hasLicence ? html`<a href="/shop/${shop.id}/licence">营业执照公示</a>` : []}</p></div></section>${goodsGrid(listings)}`,
  )
}

/** The feed of changes, as Atom. */
export function feedText(origin: string, changes: readonly Change[]): string {
  const entries = changes.map(({ time, kind, id }) => {
    const link = `${origin}/${kind === 'shop-opened' ? 'shop' : 'item'}/${id}`
    return `<entry><id>${link}#${time}</id><title>${escapeText(WORDS[kind])}</title><link href="${link}"/><updated>${time}</updated><category term="${kind}"/></entry>`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>江南集市 更新</title><id>${origin}/feed.xml</id><updated>${changes[0]?.time ?? ''}</updated>\n${entries.join('\n')}\n</feed>\n`
}

const WORDS: Readonly<Record<Change['kind'], string>> = {
  listed: '上新',
  price: '价格变动',
  words: '详情更新',
  'shop-opened': '新店开业',
}
