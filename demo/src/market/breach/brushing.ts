import { Dice } from '../dice.ts'
import { type Change, type Draft, dayBefore, type Maker, type MarketReview } from '../draft.ts'
import { accountId, at, ordinaryReviews } from '../honest.ts'
import { buyerName } from '../people/names.ts'
import { BLOCK } from '../roles.ts'
import { say } from '../words/grammar.ts'
import { reviewText } from '../words/review-words.ts'
import { HANDED_OUT, REPEATED } from './brushing-words.ts'

/** Listings that one ring of accounts praises together. */
const RING_LISTINGS = 4

/** The ring of accounts that praises a listing, should it be praised to order. */
export function ringOf(index: number): number {
  return Math.floor(index / (BLOCK * RING_LISTINGS))
}

/** Sales and reviews that were made to order (反不正当竞争法 9, 电子商务法 17). */
export const breakBrushing: Maker = (draft, dice, seed) => {
  const count = dice.between(26, 48)
  // The accounts of a ring praise several listings; some accounts are thrown away after one.
  const ring = new Dice(seed, 'ring', ringOf(draft.index))
  const accounts = Array.from({ length: 60 }, () => ({ reviewer: accountId(ring), shown: buyerName(ring) }))
  const members = dice.some(accounts, Math.round(count * 0.8))
  const text = dice.below(5)
  const start = dice.between(30, 400)
  const hours = dice.between(3, 20)
  const made = Array.from({ length: count }, (_, i): MarketReview => {
    const member = members[i] ?? { reviewer: accountId(dice), shown: buyerName(dice) }
    return { ...member, rating: 5, text: variant(text, dice), time: at(draft.today, start + (i * hours) / count, dice) }
  })
  draft.reviews = [...made, ...ordinaryReviews(draft, dice.below(5), dice)]
  const more = dice.chance(0.5)
  draft.sold = more ? Math.floor(count * (0.2 + dice.roll() * 0.5)) : count + dice.below(40)
  draft.data.opened_at = dayBefore(draft.today, Math.ceil(start / 24) + dice.between(2, 30))
  return { kind: more ? 'ring-and-more-reviews-than-sales' : 'ring-in-a-burst', evasion: null }
}

// One text, changed a little: of the five texts only one is handed out for a listing.
function variant(which: number, dice: Dice): string {
  const text = HANDED_OUT.get('text')![which]!
  return text.replace(/\{(\w)\}/g, (_, name: string) => say(HANDED_OUT, name, dice))
}

export const seemBrushing: Maker = (draft, dice) => {
  const change = dice.pick(ALIKES)(draft, dice)
  draft.sold = Math.max(draft.sold, draft.reviews.length * dice.between(4, 30))
  return change
}

const ALIKES: readonly ((draft: Draft, dice: Dice) => Change)[] = [
  function defaults(draft, dice) {
    const reviews = ordinaryReviews(draft, dice.between(24, 40), dice)
    draft.reviews = reviews.map((review) =>
      dice.chance(0.5) ? { ...review, rating: 5, text: say(REPEATED, 'default', dice) } : review,
    )
    return { kind: 'default-texts', evasion: null }
  },
  function rush(draft, dice) {
    const reviews = ordinaryReviews(draft, dice.between(30, 45), dice)
    // After a day of great sales everybody's parcel comes in the same week.
    draft.reviews = reviews.map((review, i) => ({
      ...review,
      text: dice.chance(0.3) ? say(REPEATED, 'rush', dice) + reviewText(draft.kind, dice) : review.text,
      time: at(draft.today, 120 + i * dice.between(3, 9), dice),
    }))
    return { kind: 'campaign-rush', evasion: null }
  },
  function company(draft, dice) {
    const reviews = ordinaryReviews(draft, dice.between(22, 34), dice)
    draft.reviews = reviews.map((review, i) =>
      i % 4 === 0 ? { ...review, text: say(REPEATED, 'company', dice), time: at(draft.today, 200 + i, dice) } : review,
    )
    return { kind: 'bought-by-a-firm', evasion: null }
  },
  function young(draft, dice) {
    draft.data.opened_at = dayBefore(draft.today, dice.between(20, 40))
    draft.reviews = ordinaryReviews(draft, dice.between(22, 30), dice).map((review, i) => ({
      ...review,
      time: at(draft.today, 10 + i * dice.between(10, 18), dice),
    }))
    return { kind: 'new-shop-growing', evasion: null }
  },
  function faithful(draft, dice) {
    const regulars = Array.from({ length: 3 }, () => ({ reviewer: accountId(dice), shown: buyerName(dice) }))
    draft.reviews = ordinaryReviews(draft, dice.between(24, 34), dice).map((review, i) =>
      i % 5 === 0 ? { ...review, ...regulars[(i / 5) % 3], text: `又来了，${reviewText(draft.kind, dice)}` } : review,
    )
    return { kind: 'faithful-buyers', evasion: null }
  },
]
