/**
 * 江南集市, an invented online market to try the product on: shops, listings with many pictures, prices that scripts fill in,
 * reviews by request, licences. Everything follows from fixed seeds. Some shops and listings break the law on purpose; which
 * ones and how is told by `breaks`, never by the pages. Sells nothing, keeps nothing, serves the loopback address only.
 */
export { creditCode, isCreditCode } from './catalogue/credit-code.ts'
export { LISTINGS, type Listing, type ListingBreach } from './catalogue/listing.ts'
export { SHOPS, type Shop, type ShopBreach } from './catalogue/shop.ts'
export { exportLines, groundTruth, subjectOf } from './market/export/export-lines.ts'
export {
  type ExportOptions,
  SECTION_NAMES,
  SECTIONS,
  type SectionName,
  type Unit,
  unitsOf,
} from './market/export/sections.ts'
export { createMarket, type Market, type MarketListing, type MarketOptions } from './market/market.ts'
export { BEHAVIOURS, type Behaviour, type Truth } from './market/truth.ts'
export { type Marketplace, type MarketplaceOptions, startMarketplace } from './marketplace.ts'
