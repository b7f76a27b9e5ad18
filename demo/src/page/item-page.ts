import type { Listing } from '../catalogue/listing.ts'
import { shopOf } from '../catalogue/shop.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { soldText } from './listing-card.ts'

const BESIDE_PRICE = 5

/** A listing: the gallery, a price that a script fills in, pictures that load when scrolled to, reviews by request. */
export function itemPage(listing: Listing): string {
  const shop = shopOf(listing.shop)!
  const picture = (n: number) => `/img/${listing.id}/${n}.png`
  const views = Array.from({ length: listing.pictures }, (_, n) => n)
  return layout(
    listing.title,
    html`<p class="crumbs"><a href="/">首页</a> › <a href="/search?q=${listing.category}">${listing.category}</a> › ${listing.title}</p>
<section class="item" data-item="${listing.id}">
<div class="gallery"><img id="main-picture" src="${picture(0)}" alt="${listing.title}" width="480" height="480">
<div class="thumbs">${views.slice(0, BESIDE_PRICE).map((n) => html`<img src="${picture(n)}" alt="" width="80" height="80" data-large="${picture(n)}">`)}</div></div>
<div class="buy"><h1>${listing.title}</h1>
<div class="pricebox"><span class="price big" data-price="${listing.id}">¥ —</span><s data-was="${listing.id}"></s><em data-off="${listing.id}"></em></div>
<dl><dt>配送</dt><dd>${shop.city} 至 杭州西湖区 · 快递 免运费</dd><dt>销量</dt><dd>已售 ${soldText(listing.sold)}</dd></dl>
<div class="options" role="radiogroup" aria-label="规格">${listing.options.map((option, i) => html`<button type="button" role="radio" aria-checked="${i === 0 ? 'true' : 'false'}">${option}</button>`)}</div>
<div class="acts"><button type="button" class="cart">加入购物车</button><button type="button" class="now">立即购买</button></div>
<a class="shopline" href="/shop/${shop.id}"><img src="/sign/${shop.id}.svg" alt="" width="40" height="40"><b>${shop.name}</b><small>评分 ${shop.rating.toFixed(1)} · ${soldText(shop.followers)} 人关注</small></a>
</div></section>
<h2>商品参数</h2><table class="facts">${Object.entries(listing.facts).map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</table>
<h2>商品详情</h2><section class="detail">${listing.words.map((line) => html`<p>${line}</p>`)}
<div class="pictures">${views.map((n) => html`<figure><img data-src="${picture(n)}" alt="${listing.title} 图 ${n + 1}" width="480" height="480"><figcaption>图 ${n + 1}</figcaption></figure>`)}</div></section>
<h2>买家评价 <small id="review-count"></small></h2><section class="reviews" data-reviews="${listing.id}"><ol></ol><button type="button" class="more">查看更多评价</button></section>`,
  )
}
