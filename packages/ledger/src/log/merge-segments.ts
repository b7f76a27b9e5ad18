/** Makes one segment of several neighbours, in small steps so that the process does other work between them. */
import type { Segment } from './segment.ts'
import { BloomFilter, RECORD_BYTES, sealSegment } from './segment.ts'

/** Records between two pauses: about a millisecond of work. */
const STEP_RECORDS = 8192
/** Beyond every key: the segment has no more records. */
const END = 2 ** 32

/** The next records of a segment, with the first four bytes of their keys as numbers. */
class Cursor {
  readonly segment: Segment
  #next = 0
  bytes: Uint8Array = new Uint8Array()
  readonly highs = new Uint32Array(STEP_RECORDS)
  at = 0
  count = 0

  constructor(segment: Segment) {
    this.segment = segment
    this.fill()
  }

  /** First four bytes of the present record's key, or `END`. */
  get high(): number {
    return this.at < this.count ? this.highs[this.at]! : END
  }

  fill(): void {
    this.at = 0
    this.count = 0
    if (this.#next >= this.segment.records) return
    const { buffer, byteOffset, byteLength } = this.segment.read(this.#next, STEP_RECORDS)
    this.bytes = new Uint8Array(buffer, byteOffset, byteLength)
    this.count = byteLength / RECORD_BYTES
    this.#next += this.count
    const { bytes, highs } = this
    for (let i = 0, from = 0; i < this.count; i++, from += RECORD_BYTES) {
      highs[i] = (bytes[from]! << 24) | (bytes[from + 1]! << 16) | (bytes[from + 2]! << 8) | bytes[from + 3]!
    }
  }
}

/** Bytes of the merged segment. Records of one key keep the order of the segments. */
export async function mergeSegments(segments: readonly Segment[], breathe: () => Promise<void>): Promise<Uint8Array> {
  const from = segments[0]!.from
  const to = segments.at(-1)!.to
  const filter = new BloomFilter(to - from)
  const total = segments.reduce((sum, segment) => sum + segment.records, 0)
  const body = new Uint8Array(total * RECORD_BYTES)
  const cursors = segments.map((segment) => new Cursor(segment))
  for (let out = 0; out < body.length; ) {
    const end = Math.min(body.length, out + STEP_RECORDS * RECORD_BYTES)
    while (out < end) out = takeRun(cursors, body, out, end, filter)
    await breathe()
  }
  return sealSegment(from, to, filter.bits, body)
}

/** Copies the records of the cursor that is first, as long as it is, up to `end`; answers with where the next goes. */
function takeRun(
  cursors: readonly Cursor[],
  body: Uint8Array,
  start: number,
  end: number,
  filter: BloomFilter,
): number {
  let least = cursors[0]!
  let first = least.high
  // The one that is first of the others, and whether it stands before or after in the order of segments.
  let limit = END
  for (let i = 1; i < cursors.length; i++) {
    const high = cursors[i]!.high
    if (high < first) {
      // What was first stands before: of equal keys its records come first.
      limit = first - 1
      least = cursors[i]!
      first = high
    } else if (high < limit) limit = high
  }
  const { bytes, highs, segment } = least
  const ids = segment.filter
  let out = start
  let at = least.at
  const stop = Math.min(least.count, at + (end - out) / RECORD_BYTES)
  do {
    const source = at * RECORD_BYTES
    for (let i = 0; i < RECORD_BYTES; i++) body[out + i] = bytes[source + i]!
    const low = (bytes[source + 4]! << 8) | bytes[source + 5]!
    if (ids.holds(highs[at]!, low)) filter.put(highs[at]!, low)
    out += RECORD_BYTES
    at++
  } while (at < stop && highs[at]! <= limit)
  least.at = at
  if (at === least.count) least.fill()
  return out
}
