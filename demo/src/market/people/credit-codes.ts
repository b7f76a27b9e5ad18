import { creditCode } from '../../catalogue/credit-code.ts'
import type { Dice } from '../dice.ts'

const LETTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const ALL = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]

/**
 * A unified social credit code (GB 32100): kind of body, division, an organisation code of eight characters with its own check
 * character (GB 11714), and the check character of the whole.
 */
export function drawCreditCode(body: '91' | '92' | '93', division: string, dice: Dice): string {
  const base = `MA${Array.from({ length: 6 }, () => LETTERS[dice.below(LETTERS.length)]).join('')}`
  const sum = [...base].reduce((total, letter, i) => total + ALL.indexOf(letter) * WEIGHTS[i]!, 0)
  const check = 11 - (sum % 11)
  const mark = check === 10 ? 'X' : check === 11 ? '0' : String(check)
  return creditCode(`${body}${division}${base}${mark}`)
}

/** The code with one or two characters wrong, so that its check character no longer fits. */
export function spoiltCode(code: string, dice: Dice): string {
  for (;;) {
    const letters = [...code]
    const place = dice.between(2, 17)
    if (dice.chance(0.4) && place < 17) {
      const next = letters[place + 1]!
      letters[place + 1] = letters[place]!
      letters[place] = next
    } else letters[place] = LETTERS[dice.below(LETTERS.length)]!
    const spoilt = letters.join('')
    if (creditCode(spoilt.slice(0, 17)) !== spoilt) return spoilt
  }
}
