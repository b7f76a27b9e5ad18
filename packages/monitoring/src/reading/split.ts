/** Characters written as two others side by side (弓长 for 张): a second reading of a text, with the way back. */
import { readFileSync } from 'node:fs'
import { FOLDED } from './fold.ts'
import type { NormalisedText } from './normalise.ts'

/** Pairs of parts that stand for a character which these patterns hold. */
export class SplitCharacters {
  readonly #whole = new Map<number, number>()
  /** 1 where a code unit begins a pair. */
  readonly #begins = new Uint8Array(65_536)

  /** Of the characters in the patterns alone: the fewer, the less is read into honest texts. */
  constructor(patterns: readonly string[]) {
    const used = new Uint8Array(65_536)
    for (const pattern of patterns) for (let i = 0; i < pattern.length; i++) used[pattern.charCodeAt(i)] = 1
    for (const line of readFileSync(new URL('data/split.txt', import.meta.url), 'utf8').split('\n')) {
      const [character = '', first = '', second = ''] = line.split('\t')
      if (character.length !== 1 || first.length !== 1 || second.length !== 1) continue
      const whole = FOLDED[character.charCodeAt(0)]!
      const [a, b] = [FOLDED[first.charCodeAt(0)]!, FOLDED[second.charCodeAt(0)]!]
      const key = a * 65_536 + b
      if (used[whole] === 0 || this.#whole.has(key)) continue
      this.#whole.set(key, whole)
      this.#begins[a] = 1
    }
  }

  /** The text with every such pair as one character, or `null` when it holds none. */
  join(text: NormalisedText): NormalisedText | null {
    const { units, length } = text
    let joined: { units: Uint16Array; length: number; from: Int32Array; to: Int32Array } | null = null
    for (let i = 0; i < length; i++) {
      const whole =
        this.#begins[units[i]!] === 1 && i + 1 < length
          ? this.#whole.get(units[i]! * 65_536 + units[i + 1]!)
          : undefined
      if (whole !== undefined && joined === null) {
        joined = { units: units.slice(), length: i, from: text.from.slice(), to: text.to.slice() }
      }
      if (joined === null) continue
      const at = joined.length++
      joined.units[at] = whole ?? units[i]!
      joined.from[at] = text.from[i]!
      joined.to[at] = text.to[whole === undefined ? i : i + 1]!
      if (whole !== undefined) i++
    }
    return joined
  }
}
