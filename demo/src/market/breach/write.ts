import type { Dice } from '../dice.ts'
import type { Draft } from '../draft.ts'
import { drawEvasion, type Evasion, hide, plain } from '../words/evasion.ts'

/** One violation in three is hidden in some way. */
const HIDDEN = 0.33

export interface Wording {
  readonly field: 'title' | 'words'
  readonly text: string
}

/**
 * Puts wordings into a listing: the title replaces the old one, sentences go among the others. With dice, some are hidden: all of
 * them the same way, or drawn on a picture; answers how.
 */
export function write(draft: Draft, wordings: readonly Wording[], dice: Dice | null): Evasion | null {
  const evasion = dice?.chance(HIDDEN) ? drawEvasion(dice) : null
  if (evasion === 'picture') {
    const sentences = wordings.filter(({ field }) => field === 'words').map(({ text }) => plain(text))
    const title = wordings.find(({ field }) => field === 'title')
    // What stands on the picture alone: the title keeps silent.
    if (sentences.length === 0 && title === undefined) return null
    drawOn(
      draft,
      [title?.text, ...sentences].flatMap((text) => (text === undefined ? [] : [plain(text)])),
      dice!,
    )
    return 'picture'
  }
  const hidden = evasion === null ? null : wordings.map(({ text }) => hide(text, evasion, dice!))
  const changed = hidden?.some((text) => text !== null) ?? false
  wordings.forEach(({ field, text }, i) => {
    const written = plain(hidden?.[i] ?? text)
    if (field === 'title') draft.title = written
    else draft.words.splice(dice?.below(draft.words.length + 1) ?? draft.words.length, 0, written)
  })
  return changed ? evasion : null
}

function drawOn(draft: Draft, sentences: readonly string[], dice: Dice): void {
  const [first = '', ...rest] = sentences
  const place = dice.below(draft.pictures.length)
  const lines = [first, ...rest].join('\n')
  draft.pictures = draft.pictures.map((picture, i) => (i === place ? { ...picture, text: lines } : picture))
}
