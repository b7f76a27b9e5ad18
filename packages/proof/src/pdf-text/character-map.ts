/** ToUnicode maps of two-byte codes (ISO 32000-1 section 9.10.3): `bfchar` and `bfrange`, nothing else. */
import type { Bytes } from '@mingzheng/kernel'
import { isWord, PdfReader, type PdfValue, unreadable } from './syntax.ts'

const utf16 = new TextDecoder('utf-16be', { fatal: true })

/** Text of each glyph code. */
export type CharacterMap = Map<number, string>

/** Reads a ToUnicode map. A code that is given two texts is unreadable. */
export function readCharacterMap(bytes: Bytes): CharacterMap {
  const reader = new PdfReader(bytes)
  const map: CharacterMap = new Map()
  let operands: PdfValue[] = []
  for (;;) {
    const token = reader.next(false)
    if (token === undefined) break
    if (!isWord(token)) {
      operands.push(token)
      continue
    }
    if (token.word === 'endbfchar') for (let i = 0; i < operands.length; i += 2) add(map, operands[i], operands[i + 1])
    if (token.word === 'endbfrange') addRanges(map, operands)
    operands = []
  }
  if (map.size === 0) throw unreadable('a font has an empty character map')
  return map
}

function code(value: PdfValue | undefined): number {
  if (!(value instanceof Uint8Array) || value.length !== 2) throw unreadable('a glyph code has not two bytes')
  return (value[0]! << 8) | value[1]!
}

function text(value: PdfValue | undefined): string {
  if (!(value instanceof Uint8Array) || value.length === 0) throw unreadable('a glyph has no text')
  try {
    return utf16.decode(value)
  } catch {
    throw unreadable('the text of a glyph is no UTF-16')
  }
}

function add(map: CharacterMap, from: PdfValue | undefined, to: PdfValue | undefined): void {
  const glyph = code(from)
  if (map.has(glyph)) throw unreadable('a glyph has two texts')
  map.set(glyph, text(to))
}

function addRanges(map: CharacterMap, operands: PdfValue[]): void {
  for (let i = 0; i < operands.length; i += 3) {
    const first = code(operands[i])
    const last = code(operands[i + 1])
    const start = text(operands[i + 2])
    const base = start.codePointAt(0)!
    if (last < first || String.fromCodePoint(base) !== start) throw unreadable('a range of glyphs is malformed')
    for (let glyph = first; glyph <= last; glyph++) {
      if (map.has(glyph)) throw unreadable('a glyph has two texts')
      map.set(glyph, String.fromCodePoint(base + glyph - first))
    }
  }
}
