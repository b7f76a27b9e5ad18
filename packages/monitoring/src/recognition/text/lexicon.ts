/**
 * One pass for all text models: their words stand in one reader, and what a listing says is read once, however many models ask.
 */
import { normalisedPattern } from '../../reading/normalise.ts'
import { type Hit, type HowRead, Reader } from '../../reading/read.ts'
import { cutsWords } from '../../reading/word-bounds.ts'
import { BANNED_TERMS } from '../banned-goods/terms.ts'
import { CLAIM_TERMS } from '../false-propaganda/terms.ts'
import { FAKE_TERMS } from '../ip-infringement/terms.ts'
import type { Listing } from '../line.ts'
import type { TermGroup } from './term-group.ts'
import { type FieldText, textsOf } from './texts.ts'

/** A word of a model found in a text of the listing. */
export interface Found {
  readonly group: string
  readonly word: string
  readonly field: FieldText
  readonly start: number
  readonly end: number
  readonly how: HowRead
  /** 0 to 1: what the way it had to be read leaves of its weight. */
  readonly strength: number
}

const GROUPS: readonly TermGroup[] = [...CLAIM_TERMS, ...BANNED_TERMS, ...FAKE_TERMS]
const ENTRIES = GROUPS.flatMap(({ key, words }) => words.map((word) => ({ key, word })))
const WORDS = [...new Set(ENTRIES.map(({ word }) => word))]
const GROUPS_OF: readonly (readonly string[])[] = WORDS.map((word) => [
  ...new Set(ENTRIES.filter((entry) => entry.word === word).map(({ key }) => key)),
])

/**
 * Weights of readings: a homophone of everyday characters is chance more often than disguise; one with a character that nobody uses
 * every day is a disguise more often than chance.
 */
export const STRENGTH: { readonly [how in HowRead]: number } = {
  plain: 1,
  disguised: 1,
  split: 0.95,
  'sound-rare': 0.75,
  sound: 0.3,
}
/** A word that is parted as words are parted, with other characters on both sides, is two words more often than one. */
const PARTED_WORDS = 0.5
/** Characters of two words that meet are hardly ever the word that they make together. */
const CUT_WORDS = 0.35
/** Longer ones hardly arise where words meet. */
const LONGEST_BY_CHANCE = 3
/** By its sound alone a word of four characters hardly arises by chance, one of three now and then. */
const SOUND_OF_THREE = 0.45
const SOUND_OF_FOUR = 0.78
/** Homophones of shorter words are everywhere. */
const SHORTEST_BY_SOUND = 3
const EVASIVE = new Set(['claim/absolute', 'claim/cure'])

let reader: Reader | null = null
const read = new WeakMap<Listing, ReadonlyMap<string, readonly Found[]>>()

/** What a listing says, by the key of the group; the longest words first where one holds another. */
export function termsOf(listing: Listing): ReadonlyMap<string, readonly Found[]> {
  const known = read.get(listing)
  if (known !== undefined) return known
  const found = new Map<string, Found[]>()
  for (const field of textsOf(listing)) {
    const hits = termsIn(field)
    for (const one of hits) {
      const others = found.get(one.group)
      if (others === undefined) found.set(one.group, [one])
      else others.push(one)
    }
  }
  read.set(listing, found)
  return found
}

/** The same of one text. */
function termsIn(field: FieldText): Found[] {
  reader ??= new Reader(WORDS)
  const hits = reader.read(field.text)
  const found: Found[] = []
  for (const hit of hits) {
    const word = WORDS[hit.word]!
    const strength = strengthOf(hit, word, field.text)
    for (const group of GROUPS_OF[hit.word]!) {
      if (hit.how === 'sound' && word.length < SHORTEST_BY_SOUND && !EVASIVE.has(group)) continue
      found.push({ group, word, field, start: hit.start, end: hit.end, how: hit.how, strength })
    }
  }
  return found.filter((one) => !found.some((other) => holds(other, one)))
}

function holds(longer: Found, one: Found): boolean {
  return (
    longer.group === one.group &&
    longer.start <= one.start &&
    longer.end >= one.end &&
    longer.end - longer.start > one.end - one.start &&
    longer.strength >= one.strength
  )
}

function strengthOf(hit: Hit, word: string, text: string): number {
  const written = text.slice(hit.start, hit.end)
  if (hit.how === 'sound-rare' && !sharesCharacter(word, written)) return STRENGTH.sound
  if (hit.how === 'disguised' && partsWords(written, text[hit.start - 1] ?? '', text[hit.end] ?? ''))
    return PARTED_WORDS
  if (hit.how === 'sound' && written.length === word.length && word.length >= 3 && sharesCharacter(word, written)) {
    return word.length === 3 ? SOUND_OF_THREE : SOUND_OF_FOUR
  }
  const short = word.length <= LONGEST_BY_CHANCE && written.length <= LONGEST_BY_CHANCE
  // “最好的” is no “好的” after a “最”.
  const superlative = word.startsWith('最') && text[hit.end] === '的'
  if (short && !superlative && hit.how !== 'split' && cutsWords(text, hit.start, hit.end))
    return STRENGTH[hit.how] * CUT_WORDS
  return STRENGTH[hit.how]
}

/** What stands between two characters of a word, and what of it people put between words; stars, dots and emoji are none. */
const GAP = /(?<=[\p{L}\p{N}])[^\p{L}\p{N}\p{M}\p{Cf}]+(?=[\p{L}\p{N}])/gu
const BETWEEN_WORDS = /^[\s/|&+-]+$/

/** Whether what stands between the characters parts two words: letters go on at both sides, and other gaps are left closed. */
function partsWords(written: string, before: string, after: string): boolean {
  const gaps = written.match(GAP) ?? []
  if (gaps.length === 0 || !gaps.every((gap) => BETWEEN_WORDS.test(gap))) return false
  const characters = written.match(/[\p{L}\p{N}]/gu)?.length ?? 0
  if (characters > 2 && gaps.length >= characters - 1) return false
  return /\p{L}/u.test(before) && /\p{L}/u.test(after)
}

function sharesCharacter(word: string, written: string): boolean {
  const there = new Set(normalisedPattern(written))
  return [...normalisedPattern(word)].some((character) => there.has(character))
}
