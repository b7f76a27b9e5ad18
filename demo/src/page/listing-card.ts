import type { Listing } from '../catalogue/listing.ts'
import { shopOf } from '../catalogue/shop.ts'
import { type Html, html } from './html.ts'

/** A listing in a grid. The price is not in the markup: a script fetches it. */
export function listingCard(listing: Listing): Html {
  const shop = shopOf(listing.shop)!
  return html`<a class="card" href="/item/${listing.id}">
<img loading="lazy" src="/img/${listing.id}/0.png" alt="${listing.title}" width="240" height="240">
<h3>${listing.title}</h3>
<p class="price" data-price="${listing.id}">¥ —</p>
<p class="meta"><span>${shop.name}</span><span>已售 ${soldText(listing.sold)}</span></p>
</a>`
}

/** A count as shops print it: 12,840 reads 1.2 万. */
export function soldText(count: number): string {
  return count >= 10_000 ? `${(count / 10_000).toFixed(1)} 万` : String(count)
}
