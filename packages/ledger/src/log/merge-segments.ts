/** Makes one segment of several neighbours, in small steps so that the process does other work between them. */
import type { IndexKey, Segment } from './segment.ts'
import { BloomFilter, RECORD_BYTES, sealSegment } from './segment.ts'

const STEP_RECORDS = 16_384

class Cursor {
  readonly #segment: Segment
  #next = 0
  #view: DataView = new DataView(new ArrayBuffer(0))
  #at = 0

  constructor(segment: Segment) {
    this.#segment = segment
    this.#fill()
  }

  /** First four bytes of the present record's key; beyond every key at the end. */
  get high(): number {
    return this.#at < this.#view.byteLength ? this.#view.getUint32(this.#at) : Number.POSITIVE_INFINITY
  }

  /** Copies the present record and goes on. */
  take(out: Uint8Array, at: number): void {
    for (let i = 0; i < RECORD_BYTES; i++) out[at + i] = this.#view.getUint8(this.#at + i)
    this.#at += RECORD_BYTES
    if (this.#at >= this.#view.byteLength) this.#fill()
  }

  #fill(): void {
    this.#at = 0
    if (this.#next >= this.#segment.records) {
      this.#view = new DataView(new ArrayBuffer(0))
      return
    }
    this.#view = this.#segment.read(this.#next, STEP_RECORDS)
    this.#next += this.#view.byteLength / RECORD_BYTES
  }
}

/** Bytes of the merged segment. `ids` gives the id keys of the entries, for the filter. */
export async function mergeSegments(
  segments: readonly Segment[],
  isId: (key: IndexKey) => boolean,
  breathe: () => Promise<void>,
): Promise<Uint8Array> {
  const from = segments[0]!.from
  const to = segments.at(-1)!.to
  const filter = new BloomFilter(to - from)
  const total = segments.reduce((sum, segment) => sum + segment.records, 0)
  const body = new Uint8Array(total * RECORD_BYTES)
  const view = new DataView(body.buffer)
  const cursors = segments.map((segment) => new Cursor(segment))
  for (let record = 0; record < total; record++) {
    let least = cursors[0]!
    for (const cursor of cursors) if (cursor.high < least.high) least = cursor
    const at = record * RECORD_BYTES
    least.take(body, at)
    const key = { high: view.getUint32(at), low: view.getUint16(at + 4) }
    if (isId(key)) filter.add(key)
    if (record % STEP_RECORDS === 0) await breathe()
  }
  return sealSegment(from, to, filter.bits, body)
}
