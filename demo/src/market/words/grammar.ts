import type { Dice } from '../dice.ts'

/** Names of phrases -> their wordings. A wording may hold `{name}` (another phrase) and `{3-9}` (a whole number). */
export type Grammar = ReadonlyMap<string, readonly string[]>

const SLOT = /\{([^{}]+)\}/

/**
 * Reads a grammar: a line that starts at the margin names a phrase, indented lines below are its wordings, many on a line when
 * parted by ` | `.
 */
export function grammar(text: string): Grammar {
  const phrases = new Map<string, string[]>()
  let current: string[] = []
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    if (line.startsWith(' ')) {
      current.push(...line.trim().split(' | '))
      continue
    }
    current = phrases.get(line.trim()) ?? []
    phrases.set(line.trim(), current)
  }
  return phrases
}

/** One wording of a phrase, every slot filled; throws when a slot names no phrase. */
export function say(rules: Grammar, phrase: string, dice: Dice): string {
  const wordings = rules.get(phrase)
  if (wordings === undefined || wordings.length === 0) throw new Error(`no phrase is called ${phrase}`)
  let text = dice.pick(wordings)
  for (let slot = SLOT.exec(text); slot !== null; slot = SLOT.exec(text)) {
    const range = /^(\d+)-(\d+)$/.exec(slot[1]!)
    const filling =
      range === null ? say(rules, slot[1]!, dice) : String(dice.between(Number(range[1]), Number(range[2])))
    text = text.slice(0, slot.index) + filling + text.slice(slot.index + slot[0].length)
  }
  return text
}

/** How many different texts a phrase can become, a number range counting once. */
export function varietyOf(rules: Grammar, phrase: string): number {
  return (rules.get(phrase) ?? []).reduce(
    (sum, wording) =>
      sum +
      [...wording.matchAll(/\{([^{}]+)\}/g)].reduce(
        (product, [, name]) => product * (/^\d+-\d+$/.test(name!) ? 1 : varietyOf(rules, name!)),
        1,
      ),
    0,
  )
}

/** A short list in one line. */
export function list(text: string): readonly string[] {
  return text.trim().split(/\s*\n\s*| \| /)
}
