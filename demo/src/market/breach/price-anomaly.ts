import { Dice } from '../dice.ts'
import { type Change, type Draft, shopPrice, yuan } from '../draft.ts'
import { GOODS, titleOf } from '../goods/goods.ts'
import { rewrite } from '../honest.ts'
import { BLOCK, type OfferGroup } from '../roles.ts'

/** How far from each other the offers of a group lie (standard deviation of the logarithm). */
const SPREAD: Readonly<Record<OfferGroup, number>> = { low: 0.06, apart: 0.45, few: 0.06, step: 0.008 }

/** One of many offers of a product, at an ordinary price. */
export function makeOffer(draft: Draft, dice: Dice, seed: string, group: OfferGroup): void {
  const usual = become(draft, dice, seed, group)
  const price = usual * Math.exp(dice.normal() * SPREAD[group])
  draft.price = group === 'step' ? yuan(Math.round(price)) : shopPrice(price)
}

/** An offer far below all others of the product. */
export function breakPriceAnomaly(draft: Draft, dice: Dice, seed: string): Change {
  const usual = become(draft, dice, seed, 'low')
  draft.price = yuan(usual * (0.25 + dice.roll() * 0.3))
  return { kind: 'far-below-the-others', evasion: null }
}

/** Low prices that say nothing: prices lie apart anyhow, few others offer it, the step is small, or it is another size. */
export function seemPriceAnomaly(draft: Draft, dice: Dice, seed: string, which: number): Change {
  if (which === 0) {
    const usual = become(draft, dice, seed, 'apart')
    draft.price = shopPrice(usual * 0.6)
    return { kind: 'prices-lie-apart', evasion: null }
  }
  if (which === 1) {
    const usual = become(draft, dice, seed, 'few')
    draft.price = shopPrice(usual * 0.45)
    return { kind: 'few-offers', evasion: null }
  }
  if (dice.chance(0.5)) {
    const usual = become(draft, dice, seed, 'step')
    draft.price = yuan(Math.round(usual * 0.96))
    return { kind: 'small-step', evasion: null }
  }
  const usual = become(draft, dice, seed, 'low')
  draft.price = shopPrice(usual * 0.15)
  draft.title = `${draft.title} 试用装 单包`
  draft.facts.规格 = '试用装'
  draft.facts.商品条码 = barcode(dice)
  draft.data.gtin = draft.facts.商品条码
  return { kind: 'another-size', evasion: null }
}

/** Makes it the block's product of that group; answers the product's usual price. */
function become(draft: Draft, dice: Dice, seed: string, group: OfferGroup): number {
  const product = new Dice(seed, `product ${group}`, Math.floor(draft.index / BLOCK))
  const kind = product.pick(GOODS.filter(({ id }) => id !== 'course' && id !== 'fruit' && id !== 'seafood'))
  rewrite(draft, kind, dice)
  const title = titleOf(kind, null, product)
  const usual = Math.max(30, product.scaled(...kind.prices))
  draft.title = dice.chance(0.5) ? title : `${title} ${dice.pick(['包邮', '现货', '正品', '当天发', '新日期', '顺丰'])}`
  draft.facts.商品条码 = barcode(product)
  draft.data.gtin = draft.facts.商品条码
  return usual
}

/** An EAN-13 with China's prefix and its check digit (GB 12904). */
function barcode(dice: Dice): string {
  const digits = `69${Array.from({ length: 10 }, () => dice.below(10)).join('')}`
  const sum = [...digits].reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 1 : 3), 0)
  return digits + ((10 - (sum % 10)) % 10)
}
