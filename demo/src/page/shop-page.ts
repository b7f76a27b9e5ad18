import { LISTINGS } from '../catalogue/listing.ts'
import type { Shop } from '../catalogue/shop.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { listingCard, soldText } from './listing-card.ts'

export function shopTile(shop: Shop): Html {
  return html`<a class="tile" href="/shop/${shop.id}"><img src="/sign/${shop.id}.svg" alt="" width="56" height="56"><b>${shop.name}</b><small>${shop.slogan}</small></a>`
}

export function shopPage(shop: Shop): string {
  const listings = LISTINGS.filter((listing) => listing.shop === shop.id)
  return layout(
    shop.name,
    html`<section class="shophead"><img src="/sign/${shop.id}.svg" alt="" width="88" height="88">
<div><h1>${shop.name}</h1><p>${shop.slogan}</p><p class="meta"><span>${shop.city}</span><span>评分 ${shop.rating.toFixed(1)}</span><span>${soldText(shop.followers)} 人关注</span>${shop.licence === null ? [] : html`<a href="/shop/${shop.id}/licence">营业执照公示</a>`}</p></div></section>
<section class="grid">${listings.map(listingCard)}</section>`,
  )
}

/** The public notice of the shop's licence, as 电子商务法 Art. 15 asks; a shop that shows none has no such page. */
export function licencePage(shop: Shop): string | null {
  const { licence } = shop
  if (licence === null) return null
  return licenceLayout(`${shop.name} 营业执照`, [
    ['名称', licence.company],
    ['统一社会信用代码', licence.code],
    ['法定代表人', licence.representative],
    ['住所', licence.address],
    ['成立日期', licence.established],
    ['经营范围', licence.scope],
  ])
}

export function licenceLayout(title: string, rows: readonly (readonly [string, string])[]): string {
  return layout(
    title,
    html`<section class="licence"><h1>营业执照</h1><p class="sub">（公示信息 · 演示）</p>
<table>${rows.map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</table></section>`,
  )
}
