import type { Dice } from '../dice.ts'
import { EMOJI, HOMOPHONES, SPLIT, TRADITIONAL } from './evasion-tables.ts'

/** How words are hidden from a reader of plain text. */
export type Evasion =
  | 'homophone'
  | 'split-character'
  | 'zero-width'
  | 'traditional'
  | 'emoji'
  | 'separators'
  | 'full-width'
  | 'digits-in-words'
  | 'picture'

/** What stands between these marks in a wording is what a seller would hide. */
const MARKED = /⟦([^⟦⟧]*)⟧/g

const INVISIBLE = ['\u200b', '\u200c', '\u200d', '\u2060', '\ufeff']
const BETWEEN = [' ', '·', '*', '.', '_', '/', '丨', '~', '、', '●']
const SHARES: readonly [Evasion, number][] = [
  ['homophone', 12],
  ['split-character', 12],
  ['zero-width', 16],
  ['traditional', 14],
  ['emoji', 10],
  ['separators', 14],
  ['full-width', 4],
  ['digits-in-words', 6],
  ['picture', 12],
]

/** Which evasion a seller tries. */
export function drawEvasion(dice: Dice): Evasion {
  const at = dice.below(SHARES.reduce((sum, [, share]) => sum + share, 0))
  let passed = 0
  for (const [way, share] of SHARES) {
    passed += share
    if (at < passed) return way
  }
  return 'zero-width'
}

/** The text as everybody would write it, without marks. */
export function plain(text: string): string {
  return text.replace(MARKED, '$1')
}

/** Hides the marked words; answers `null` when nothing in them can be hidden that way (or the way is a picture). */
export function hide(text: string, way: Evasion, dice: Dice): string | null {
  const change = WAYS[way]
  if (change === undefined) return null
  let changed = false
  const hidden = text.replace(MARKED, (_, words: string) => {
    const after = change(words, dice)
    changed ||= after !== words
    return after
  })
  return changed ? hidden : null
}

const WAYS: { readonly [way in Evasion]?: (words: string, dice: Dice) => string } = {
  homophone: (words, dice) => swapSome(words, HOMOPHONES, dice),
  'split-character': (words, dice) => swapSome(words, SPLIT, dice),
  traditional: (words) => [...words].map((letter) => TRADITIONAL.get(letter) ?? letter).join(''),
  emoji: (words, dice) => swapSome(words, EMOJI, dice),
  'zero-width': (words, dice) => between(words, () => dice.pick(INVISIBLE)),
  separators(words, dice) {
    const mark = dice.pick(BETWEEN)
    return between(words, () => mark)
  },
  'full-width': (words) => words.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  'digits-in-words': (words, dice) =>
    words.replace(/[0-9一]/g, (digit) => dice.pick([...DIGITS[digit === '一' ? 1 : Number(digit)]!])),
}

const DIGITS = ['零〇⓪', '①壹１', '②贰２', '③叁３', '④肆４', '⑤伍５', '⑥陆６', '⑦柒７', '⑧捌８', '⑨玖９']

// At most two characters are changed: a text that nobody can read sells nothing.
function swapSome(words: string, table: ReadonlyMap<string, readonly string[]>, dice: Dice): string {
  const letters = [...words]
  const places = letters.flatMap((letter, i) => (table.has(letter) ? [i] : []))
  for (const place of dice.some(places, dice.between(1, 2))) {
    letters[place] = dice.pick(table.get(letters[place]!)!)
  }
  return letters.join('')
}

function between(words: string, mark: () => string): string {
  const letters = [...words]
  return letters.reduce((text, letter) => text + mark() + letter)
}
