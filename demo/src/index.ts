/**
 * An invented market to try the product on. 江南集市 sells goods made by hand, and is with 山河优选 and 小满快购 one of three platforms of
 * a seeded market of any size: operators with shops on several platforms, brands and their dealers, price histories, reviews,
 * referral schemes, deals. One subject in two hundred breaks each of thirteen rules; many more only seem to. Which ones and how is
 * told by `breaks` and by `groundTruth`, never by a page or an exported line. Everything follows from seeds. Sells nothing, keeps
 * nothing, serves the loopback address only.
 */
export { creditCode, isCreditCode } from './catalogue/credit-code.ts'
export { LISTINGS, type Listing, type ListingBreach } from './catalogue/listing.ts'
export { SHOPS, type Shop, type ShopBreach } from './catalogue/shop.ts'
export { startControl } from './control.ts'
export { type Demo, type ServedPlatform, startDemo } from './demo.ts'
export { exportChanges, exportLines, groundTruth, subjectOf } from './market/export/export-lines.ts'
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
