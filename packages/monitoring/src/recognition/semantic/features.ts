/**
 * What the semantic model sees of a text: its clauses, and in each the runs of one to four folded characters, hashed. No words, so that
 * what nobody has put on a list counts too.
 */
import { normalise } from '../../reading/normalise.ts'

/** Buckets that runs of characters are hashed into; a power of two. */
export const BUCKETS = 16_384
/** Longest run of characters. */
export const LONGEST_RUN = 4
/** A clause that nobody ends is ended here, in folded code units. */
const LONGEST_CLAUSE = 40

/** A clause: code units `[start, end)` of the folded text. */
export interface Clause {
  readonly start: number
  readonly end: number
}

/** A text folded, with its clauses in order. */
export interface Clauses {
  readonly units: Uint16Array
  /** Where a folded unit begins in the original, and where it ends. */
  readonly from: Int32Array
  readonly to: Int32Array
  readonly clauses: readonly Clause[]
}

const ENDS = new Uint8Array(65_536)
for (const mark of ',，。.!！?？;；:：、\n\r\t“”"《》【】[]()（）') {
  const { units, length } = normalise(mark)
  for (let i = 0; i < length; i++) ENDS[units[i]!] = 1
  ENDS[mark.charCodeAt(0)] = 1
}
/** Numbers are one character: how large a promised one is says little, that one is promised says much. */
const DIGIT = 0x23

/** Folds a text and parts it into clauses. One pass, whatever the text. */
export function clausesOf(text: string): Clauses {
  const { units, length, from, to } = normalise(text)
  const clauses: Clause[] = []
  let start = 0
  for (let i = 0; i <= length; i++) {
    const ends = i === length || ENDS[units[i]!] === 1 || i - start === LONGEST_CLAUSE
    if (!ends) {
      if (units[i]! >= 0x30 && units[i]! <= 0x39) units[i] = DIGIT
      continue
    }
    if (i > start) clauses.push({ start, end: i })
    start = i < length && ENDS[units[i]!] === 1 ? i + 1 : i
    if (start === i && i < length && units[i]! >= 0x30 && units[i]! <= 0x39) units[i] = DIGIT
  }
  return { units, from, to, clauses }
}

/** Calls `see` with the bucket of every run of a clause, and with where it stands. */
export function runsIn(
  units: Uint16Array,
  { start, end }: Clause,
  see: (bucket: number, first: number, last: number) => void,
): void {
  for (let first = start; first < end; first++) {
    let hash = 0x811c9dc5
    const limit = Math.min(end, first + LONGEST_RUN)
    for (let last = first; last < limit; last++) {
      hash = Math.imul(hash ^ units[last]!, 0x01000193)
      hash ^= hash >>> 15
      see((hash >>> 3) & (BUCKETS - 1), first, last)
    }
  }
}
