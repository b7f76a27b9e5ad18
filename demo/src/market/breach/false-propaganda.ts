import { CLAIM_ALIKE_GROUPS, CLAIM_ALIKES } from '../alike/claim-alikes.ts'
import type { Dice } from '../dice.ts'
import type { Draft, Maker } from '../draft.ts'
import { goodsOf, titleOf } from '../goods/goods.ts'
import { rewrite } from '../honest.ts'
import { type Grammar, say } from '../words/grammar.ts'
import { CLAIM_GROUPS, CLAIMS } from './propaganda-words.ts'
import { type Wording, write } from './write.ts'

/** Claims that may not be made, in the title, in the description, or both. */
export const breakFalsePropaganda: Maker = (draft, dice) => {
  const [group, under] = dice.pick(CLAIM_GROUPS)
  rewrite(draft, goodsOf(dice.pick(under)), dice)
  return { kind: group, evasion: write(draft, wording(CLAIMS, group, draft, dice), dice) }
}

/** Words of the same sound in a use that the law leaves alone. */
export const seemFalsePropaganda: Maker = (draft, dice) => {
  const [group, under] = dice.pick(CLAIM_ALIKE_GROUPS)
  rewrite(draft, goodsOf(dice.pick(under)), dice)
  write(draft, wording(CLAIM_ALIKES, group, draft, dice), null)
  return { kind: group, evasion: null }
}

function wording(rules: Grammar, group: string, draft: Draft, dice: Dice): Wording[] {
  const where = dice.below(3)
  const words = new Set(Array.from({ length: dice.between(1, 2) }, () => say(rules, `${group}.words`, dice)))
  const title: Wording = {
    field: 'title',
    text: `${titleOf(draft.kind, null, dice)} ${say(rules, `${group}.title`, dice)}`,
  }
  const sentences = [...words].map((text): Wording => ({ field: 'words', text }))
  return where === 0 ? [title] : where === 1 ? sentences : [title, ...sentences]
}
