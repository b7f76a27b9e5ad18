import type { MarketListing } from '../../market/market.ts'
import { tillOf } from '../site-parts.ts'

/** A listing as the list of goods tells it; `later` with the names of the redesigned interface. */
export function briefOf({ id, title, price, was, sold, shop, kind, hue }: MarketListing, later: boolean): object {
  return later
    ? {
        gid: id,
        nm: title,
        pr: Math.round(price * 100),
        op: was === null ? null : Math.round(was.price * 100),
        sd: sold,
        sh: { i: shop.id, n: shop.name },
        ct: kind.category,
        h: hue,
        m: kind.motif,
      }
    : {
        id,
        title,
        price,
        original: was,
        sold,
        shop: { id: shop.id, name: shop.name },
        category: kind.category,
        hue,
        motif: kind.motif,
      }
}

/** All that the page of a listing shows. */
export function wholeOf(listing: MarketListing, later: boolean): object {
  const { words, facts, brand, pictures, reviews, data } = listing
  const images = pictures.map(({ view, text }) => `/img/${listing.id}/${view}.${text === null ? 'png' : 'svg'}`)
  const said = reviews.map(({ shown, rating, text, time }) => ({ user: shown, rating, text, time }))
  const coupon = typeof data.coupon === 'number' ? data.coupon : null
  const more = { ...briefOf(listing, later), brand: brand?.name ?? null, till: tillOf(listing), coupon }
  return later
    ? {
        ...more,
        desc: words.join('\n'),
        attrs: Object.entries(facts).map(([k, v]) => ({ k, v })),
        pics: images,
        cmts: said,
      }
    : {
        ...more,
        description: words,
        attributes: facts,
        images,
        reviews: said,
        history: listing.history?.map(({ date, price }) => [date, price]) ?? [],
      }
}
