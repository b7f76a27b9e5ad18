/** Finds what was not translated on a Chinese page. */

/** Words that stand in Latin letters in Chinese too: names of formats, algorithms, programs, places of a package. */
const NAMES =
  /https?:\/\/\S+|\bdata\/\S+|\bMZ-[\dA-Z-]+|[\da-f…]{8,}|\b(?:SHA-256|SM3|PDF|CSV|JSON|Cookie|Chrome|Linux|WACZ|KB|MB|GB|B|Ctrl|K|English|MHTML|px)\b|\S+\.(?:example|test|local)\S*|[\d.]+(?:-\S+)?/g

/** English left on a Chinese page: two words in a row, or a raw code. */
export function leftInEnglish(text: string): string[] {
  const rest = text.replaceAll(NAMES, ' ')
  return (
    rest.match(/\b[A-Za-z]+[ -][A-Za-z]+(?:[ -][A-Za-z]+)*\b|\bnet::\w+|\b[a-z]+(?:-[a-z]+)+\b|\b[a-z]{4,}\b/g) ?? []
  )
}
