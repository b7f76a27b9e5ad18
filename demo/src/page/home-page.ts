import { LISTINGS, listingOf } from '../catalogue/listing.ts'
import { SHOPS } from '../catalogue/shop.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { listingCard } from './listing-card.ts'
import { shopTile } from './shop-page.ts'

const FIRST_ROW = ['2001', '1001', '3011', '2011', '1021']

/** `more` stands below what was made by hand. */
export function homePage(more: Html | null = null): string {
  const first = FIRST_ROW.map((id) => listingOf(id)!)
  const rest = LISTINGS.filter(({ id }) => !FIRST_ROW.includes(id))
  return layout(
    '首页',
    html`<section class="hero">
<div><h1>霜降已过，<br>新茶旧酒都在路上</h1><p>本周上新 ${LISTINGS.length} 件，来自 ${SHOPS.length} 家店铺</p><a href="/item/2001">看西湖十景方巾 四十花色</a></div>
<img src="/img/2001/7.png" alt="" width="300" height="300"><img src="/img/1001/2.png" alt="" width="300" height="300"><img src="/img/2011/4.png" alt="" width="300" height="300">
</section>
<h2>今日精选</h2><section class="grid">${first.map(listingCard)}</section>
<h2>逛店铺</h2><section class="shops">${SHOPS.map(shopTile)}</section>
<h2>猜你喜欢</h2><section class="grid">${rest.map(listingCard)}</section>${more ?? []}`,
  )
}
