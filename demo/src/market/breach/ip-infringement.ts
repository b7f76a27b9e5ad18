import type { Dice } from '../dice.ts'
import { type Draft, type Maker, shopPrice } from '../draft.ts'
import { goodsOf } from '../goods/goods.ts'
import { accountId, at, ordinaryReviews, rewrite } from '../honest.ts'
import { BRANDS, type Brand, isAuthorised } from '../people/brands.ts'
import { buyerName } from '../people/names.ts'
import { say } from '../words/grammar.ts'
import { BRAND_ALIKES, COUNTERFEIT } from './ip-words.ts'
import { type Wording, write } from './write.ts'

/** A brand's goods from a shop that may not sell them, far below what they cost elsewhere, told or reviewed as copies. */
export const breakIpInfringement: Maker = (draft, dice, seed) => {
  const brand = strangeBrand(draft, dice, seed)
  take(draft, brand, dice)
  draft.price = shopPrice(brand.usual * (0.06 + dice.roll() * 0.36))
  draft.data.authorized = false
  // Two in three say it themselves; of the others the buyers tell.
  const says = dice.chance(0.65)
  const texts = says
    ? [title(say(COUNTERFEIT, 'title', dice), brand), words(say(COUNTERFEIT, 'words', dice), brand)]
    : [title(say(COUNTERFEIT, 'quiet', dice), brand)]
  const evasion = write(draft, texts, dice)
  draft.reviews = [
    ...told(draft, 'review', COUNTERFEIT, says ? dice.below(3) : dice.between(2, 4), dice),
    ...ordinaryReviews(draft, 3, dice),
  ]
  draft.pictures = draft.pictures.map((picture, i) =>
    i === 0 && picture.text === null ? { ...picture, text: brand.latin } : picture,
  )
  return { kind: says ? 'copy-told' : 'copy-by-price-and-reviews', evasion: says ? evasion : null }
}

const GROUPS = ['second-hand', 'fits', 'refuses', 'clearance', 'parallel'] as const

/** Brands named by who may name them. */
export const seemIpInfringement: Maker = (draft, dice, seed) => {
  const group = dice.pick(GROUPS)
  const brand = strangeBrand(draft, dice, seed)
  take(draft, brand, dice)
  write(
    draft,
    [title(say(BRAND_ALIKES, `${group}.title`, dice), brand), words(say(BRAND_ALIKES, `${group}.words`, dice), brand)],
    null,
  )
  if (group === 'refuses' || group === 'clearance') {
    draft.facts.授权 = `品牌授权经销商，授权书编号${brand.latin.slice(0, 2)}2026${dice.between(1000, 9999)}`
    draft.data.authorized = true
    draft.price = shopPrice(brand.usual * (group === 'refuses' ? 0.8 + dice.roll() * 0.2 : 0.35 + dice.roll() * 0.2))
    draft.reviews = [
      ...told(draft, 'reviews', BRAND_ALIKES, dice.between(1, 3), dice),
      ...ordinaryReviews(draft, 3, dice),
    ]
  } else if (group === 'second-hand') {
    draft.facts.成色 = dice.pick(['九成新', '八五新', '使用过'])
    draft.facts.来源 = '个人闲置，专柜购入，票据可看'
    draft.price = shopPrice(brand.usual * (0.52 + dice.roll() * 0.25))
  } else if (group === 'fits') {
    draft.brand = null
    draft.facts.品牌 = '无'
    delete draft.data.market_median
    draft.price = shopPrice(9 + dice.roll() * 60)
  } else {
    draft.facts.报关单号 = `22${dice.between(1000, 9999)}2026${dice.between(100000, 999999)}`
    draft.price = shopPrice(brand.usual * (0.82 + dice.roll() * 0.12))
  }
  return { kind: group, evasion: null }
}

/** A brand that this operator is no dealer of. */
function strangeBrand(draft: Draft, dice: Dice, seed: string): Brand {
  let brand = dice.pick(BRANDS)
  while (isAuthorised(seed, brand, draft.operator.index)) brand = dice.pick(BRANDS)
  return brand
}

function take(draft: Draft, brand: Brand, dice: Dice): void {
  rewrite(draft, goodsOf(dice.pick(brand.kinds)), dice)
  draft.brand = brand
  draft.facts = { 品牌: `${brand.name} ${brand.latin}`, 材质: draft.facts.材质 ?? '见吊牌' }
  draft.data.market_median = brand.usual
}

function told(draft: Draft, phrase: string, rules: typeof COUNTERFEIT, count: number, dice: Dice): Draft['reviews'] {
  const texts = new Set(Array.from({ length: count }, () => say(rules, phrase, dice)))
  return [...texts].map((text, i) => ({
    reviewer: accountId(dice),
    shown: buyerName(dice),
    rating: phrase === 'review' ? dice.between(1, 2) : 5,
    text,
    time: at(draft.today, 10 + i * 40, dice),
  }))
}

const named = (text: string, brand: Brand) => text.replaceAll('@', brand.name)
const words = (text: string, brand: Brand): Wording => ({ field: 'words', text: named(text, brand) })
const title = (text: string, brand: Brand): Wording => ({ field: 'title', text: named(text, brand) })
