import type { Dice } from '../dice.ts'
import { type Change, type Draft, dayBefore, type Maker, shopPrice, yuan } from '../draft.ts'
import { calmHistory, HISTORY_DAYS, markDown } from '../honest.ts'
import { BASE_CLAIMS, REDUCED_WORDS, SHIPPING_WORDS, TAG_WORDS, TODAY_CLAIMS } from './price-words.ts'

/** A false base price, a dearer checkout, or "today only" on day after day (价格法 14; 明码标价和禁止价格欺诈规定 16-20). */
export const breakPriceInfringement: Maker = (draft, dice) => dice.pick(BREACHES)(bare(draft), dice)

/** Reductions and charges that are told as they are. */
export const seemPriceInfringement: Maker = (draft, dice) => dice.pick(ALIKES)(bare(draft), dice)

// Without the prices that it had as an honest one.
function bare(draft: Draft): Draft {
  draft.was = null
  draft.history = null
  draft.data = {}
  return draft
}

type Act = (draft: Draft, dice: Dice) => Change

const BREACHES: readonly Act[] = [
  function neverSold(draft, dice) {
    claim(draft, dice, yuan(shopPrice(draft.price * (1.3 + dice.roll() * 2.5))))
    draft.history = calmHistory(draft, dice)
    return { kind: 'base-price-never-sold', evasion: null }
  },
  function raisedFirst(draft, dice) {
    const was = shopPrice(draft.price * (1.4 + dice.roll()))
    claim(draft, dice, was)
    // The high price stood some weeks ago for a few days, and nobody paid it since.
    const from = dice.between(4, 10)
    const until = from + dice.between(3, 6)
    draft.history = calmHistory(draft, dice).map((day, i) =>
      i >= from && i < until ? { ...day, price: was, sold: 1 } : day,
    )
    return { kind: 'base-price-long-gone', evasion: null }
  },
  function dearerCheckout(draft, dice) {
    const more = Math.max(1, draft.price * (0.05 + dice.roll() * 0.35))
    draft.data.checkout_price = yuan(draft.price + more)
    draft.history = calmHistory(draft, dice)
    return { kind: 'checkout-dearer', evasion: null }
  },
  todayAgain,
  todayAgain,
]

function todayAgain(draft: Draft, dice: Dice): Change {
  const words = dice.pick(TODAY_CLAIMS)
  draft.words.unshift(words)
  const days = dice.between(3, 12)
  draft.history = calmHistory(draft, dice)
  draft.data.snapshots = Array.from({ length: days }, (_, i) => ({
    date: dayBefore(draft.today, days - 1 - i),
    title: draft.title,
    text: words,
    price: draft.price,
  }))
  return { kind: 'today-only-again', evasion: null }
}

const ALIKES: readonly Act[] = [
  function trueReduction(draft, dice) {
    markDown(draft, dice, dice.between(1, 7))
    draft.words.unshift(fill(dice.pick(REDUCED_WORDS), draft, draft.was!.price))
    return { kind: 'true-reduction', evasion: null }
  },
  function tagPrice(draft, dice) {
    const was = shopPrice(draft.price * (1.5 + dice.roll()))
    draft.was = { price: was, word: '吊牌价' }
    draft.words.unshift(fill(dice.pick(TAG_WORDS), draft, was))
    draft.history = calmHistory(draft, dice)
    return { kind: 'reference-price-named', evasion: null }
  },
  function statedShipping(draft, dice) {
    const fee = dice.pick([6, 8, 10, 12, 15, 25])
    draft.words.push(dice.pick(SHIPPING_WORDS).replaceAll('{fee}', String(fee)))
    draft.facts.运费 = `${fee}元`
    draft.data.shipping_fee = fee
    draft.data.checkout_price = yuan(draft.price + fee)
    return { kind: 'shipping-stated', evasion: null }
  },
  function oneDay(draft, dice) {
    markDown(draft, dice, 1)
    draft.words.unshift(dice.pick(TODAY_CLAIMS))
    draft.data.snapshots = Array.from({ length: 6 }, (_, i) => ({
      date: dayBefore(draft.today, 5 - i),
      title: draft.title,
      text: i === 5 ? draft.words[0] : draft.words[1],
      price: i === 5 ? draft.price : draft.was!.price,
    }))
    return { kind: 'today-only-once', evasion: null }
  },
  function cheaperCheckout(draft, dice) {
    const coupon = Math.max(1, Math.floor(draft.price * 0.1))
    draft.data.coupon = coupon
    draft.data.checkout_price = yuan(draft.price - coupon)
    draft.words.push(`领${coupon}元店铺券，结算自动抵扣。`)
    draft.history = calmHistory(draft, dice)
    return { kind: 'checkout-cheaper', evasion: null }
  },
  function noHistory(draft, dice) {
    claim(draft, dice, shopPrice(draft.price * (1.2 + dice.roll() * 0.4)))
    draft.history = null
    delete draft.data.promotion_start
    return { kind: 'history-unknown', evasion: null }
  },
  function withdrawn(draft, dice) {
    // The promotion is over: the price went back up, and nothing is claimed any more.
    markDown(draft, dice, 9)
    const former = draft.was!.price
    draft.history = draft.history!.map((day, i) => (i >= HISTORY_DAYS - 3 ? { ...day, price: former } : day))
    draft.price = former
    draft.was = null
    delete draft.data.promotion_start
    return { kind: 'promotion-over', evasion: null }
  },
]

function claim(draft: Draft, dice: Dice, was: number): void {
  draft.was = { price: was, word: '原价' }
  draft.data.promotion_start = dayBefore(draft.today, dice.between(0, 5))
  if (dice.chance(0.7)) draft.words.unshift(fill(dice.pick(BASE_CLAIMS), draft, was))
}

function fill(text: string, draft: Draft, was: number): string {
  const share = (draft.price / was) * 10
  return text
    .replaceAll('{was}', String(was))
    .replaceAll('{price}', String(draft.price))
    .replaceAll('{off}', String(yuan(was - draft.price)))
    .replaceAll('{share}', share.toFixed(1))
    .replaceAll('{date}', String(draft.data.promotion_start ?? draft.today))
}
