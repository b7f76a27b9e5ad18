import { Dice } from '../market/dice.ts'
import { titleOf } from '../market/goods/goods.ts'
import type { MarketListing } from '../market/market.ts'

/** What a crawler is shown instead of a listing: the same goods in harmless words, dearer, without pictures of words. */
export function decoyOf(listing: MarketListing): MarketListing {
  const dice = new Dice(listing.id, 'decoy')
  return {
    ...listing,
    title: titleOf(listing.kind, null, dice),
    words: dice.some(listing.kind.words, 3),
    price: Math.round(listing.price * 1.2 * 100) / 100,
    was: null,
    pictures: listing.pictures.map((picture) => ({ ...picture, text: null })),
    reviews: listing.reviews.filter(({ rating }) => rating >= 4),
  }
}
