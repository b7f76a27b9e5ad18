import { Dice } from './dice.ts'
import { type Draft, dayBefore, type MarketReview, type PriceDay, shopPrice, yuan } from './draft.ts'
import { GOODS, type GoodsKind, titleOf } from './goods/goods.ts'
import { brandsFor, isAuthorised } from './people/brands.ts'
import { buyerName } from './people/names.ts'
import type { MarketShop, Operator } from './people/operators.ts'
import { reviewText } from './words/review-words.ts'
import { SERVICE_WORDS } from './words/service-words.ts'

/** Days of prices that are known. */
export const HISTORY_DAYS = 35

export interface Place {
  readonly seed: string
  readonly index: number
  readonly id: string
  readonly shop: MarketShop
  readonly operator: Operator
  readonly today: string
}

/** An honest listing of an honest shop. */
export function honestDraft(place: Place): Draft {
  const { seed, index, operator, today } = place
  const dice = new Dice(seed, 'listing', index)
  const kind = operator.kind === 'farmer' ? farmKind(dice) : dice.pick(GOODS)
  const draft: Draft = {
    ...place,
    kind,
    brand: null,
    title: '',
    words: [],
    price: 0,
    was: null,
    facts: {},
    data: {},
    history: null,
    reviews: [],
    pictures: [],
    sold: Math.floor(dice.scaled(1, 20_000)),
    hue: dice.below(360),
    today,
  }
  rewrite(draft, kind, dice)
  const makers = brandsFor(kind.id)
  if (makers.length > 0 && dice.chance(0.2)) {
    const brand = dice.pick(makers)
    if (isAuthorised(seed, brand, operator.index)) {
      draft.brand = brand
      draft.title = `${brand.name} ${draft.title}`
      draft.price = shopPrice(brand.usual * (0.85 + dice.roll() * 0.3))
      draft.facts.品牌 = `${brand.name} ${brand.latin}`
      draft.facts.授权 = `品牌授权经销商，授权书编号${brand.latin.slice(0, 2)}2026${dice.between(1000, 9999)}`
    }
  }
  if (dice.chance(0.4)) draft.history = calmHistory(draft, dice)
  const was = dice.below(10)
  if (was === 0) draft.was = { price: shopPrice(draft.price * (1.2 + dice.roll() * 0.4)), word: '吊牌价' }
  if (was === 1 && draft.history !== null) markDown(draft, dice, dice.between(1, 6))
  draft.reviews = ordinaryReviews(draft, dice.chance(0.05) ? dice.between(20, 36) : dice.below(6), dice)
  return draft
}

/** Makes a draft anew as goods of a kind: words, facts, pictures, price, reviews; nothing of what it was before stays. */
export function rewrite(draft: Draft, kind: GoodsKind, dice: Dice): void {
  draft.kind = kind
  draft.brand = null
  draft.was = null
  draft.history = null
  draft.data = {}
  draft.title = titleOf(kind, null, dice)
  draft.words = [...dice.some(kind.words, dice.between(2, 5)), ...dice.some(SERVICE_WORDS, dice.between(1, 3))]
  draft.price = shopPrice(dice.scaled(...kind.prices))
  draft.facts = Object.fromEntries(kind.facts.map(([name, values]) => [name, numbered(dice.pick(values), dice)]))
  draft.pictures = Array.from({ length: dice.between(3, 6) }, (_, view) => ({ view, text: null }))
  draft.reviews = ordinaryReviews(draft, draft.reviews.length, dice)
}

function numbered(text: string, dice: Dice): string {
  return text.replaceAll('{N}', () => String(dice.between(100, 999)))
}

function farmKind(dice: Dice): GoodsKind {
  const farm = GOODS.filter(({ id }) => id === 'fruit' || id === 'tea' || id === 'grain')
  return dice.pick(farm)
}

/** Prices of the last days around one price, with a small change now and then; today's is the listing's own. */
export function calmHistory(draft: Draft, dice: Dice): PriceDay[] {
  let price = draft.price
  const days: PriceDay[] = []
  for (let i = 0; i < HISTORY_DAYS; i += 1) {
    days.push({ date: dayBefore(draft.today, i), price, sold: dice.below(40) })
    if (i > 3 && dice.chance(0.03)) price = yuan(draft.price * (0.97 + dice.roll() * 0.06))
  }
  return days.reverse()
}

/** A true reduction: the goods were sold at the former price until the promotion began. */
export function markDown(draft: Draft, dice: Dice, promotionDays: number, share = 0.7 + dice.roll() * 0.2): void {
  const former = draft.price
  const reduced = shopPrice(former * share)
  draft.history = Array.from({ length: HISTORY_DAYS }, (_, i) => ({
    date: dayBefore(draft.today, HISTORY_DAYS - 1 - i),
    price: i >= HISTORY_DAYS - promotionDays ? reduced : former,
    sold: dice.between(1, 40),
  }))
  draft.price = reduced
  draft.was = { price: former, word: '原价' }
  draft.data.promotion_start = dayBefore(draft.today, promotionDays - 1)
}

/** Reviews by different people, spread over the last months, newest first. */
export function ordinaryReviews(draft: Draft, count: number, dice: Dice): MarketReview[] {
  const seen = new Set<string>()
  const reviews: MarketReview[] = []
  let hours = dice.between(2, 60)
  for (let i = 0; i < count; i += 1) {
    let text = reviewText(draft.kind, dice)
    for (let tries = 0; seen.has(text) && tries < 6; tries += 1) text = reviewText(draft.kind, dice)
    seen.add(text)
    reviews.push({
      reviewer: accountId(dice),
      shown: buyerName(dice),
      rating: dice.chance(0.75) ? 5 : dice.between(2, 4),
      text,
      time: at(draft.today, hours, dice),
    })
    hours += dice.between(10, 130)
  }
  return reviews
}

/** A minute some hours before the end of a day, in China's time. */
export function at(today: string, hoursBefore: number, dice: Dice): string {
  const time = Date.parse(`${today}T20:00:00Z`) - hoursBefore * 3_600_000 + dice.below(3600) * 1000
  return `${new Date(time).toISOString().slice(0, 19)}+08:00`
}

/** An account of a platform, such as `u7f3k09ab`. */
export function accountId(dice: Dice): string {
  return `u${dice.below(2 ** 31).toString(36)}${dice.below(1296).toString(36)}`
}
