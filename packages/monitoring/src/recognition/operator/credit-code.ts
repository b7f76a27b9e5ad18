/** Unified social credit codes (GB 32100-2015) and the registration numbers before them (15 digits, GS 15-2006). */

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'

export type CodeProblem = 'length' | 'character' | 'check'

/** What is wrong with a code, or `null`. Spaces and small letters are forgiven. */
export function creditCodeProblem(written: string): CodeProblem | null {
  const code = tidyCode(written)
  if (/^\d{15}$/.test(code)) return registrationCheck(code) ? null : 'check'
  if (code.length !== 18) return 'length'
  let sum = 0
  let weight = 1
  for (const character of code.slice(0, 17)) {
    const value = ALPHABET.indexOf(character)
    if (value < 0) return 'character'
    sum += value * weight
    weight = (weight * 3) % 31
  }
  if (!ALPHABET.includes(code[17]!)) return 'character'
  return ALPHABET[(31 - (sum % 31)) % 31] === code[17] ? null : 'check'
}

export function tidyCode(written: string): string {
  return written.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase()
}

/** Pure system 11,10 of ISO/IEC 7064. */
function registrationCheck(code: string): boolean {
  let product = 10
  for (const digit of code.slice(0, 14)) {
    const sum = (product + Number(digit)) % 10
    product = ((sum === 0 ? 10 : sum) * 2) % 11
  }
  return (product + Number(code[14])) % 10 === 1
}
