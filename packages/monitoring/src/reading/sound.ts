/** How Chinese characters sound, without tones, and which of them are everyday characters: for words written by their sound. */
import { readFileSync } from 'node:fs'

/** Sounds are private-use code units, so that a text of sounds is a text; every other character sounds like itself. */
const FIRST_SOUND = 0xe000

/** Code unit to the code unit of its sound. */
export const SOUND: Uint16Array = soundTable()
/** 1 for the 3,755 everyday characters of GB/T 2312 level 1. */
export const EVERYDAY: Uint8Array = everydayTable()

/** The sounds of a text, one code unit for each of the text's. */
export function soundsOf(units: Uint16Array, length: number): Uint16Array {
  const sounds = new Uint16Array(length)
  for (let i = 0; i < length; i++) sounds[i] = SOUND[units[i]!]!
  return sounds
}

function soundTable(): Uint16Array {
  const table = Uint16Array.from({ length: 65_536 }, (_, unit) => unit)
  const lines = readFileSync(new URL('data/syllables.txt', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
  lines.forEach((line, sound) => {
    const characters = line.split('\t')[1] ?? ''
    for (let i = 0; i < characters.length; i++) table[characters.charCodeAt(i)] = FIRST_SOUND + sound
  })
  return table
}

function everydayTable(): Uint8Array {
  const table = new Uint8Array(65_536)
  const decoder = new TextDecoder('gb18030')
  for (let row = 0xb0; row <= 0xd7; row++) {
    for (let cell = 0xa1; cell <= 0xfe; cell++) table[decoder.decode(Uint8Array.of(row, cell)).charCodeAt(0)] = 1
  }
  return table
}
