/**
 * Reads texts for words that somebody may have disguised. Matches before anything is segmented; every hit says where it stands in
 * the original text and how it had to be read, since a word that only sounds like another is weak evidence.
 */
import { Failure } from '@mingzheng/kernel'
import { isHan } from './fold.ts'
import { Matcher } from './matcher.ts'
import { type NormalisedText, normalise, normalisedPattern } from './normalise.ts'
import { EVERYDAY, soundsOf } from './sound.ts'
import { SplitCharacters } from './split.ts'

/**
 * How a word was read. `plain`: as it stands. `disguised`: after folding, or with something between its characters. `split`:
 * some of its characters are written as two. `sound-rare`: by its sound, with a character that nobody uses every day.
 * `sound`: by its sound, with everyday characters.
 */
export type HowRead = 'plain' | 'disguised' | 'split' | 'sound-rare' | 'sound'

export interface Hit {
  /** Number of the word in the list that the reader was made of. */
  readonly word: number
  /** UTF-16 code units of the original text, `[start, end)`. */
  readonly start: number
  readonly end: number
  readonly how: HowRead
}

export interface ReaderOptions {
  /** Whether words are looked for by their sound as well. Default yes. */
  readonly sounds?: boolean
}

/** Spans beyond are told apart by their start alone. */
const LONGEST_SPAN = 4096

/** A list of words, made once and read with often. */
export class Reader {
  readonly #given: readonly string[]
  readonly #words: readonly string[]
  readonly #matcher: Matcher
  readonly #split: SplitCharacters
  readonly #soundWords: readonly number[]
  readonly #sounds: Matcher | null

  /** Throws `pattern-malformed` for a word that is empty when normalised, or too long, with its number as the field. */
  constructor(words: readonly string[], { sounds = true }: ReaderOptions = {}) {
    this.#given = words
    this.#words = words.map((word, number) => {
      const normalised = normalisedPattern(word)
      if (normalised !== '') return normalised
      throw new Failure('pattern-malformed', `word ${number} is empty`, {
        field: String(number),
        remedy: 'give a word',
      })
    })
    this.#matcher = new Matcher(this.#words)
    this.#split = new SplitCharacters(this.#words)
    // One character sounds like a hundred others, and a word of letters like nothing else.
    this.#soundWords = this.#words.flatMap((word, number) => ([...word].filter(han).length >= 2 ? [number] : []))
    this.#sounds = sounds ? new Matcher(this.#soundWords.map((number) => soundText(this.#words[number]!))) : null
  }

  /** Every hit, each span and word once, as plainly as it can be read; by start, then end, then word. */
  read(text: string): Hit[] {
    const hits = new Map<number, Hit>()
    const words = this.#words.length
    const add = (word: number, start: number, end: number, how: HowRead) => {
      const key = (start * LONGEST_SPAN + Math.min(end - start, LONGEST_SPAN - 1)) * words + word
      if (!hits.has(key)) hits.set(key, { word, start, end, how })
    }
    const normal = normalise(text)
    this.#matcher.scan(normal.units, normal.length, (word, i, j) => {
      const [start, end] = spanOf(normal, i, j)
      add(word, start, end, text.slice(start, end) === this.#given[word] ? 'plain' : 'disguised')
    })
    const joined = this.#split.join(normal)
    if (joined !== null) {
      this.#matcher.scan(joined.units, joined.length, (word, i, j) => {
        const [start, end] = spanOf(joined, i, j)
        add(word, start, end, 'split')
      })
    }
    this.#sounds?.scan(soundsOf(normal.units, normal.length), normal.length, (number, i, j) => {
      const word = this.#soundWords[number]!
      const how = soundReading(this.#words[word]!, normal.units.subarray(i, j))
      if (how === null) return
      const [start, end] = spanOf(normal, i, j)
      add(word, start, end, how)
    })
    return [...hits.values()].sort((a, b) => a.start - b.start || a.end - b.end || a.word - b.word)
  }
}

function spanOf({ from, to }: NormalisedText, start: number, end: number): [number, number] {
  return [from[start]!, to[end - 1]!]
}

function han(character: string): boolean {
  return isHan(character.charCodeAt(0))
}

function soundText(word: string): string {
  const units = Uint16Array.from({ length: word.length }, (_, i) => word.charCodeAt(i))
  return String.fromCharCode(...soundsOf(units, units.length))
}

/** How a word is written that sounds like it; `null` when it is the word itself, or shares no character with a short word. */
function soundReading(word: string, written: Uint16Array): 'sound-rare' | 'sound' | null {
  let same = 0
  let rare = false
  for (let i = 0; i < word.length; i++) {
    if (word.charCodeAt(i) === written[i]) same++
    else if (EVERYDAY[written[i]!] === 0) rare = true
  }
  if (same === word.length) return null
  if (rare) return 'sound-rare'
  return same > 0 ? 'sound' : null
}
