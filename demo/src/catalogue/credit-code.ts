const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

/** Completes the first 17 characters of a unified social credit code with its check character (GB 32100-2015). */
export function creditCode(first17: string): string {
  const sum = [...first17].reduce((total, letter, i) => total + ALPHABET.indexOf(letter) * WEIGHTS[i]!, 0)
  return first17 + ALPHABET[(31 - (sum % 31)) % 31]
}

/** Whether a code is well formed and its check character is right. */
export function isCreditCode(code: string): boolean {
  return /^[0-9A-HJ-NPQRTUWXY]{18}$/.test(code) && creditCode(code.slice(0, 17)) === code
}
