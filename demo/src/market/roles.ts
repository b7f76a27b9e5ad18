import { Dice } from './dice.ts'
import { LISTING_BEHAVIOURS, type ListingBehaviour } from './truth.ts'

/** Of so many listings (and of so many operators) one breaks each rule: a prevalence of 0.5 %. */
export const BLOCK = 200
/** Honest ones of a block that look like a violation, for each behaviour. */
const ALIKES = 3

/** What a listing is in the market. */
export type ListingRole =
  | { readonly kind: 'honest' }
  | { readonly kind: 'breaks'; readonly behaviour: ListingBehaviour }
  | { readonly kind: 'seems'; readonly behaviour: ListingBehaviour; readonly which: number }
  /** One of the offers of a product that many shops sell. */
  | { readonly kind: 'offer'; readonly group: OfferGroup }

/** A product sold by many: with one offer that is far too low, with prices far apart, by few shops, with one a little lower. */
export type OfferGroup = 'low' | 'apart' | 'few' | 'step'
const OFFERS: readonly (readonly [OfferGroup, number])[] = [
  ['low', 12],
  ['apart', 12],
  ['few', 4],
  ['step', 11],
]

const HONEST: ListingRole = { kind: 'honest' }
const SLOTS: readonly ListingRole[] = [
  ...LISTING_BEHAVIOURS.map((behaviour): ListingRole => ({ kind: 'breaks', behaviour })),
  ...LISTING_BEHAVIOURS.flatMap((behaviour) =>
    Array.from({ length: ALIKES }, (_, which): ListingRole => ({ kind: 'seems', behaviour, which })),
  ),
  ...OFFERS.flatMap(([group, count]) => Array.from({ length: count }, (): ListingRole => ({ kind: 'offer', group }))),
]

/** The role of a listing: fixed numbers of each in every block, at places that follow from the seed. */
export function listingRole(seed: string, index: number): ListingRole {
  return SLOTS[slotOf(seed, 'roles', index)] ?? HONEST
}

export type OperatorRole = 'honest' | 'breaks' | 'exempt' | 'written-differently' | 'renamed'
const OPERATOR_SLOTS: readonly OperatorRole[] = ['breaks', 'exempt', 'written-differently', 'renamed']

export function operatorRole(seed: string, index: number): OperatorRole {
  return OPERATOR_SLOTS[slotOf(seed, 'operator roles', index)] ?? 'honest'
}

const STEPS = [7, 11, 13, 17, 19, 23, 27, 29, 31, 33, 37, 39, 41, 43, 47, 49, 51, 53, 57, 59]

function slotOf(seed: string, tag: string, index: number): number {
  const dice = new Dice(seed, tag, Math.floor(index / BLOCK))
  return (dice.pick(STEPS) * (index % BLOCK) + dice.below(BLOCK)) % BLOCK
}
