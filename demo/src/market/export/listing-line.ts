import type { ShownLicence } from '../breach/licence.ts'
import type { MarketListing } from '../market.ts'

type Line = Readonly<Record<string, unknown>> & { readonly id: string }

/** From so many reviews on, every other listing's come as lines of their own. */
const MANY_REVIEWS = 20

/** A listing as a line of the file for examination, and its reviews as lines where they come apart from it. */
export function listingLines(listing: MarketListing, licence: ShownLicence): Line[] {
  const { id, shop, was, reviews, operator, today } = listing
  const apart = reviews.length >= MANY_REVIEWS && listing.index % 2 === 1
  const line = {
    id,
    title: listing.title,
    description: listing.words.join('\n'),
    category: listing.kind.category,
    brand: listing.brand?.name ?? null,
    price: listing.price,
    original_price: was?.word === '原价' ? was.price : null,
    shop: { id: shop.id, name: shop.name, platform: shop.platform.name, operator: licence.company },
    attributes: {
      ...listing.facts,
      ...listing.data,
      ...(was !== null && was.word !== '原价' ? { [was.word]: was.price } : {}),
      ...(listing.history === null ? {} : { price_history: historyOf(listing) }),
      sales: listing.sold,
      review_count: reviews.length,
      opened_at: listing.data.opened_at ?? shop.opened,
      ...licenceFacts(licence),
    },
    reviews: apart ? [] : reviews.map(({ reviewer, rating, text, time }) => ({ reviewer, rating, text, time })),
    images: listing.pictures.map(({ view, text }) =>
      text === null ? { url: `/img/${id}/${view}.png` } : { url: `/img/${id}/${view}.png`, ocr: text },
    ),
    region: operator.place.code,
    captured_at: `${today}T12:00:00+08:00`,
  }
  if (!apart) return [line]
  const own = reviews.map(({ reviewer, rating, text, time }, i) => ({
    id: `${id}.${i}`,
    kind: 'review',
    product: id,
    reviewer,
    rating,
    text,
    time,
  }))
  return [line, ...own]
}

/** The line of a shop's listing that stands for the shop; its id is the shop's. */
export function shopLine(listing: MarketListing, licence: ShownLicence): Line {
  return { ...listingLines(listing, licence)[0]!, id: listing.shop.id }
}

function licenceFacts({
  rows,
  register,
  code,
  company,
  address,
  validUntil,
  notice,
}: ShownLicence): Record<string, unknown> {
  const shown = rows !== null
  return {
    营业执照: shown ? (register === null ? '依法无需登记' : '已公示') : '未公示',
    ...(code === null ? {} : { 统一社会信用代码: code }),
    ...(shown && register !== null ? { 企业名称: company, 住所: address, licence_expiry: validUntil } : {}),
    ...(register === null ? {} : { registered_name: register.name, registered_address: register.address }),
    ...(notice === null ? {} : { 主体说明: notice }),
  }
}

// The format knows three ways to write a history; all are used.
function historyOf({ index, history }: MarketListing): unknown {
  if (index % 3 === 0) return history
  if (index % 3 === 1) return history!.map(({ date, price }) => [date, price])
  return Object.fromEntries(history!.map(({ date, price }) => [date, price]))
}
