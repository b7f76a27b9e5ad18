/**
 * Whether a word that was found is one where it stands, or only characters of two words that meet: “供精” in “提供精美”, “底火” in
 * “锅底火锅”. Words of the language are told apart by the dictionary of the International Components for Unicode (its licence: Unicode),
 * which comes with the runtime; a word that the dictionary does not know is single characters there, and so never cut.
 */

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' })
/** As far as is read to each side of the word, in code units; a clause ends the reading earlier. */
const REACH = 24
const CLAUSE_END = /[\s，,。；;！!？?：:、|｜/（）()【】[\]“”"]/

/** Whether the span begins or ends within a word of the language. */
export function cutsWords(text: string, start: number, end: number): boolean {
  let from = start
  while (from > 0 && start - from < REACH && !CLAUSE_END.test(text[from - 1]!)) from--
  let to = end
  while (to < text.length && to - end < REACH && !CLAUSE_END.test(text[to]!)) to++
  if (from === start && to === end) return false
  let begins = from === start
  let ends = to === end
  for (const { index, segment } of segmenter.segment(text.slice(from, to))) {
    const at = from + index
    if (at === start) begins = true
    if (at + segment.length === end) ends = true
  }
  return !(begins && ends)
}
