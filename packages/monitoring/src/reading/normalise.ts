/** A text as a reader takes it, with the way back to the original: what the matcher matches and what a span is reported in. */
import { FOLDED, FOLDED_BEYOND, isHan, NOTHING } from './fold.ts'

/** Folded code units; the i-th stands for the original's code units from `from[i]` to `to[i]`. */
export interface NormalisedText {
  readonly units: Uint16Array
  readonly length: number
  readonly from: Int32Array
  readonly to: Int32Array
}

/** At most so many separators between two Chinese characters are taken for a disguise. */
const MOST_SEPARATORS = 3
/** A space, dots, dashes, stars and strokes; not the marks that end a sentence or part its clauses. */
const SEPARATORS = new Set([...' .·•‧・*-_~|/\\\'"`^+=#&@$%。…—–_'].map((mark) => FOLDED[mark.charCodeAt(0)]!))
SEPARATORS.delete('。'.charCodeAt(0))
const IS_SEPARATOR = new Uint8Array(65_536)
for (const unit of SEPARATORS) IS_SEPARATOR[unit] = 1

/**
 * Normalises a text: every character folded, unseen ones left out, separators and emoji between two Chinese characters left
 * out. Works in one pass, whatever the text.
 */
export function normalise(text: string): NormalisedText {
  const units = new Uint16Array(text.length)
  const from = new Int32Array(text.length)
  const to = new Int32Array(text.length)
  let length = 0
  /** Separators kept since the last Chinese character. */
  let held = 0
  for (let i = 0; i < text.length; ) {
    let unit = text.charCodeAt(i)
    let width = 1
    let separates = false
    if (unit >= 0xd800 && unit <= 0xdbff && i + 1 < text.length) {
      width = 2
      const folded = FOLDED_BEYOND.get(text.codePointAt(i)!)
      if (folded === undefined) separates = true
      unit = folded ?? unit
    } else {
      unit = FOLDED[unit]!
      separates = IS_SEPARATOR[unit] === 1
    }
    if (unit !== NOTHING) {
      if (separates) held++
      else {
        // What stood between two Chinese characters was a disguise, and is taken back.
        if (held > 0 && held <= MOST_SEPARATORS && joins(unit) && length > held && joins(units[length - held - 1]!)) {
          length -= held
        }
        held = 0
      }
      units[length] = unit
      from[length] = i
      to[length] = i + width
      length++
    }
    i += width
  }
  return { units, length, from, to }
}

/** A folded numeral may be a Chinese one; two digits are parted all the same by what stands between them. */
function joins(unit: number): boolean {
  return isHan(unit)
}

/** The same folding for a pattern, as text. */
export function normalisedPattern(pattern: string): string {
  const { units, length } = normalise(pattern)
  return String.fromCharCode(...units.subarray(0, length))
}
