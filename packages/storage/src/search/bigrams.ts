/**
 * Search in Chinese without a dictionary: texts are indexed by pairs of neighbouring characters, in a `text[]` column
 * with a GIN index. A word of two characters, the commonest length, is one exact look-up; longer words are the
 * intersection of their pairs.
 */

/** Characters that stand alone as a word: Han, kana, hangul. One of them may be searched for by itself. */
const IDEOGRAPH = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]$/u
const SEPARATOR = /[\s\p{Cc}]+/u

/** One spelling for width, case and composition, so that `ＡＢＣ１` finds `abc1`. */
export function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

/**
 * The pairs of neighbouring characters (code points, not UTF-16 units) of `text`, each once, in order of appearance;
 * pairs never cross white space. A word of one character is that character. Use it on what the user typed.
 */
export function bigrams(text: string): string[] {
  const found = new Set<string>()
  for (const word of foldText(text).split(SEPARATOR)) {
    const characters = Array.from(word)
    if (characters.length === 1) found.add(characters[0]!)
    for (let i = 0; i + 1 < characters.length; i++) found.add(characters[i]! + characters[i + 1]!)
  }
  return [...found]
}

/** What the column holds: the pairs of all texts, and each ideograph alone so that one-character words are found too. */
export function searchTerms(...texts: string[]): string[] {
  const found = new Set<string>()
  for (const text of texts) {
    for (const pair of bigrams(text)) found.add(pair)
    for (const character of foldText(text)) if (IDEOGRAPH.test(character)) found.add(character)
  }
  return [...found]
}
