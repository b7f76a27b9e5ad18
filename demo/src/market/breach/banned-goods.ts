import { BANNED_ALIKE_GROUPS, BANNED_ALIKES } from '../alike/banned-alikes.ts'
import type { Dice } from '../dice.ts'
import type { Maker } from '../draft.ts'
import { goodsOf } from '../goods/goods.ts'
import { rewrite } from '../honest.ts'
import { type Grammar, say } from '../words/grammar.ts'
import { BANNED, BANNED_GROUPS } from './banned-words.ts'
import { type Wording, write } from './write.ts'

/** Goods that may not be sold, offered with the words of who sells them. */
export const breakBannedGoods: Maker = (draft, dice) => {
  const [group, under] = dice.pick(BANNED_GROUPS)
  rewrite(draft, goodsOf(under), dice)
  const texts = wording(BANNED, group, dice)
  if (dice.chance(0.6)) texts.push({ field: 'words', text: say(BANNED, 'deal', dice) })
  draft.words = draft.words.slice(-2)
  // Facts of the goods it is put under would be a tale of their own.
  draft.facts = {}
  return { kind: group, evasion: write(draft, texts, dice) }
}

/** Allowed goods that sound like forbidden ones. */
export const seemBannedGoods: Maker = (draft, dice) => {
  const [group, under] = dice.pick(BANNED_ALIKE_GROUPS)
  rewrite(draft, goodsOf(under), dice)
  draft.words = draft.words.slice(-2)
  if (group === 'licensed') draft.facts.许可证 ??= licence(dice)
  else draft.facts = {}
  if (group === 'book') draft.facts = { ISBN: `978730${dice.between(100000, 999999)}`, 装帧: '平装' }
  write(draft, wording(BANNED_ALIKES, group, dice), null)
  return { kind: group, evasion: null }
}

function licence(dice: Dice): string {
  return `浙${dice.pick(['药监', '市监', '林护', '水野'])}许字2024第${dice.between(1000, 9999)}号`
}

function wording(rules: Grammar, group: string, dice: Dice): Wording[] {
  const words = new Set(Array.from({ length: dice.between(1, 3) }, () => say(rules, `${group}.words`, dice)))
  return [
    { field: 'title', text: say(rules, `${group}.title`, dice) },
    ...[...words].map((text) => ({ field: 'words' as const, text })),
  ]
}
