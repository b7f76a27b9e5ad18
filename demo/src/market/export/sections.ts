import { ringOf } from '../breach/brushing.ts'
import { makeListing } from '../make-listing.ts'
import { createMarket, type MarketOptions } from '../market.ts'
import { dealSubject } from '../panel/deals.ts'
import type { PanelSubject } from '../panel/panel.ts'
import { quoteSubject } from '../panel/quotes.ts'
import { referralSubject } from '../panel/referrals.ts'
import { resaleSubject } from '../panel/resales.ts'
import { PAIR_OPERATORS, PAIRS, pairSubjects } from '../panel/shop-events.ts'
import { type Behaviour, LISTING_BEHAVIOURS, type Truth } from '../truth.ts'
import { listingLines, shopLine } from './listing-line.ts'

/** Parts of the market that are looked at by themselves, and the behaviours whose subjects they hold. */
export const SECTIONS: Readonly<Record<SectionName, readonly Behaviour[]>> = {
  listings: LISTING_BEHAVIOURS,
  shops: ['operator'],
  referrals: ['pyramid-selling'],
  'shop-events': ['choose-one'],
  quotes: ['price-discrimination'],
  resales: ['vertical-agreement'],
  deals: ['concentration'],
}
export type SectionName = 'listings' | 'shops' | 'referrals' | 'shop-events' | 'quotes' | 'resales' | 'deals'
export const SECTION_NAMES = Object.keys(SECTIONS) as readonly SectionName[]

/** What belongs together: the lines about one subject, and what is so of it (nothing, where nothing could be thought). */
export interface Unit {
  readonly subject: string
  /**
   * What was drawn as one: subjects of a group (operators of one pair of platforms, shops of one operator, listings praised by one ring
   * of accounts) stand or fall together, so that they tell no more than one does.
   */
  readonly group: string
  readonly lines: readonly Readonly<Record<string, unknown>>[]
  readonly truths: readonly Truth[]
}

export interface ExportOptions extends MarketOptions {
  /** How many subjects each panel has at most; as many as there are listings unless told. */
  readonly subjects?: number
}

/** The units of a section, one after the other, each made when it is asked for. */
export function* unitsOf(section: SectionName, options: ExportOptions): Generator<Unit> {
  const { seed, size, today, subjects = size } = options
  if (section === 'listings') yield* listingUnits(options)
  else if (section === 'shops') yield* shopUnits(options, subjects)
  else if (section === 'shop-events') {
    const pairs = Math.min(PAIRS, Math.ceil(subjects / PAIR_OPERATORS))
    for (let pair = 0; pair < pairs; pair += 1)
      for (const each of pairSubjects(seed, pair, today)) yield unit(each, `pair ${pair}`)
  } else {
    const make = { referrals: referralSubject, quotes: quoteSubject, resales: resaleSubject, deals: dealSubject }[
      section
    ]
    for (let i = 0; i < subjects; i += 1) yield unit(make(seed, i, today))
  }
}

function unit({ truth, lines }: PanelSubject, group = truth.subject): Unit {
  return { subject: truth.subject, group, lines, truths: truth.kind === 'ordinary' ? [] : [truth] }
}

function* listingUnits(options: ExportOptions): Generator<Unit> {
  const market = createMarket(options)
  for (let index = 0; index < options.size; index += 1) {
    const { draft, truth } = makeListing(market.place(index))
    yield {
      subject: draft.id,
      group: truth?.behaviour === 'brushing' && truth.violates ? `ring ${ringOf(index)}` : draft.id,
      lines: listingLines(draft, market.licence(draft.shop.operator)),
      truths: truth === null ? [] : [truth],
    }
  }
}

// One line a shop: its first listing. The market is as large as so many shops need.
function* shopUnits(options: ExportOptions, shops: number): Generator<Unit> {
  const market = createMarket({ ...options, size: shops * 24 })
  for (let owner = 0, made = 0; made < shops; owner += 1) {
    const [first, end] = market.range(owner)
    const licence = market.licence(owner)
    for (const [i, shop] of market
      .operator(owner)
      .shops.slice(0, end - first)
      .entries()) {
      if (made >= shops) return
      made += 1
      yield {
        subject: shop.id,
        group: `operator ${owner}`,
        lines: [shopLine(market.listing(first + i), licence)],
        truths: licence.kind === 'in-order' ? [] : [operatorTruth(shop.id, shop.platform.id, licence)],
      }
    }
  }
}

/** What is so of the licence that a shop shows. */
export function operatorTruth(
  shop: string,
  platform: string,
  { violates, kind }: { violates: boolean; kind: string },
): Truth {
  return {
    subject: shop,
    platform,
    behaviour: 'operator',
    violates,
    kind,
    lookAlike: violates ? null : kind,
    evasion: null,
  }
}
