import type { Dice } from '../dice.ts'
import { type Change, type Draft, dayBefore, type Maker, yuan } from '../draft.ts'
import { goodsOf } from '../goods/goods.ts'
import { HISTORY_DAYS, rewrite } from '../honest.ts'
import { CLEARANCE_WORDS, LOSS_WORDS } from './price-words.ts'

/** Kinds that neither rot nor go out of season. */
const LASTING = ['phone', 'appliance', 'kitchen', 'tool', 'wash', 'stationery', 'baby', 'grain', 'pet', 'phoneset']

/** Sold for less than it cost, after coupons, for a week and more (价格法 14, 反垄断法 22, 反不正当竞争法 14). */
export const breakBelowCost: Maker = (draft, dice) => {
  rewrite(draft, goodsOf(dice.pick(LASTING)), dice)
  const forced = dice.chance(0.3)
  const cost = draft.price
  const final = yuan(cost * (0.45 + dice.roll() * 0.43))
  sell(draft, dice, { cost, final, days: dice.between(8, 30) })
  draft.data.platform_subsidy = 0
  draft.data.subsidy_by = forced ? '商家（平台规则要求）' : '商家'
  if (forced) draft.data.forced_by_platform = true
  else if (dice.chance(0.7)) draft.words.unshift(dice.pick(LOSS_WORDS).replace('{loss}', String(yuan(cost - final))))
  return { kind: forced ? 'forced-by-platform' : 'below-supplied-cost', evasion: null }
}

export const seemBelowCost: Maker = (draft, dice) => dice.pick(ALIKES)(draft, dice)

const ALIKES: readonly ((draft: Draft, dice: Dice) => Change)[] = [
  function clearance(draft, dice) {
    rewrite(draft, goodsOf(dice.pick(['clothes', 'shoes', 'toy', 'snack', 'makeup', 'furniture'])), dice)
    sell(draft, dice, {
      cost: draft.price,
      final: yuan(draft.price * (0.4 + dice.roll() * 0.4)),
      days: dice.between(8, 25),
    })
    const words = dice.pick(CLEARANCE_WORDS)
    draft.words.unshift(words)
    draft.title = `${draft.title} ${words.slice(0, 4)}`
    return { kind: 'clearance', evasion: null }
  },
  function fresh(draft, dice) {
    rewrite(draft, goodsOf(dice.pick(['fruit', 'seafood'])), dice)
    sell(draft, dice, {
      cost: draft.price,
      final: yuan(draft.price * (0.5 + dice.roll() * 0.4)),
      days: dice.between(7, 12),
    })
    draft.words.unshift(dice.pick(['鲜活易腐，当天必须出完。', '熟得快，放不住，低价走量。', '雨天果，抓紧出。']))
    return { kind: 'fresh', evasion: null }
  },
  function subsidised(draft, dice) {
    rewrite(draft, goodsOf(dice.pick(LASTING)), dice)
    const cost = draft.price
    const final = yuan(cost * (0.7 + dice.roll() * 0.2))
    sell(draft, dice, { cost, final, days: dice.between(8, 25) })
    draft.data.platform_subsidy = yuan(cost - final + cost * (0.05 + dice.roll() * 0.1))
    draft.data.subsidy_by = '平台'
    draft.words.unshift('平台百亿补贴，差价由平台承担，商家按原价结算。')
    return { kind: 'platform-pays', evasion: null }
  },
  function short(draft, dice) {
    rewrite(draft, goodsOf(dice.pick(LASTING)), dice)
    sell(draft, dice, { cost: draft.price, final: yuan(draft.price * 0.8), days: dice.between(1, 4) })
    return { kind: 'few-days', evasion: null }
  },
  function thin(draft, dice) {
    rewrite(draft, goodsOf(dice.pick(LASTING)), dice)
    const cost = yuan(draft.price * (0.7 + dice.roll() * 0.2))
    sell(draft, dice, { cost, final: yuan(cost * (1.01 + dice.roll() * 0.08)), days: 25 })
    draft.words.unshift('薄利多销，工厂直发。')
    return { kind: 'thin-margin', evasion: null }
  },
]

/** Sets list price, coupon and the price after it; the last `days` days were sold at that. */
function sell(draft: Draft, dice: Dice, { cost, final, days }: { cost: number; final: number; days: number }): void {
  const coupon = dice.chance(0.5) ? Math.max(1, Math.round(final * (0.05 + dice.roll() * 0.1))) : 0
  const before = yuan(cost * (1.1 + dice.roll() * 0.2))
  draft.price = yuan(final + coupon)
  draft.data.成本 = cost
  draft.data.final_price = final
  if (coupon > 0) {
    draft.data.coupon = coupon
    draft.words.push(`详情页领${coupon}元券，到手${final}元。`)
  }
  draft.history = Array.from({ length: HISTORY_DAYS }, (_, i) => ({
    date: dayBefore(draft.today, HISTORY_DAYS - 1 - i),
    price: i >= HISTORY_DAYS - days ? final : before,
    sold: dice.between(3, 90),
  }))
}
