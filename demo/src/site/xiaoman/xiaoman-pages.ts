import type { MarketListing } from '../../market/market.ts'
import type { MarketShop } from '../../market/people/operators.ts'
import { type Html, html } from '../../page/html.ts'
import { soldText, tillOf } from '../site-parts.ts'

export function mobilePage(title: string, content: Html, layout: 'a' | 'b'): string {
  const page = html`<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"><title>${title} | 小满快购</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/assets/xiaoman.css"></head><body class="${layout === 'a' ? 'first' : 'later'}"><header><a href="/">小满快购</a><form action="/search"><input name="q" placeholder="搜好货" aria-label="搜索"></form></header>${content}<footer><a href="/licence">证照信息</a><span>明证演示平台，内容均为虚构</span></footer></body></html>`
  return `<!doctype html>\n${page.text}`
}

/** A row of goods: what it costs is a picture. */
export function goodsRows(items: readonly MarketListing[]): Html {
  return html`<section class="rows">${items.map(
    (listing) =>
      html`<a class="row" href="/p/${listing.id}"><img src="/img/${listing.id}/0.png" alt="" width="112" height="112" loading="lazy"><div><h3>${listing.title}</h3><img class="price" src="/pic/${listing.id}/price.png" alt="价格见图" height="26"><p>${listing.shop.name} · ${soldText(listing.sold)}人付款</p></div></a>`,
  )}</section>`
}

export function listContent(title: string, items: readonly MarketListing[], next: string | null): Html {
  return html`<main><h1>${title}</h1>${goodsRows(items)}${next === null ? html`<p class="end">到底啦</p>` : html`<a class="more" rel="next" href="${next}">加载更多</a>`}</main>`
}

/** The page of a listing: claims and price are drawn, only title, facts and reviews are text. */
export function itemContent(listing: MarketListing): Html {
  const { id, title, shop, pictures, facts, reviews, was } = listing
  const till = tillOf(listing)
  return html`<main class="item">
<div class="strip">${pictures.map(({ view, text }) => html`<img src="/img/${id}/${view}.${text === null ? 'png' : 'svg'}" alt="" width="390" height="390" loading="lazy">`)}</div>
<div class="card"><img class="price" src="/pic/${id}/price.png" alt="价格见图" height="40">${was === null ? [] : html`<img class="was" src="/pic/${id}/was.svg" alt="" height="24">`}<h1>${title}</h1><p class="muted">${soldText(listing.sold)}人付款</p></div>
<a class="card shop" href="/m/${shop.id}"><b>${shop.name}</b><span>进店 ›</span></a>
<div class="card words"><img src="/pic/${id}/words.svg" alt="详情见图" width="480"></div>
<div class="card"><table>${Object.entries(facts).map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</table></div>
<div class="card"><h2>评价 ${reviews.length}</h2>${reviews.map((review) => html`<p class="review"><b>${review.shown}</b> <i>${'★'.repeat(review.rating)}</i><br>${review.text}</p>`)}</div>
<div class="bar"><span>合计 <img class="till" src="/pic/${id}/till.png" alt="合计见图" height="24">${till.note === null ? '' : ` ${till.note}`}</span><button type="button">马上抢</button></div>
</main>`
}

export function shopContent(shop: MarketShop, items: readonly MarketListing[], hasLicence: boolean): Html {
  return html`<main><div class="card shop"><h1>${shop.name}</h1><span>${soldText(shop.followers)} 粉丝 · ${shop.rating.toFixed(1)} 分</span>${hasLicence ? html`<a href="/m/${shop.id}/licence">营业执照</a>` : []}</div>${goodsRows(items)}</main>`
}

export function licenceContent(title: string, rows: readonly (readonly [string, string])[]): Html {
  return html`<main><h1>${title}</h1><div class="card"><table>${rows.map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</table></div></main>`
}
