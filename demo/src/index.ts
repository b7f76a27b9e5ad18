/**
 * 江南集市, an invented online market to try the product on: shops, listings with many pictures, prices that scripts fill in,
 * reviews by request, licences. Everything follows from fixed seeds. Some shops and listings break the law on purpose; which
 * ones and how is told by `breaks`, never by the pages. Sells nothing, keeps nothing, serves the loopback address only.
 */
export { creditCode, isCreditCode } from './catalogue/credit-code.ts'
export { LISTINGS, type Listing, type ListingBreach } from './catalogue/listing.ts'
export { SHOPS, type Shop, type ShopBreach } from './catalogue/shop.ts'
export { type Marketplace, type MarketplaceOptions, startMarketplace } from './marketplace.ts'
