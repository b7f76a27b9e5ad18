import { searchListings } from '../catalogue/listing.ts'
import { shopOf } from '../catalogue/shop.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { listingCard } from './listing-card.ts'

/** `more` stands below what was found of what was made by hand. */
export function searchPage(query: string, more: Html | null = null): string {
  const found = searchListings(query, (id) => shopOf(id)?.name ?? '')
  return layout(
    `搜索 ${query}`,
    html`<h2>“${query}” 共 ${found.length} 件</h2>${
      found.length === 0
        ? html`<p class="empty">没有找到。换个说法，或者去<a href="/">首页</a>逛逛。</p>`
        : html`<section class="grid">${found.map(listingCard)}</section>`
    }${more ?? []}`,
    query,
  )
}

export function missingPage(): string {
  return layout('找不到', html`<p class="empty">这一页不在了，去<a href="/">首页</a>逛逛。</p>`)
}
