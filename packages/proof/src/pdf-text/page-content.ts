/**
 * The text that a content stream shows, in the order in which it is shown. Operators are those that typst writes; any
 * other (pictures, forms, text rendering modes, `'` and `"`, replaced text) is unreadable, since it could show something
 * else than it says.
 */
import type { Bytes } from '@mingzheng/kernel'
import { type CharacterMap, readCharacterMap } from './character-map.ts'
import type { PdfFile } from './file.ts'
import { isName, isWord, type PdfDict, PdfReader, type PdfValue, unreadable } from './syntax.ts'

/** Graphics without text: ISO 32000-1 annex A. */
const SILENT = new Set(
  'q Q cm w J j M d ri i gs m l c v y h re S s f F f* B B* b b* n W W* CS cs SC SCN sc scn G g RG rg K k sh BT ET Tm Td BMC EMC'.split(
    ' ',
  ),
)
const MAX_OPERATORS = 2_000_000

export class TextCollector {
  private readonly file: PdfFile
  private readonly fonts = new Map<string, CharacterMap>()
  private operators = 0

  constructor(file: PdfFile) {
    this.file = file
  }

  /** The text that `content` shows with these resources. */
  collect(content: Bytes, resources: PdfDict): string {
    const reader = new PdfReader(content)
    const out: string[] = []
    let operands: PdfValue[] = []
    let font: CharacterMap | null = null
    const saved: (CharacterMap | null)[] = []
    for (;;) {
      const token = reader.next(false)
      if (token === undefined) break
      if (!isWord(token)) {
        operands.push(token)
        if (operands.length > 64) throw unreadable('an operator has too many operands')
        continue
      }
      if (++this.operators > MAX_OPERATORS) throw unreadable('there is too much content')
      const { word } = token
      if (word === 'Tf') font = this.font(operands[0], resources)
      else if (word === 'q') saved.push(font)
      else if (word === 'Q') font = saved.pop() ?? null
      else if (word === 'Tj') out.push(shown(operands[0], font))
      else if (word === 'TJ') out.push(shownArray(operands[0], font))
      else if (word === 'BDC') requirePlainMark(operands[1])
      else if (word === 'Tr') requireFilled(operands[0])
      else if (!SILENT.has(word)) throw unreadable(`the operator ${word} is not one of ours`)
      operands = []
    }
    return out.join('')
  }

  private font(name: PdfValue | undefined, resources: PdfDict): CharacterMap {
    if (!isName(name)) throw unreadable('a font has no name')
    const reference = this.file.dict(resources.get('Font'), 'the font list').get(name.name)
    const key = JSON.stringify(reference)
    const known = this.fonts.get(key)
    if (known !== undefined) return known
    const font = this.file.dict(reference, 'a font')
    if (!isName(font.get('Subtype'), 'Type0') || !isName(font.get('Encoding'), 'Identity-H')) {
      throw unreadable('a font is not of the kind that typst writes')
    }
    const map = readCharacterMap(this.file.stream(font.get('ToUnicode'), 'a character map').bytes)
    this.fonts.set(key, map)
    return map
  }
}

/** Filled text only: other rendering modes (ISO 32000-1 section 9.3.6) could show nothing at all. */
function requireFilled(mode: PdfValue | undefined): void {
  if (mode !== 0) throw unreadable('text is not simply filled')
}

/** Marked content may carry an id of structure, but no text in place of what is shown. */
function requirePlainMark(properties: PdfValue | undefined): void {
  const plain = properties instanceof Map && !['ActualText', 'E', 'Alt'].some((key) => (properties as PdfDict).has(key))
  if (!plain) throw unreadable('marked content replaces what is shown')
}

function shown(value: PdfValue | undefined, font: CharacterMap | null): string {
  if (font === null || !(value instanceof Uint8Array) || value.length % 2 !== 0) throw unreadable('text has no font')
  let out = ''
  for (let i = 0; i < value.length; i += 2) {
    const character = font.get((value[i]! << 8) | value[i + 1]!)
    if (character === undefined) throw unreadable('a glyph has no text')
    out += character
  }
  return out
}

function shownArray(value: PdfValue | undefined, font: CharacterMap | null): string {
  if (!Array.isArray(value)) throw unreadable('text has no array')
  return value.map((item) => (typeof item === 'number' ? '' : shown(item, font))).join('')
}
