/**
 * A sorted piece of the look-up index: records of 11 bytes (six of a key, five of an entry's index) ordered by the key's
 * first four bytes, and a Bloom filter over the ids. Derived from the entries, so it may be lost. docs/formats/log-storage.md.
 */
import { type Bytes, concat, digest, equalBytes, utf8 } from '@mingzheng/kernel'
import type { LedgerFiles } from '../storage/ledger-files.ts'

export const RECORD_BYTES = 11
const MAGIC = utf8('MZI1')
const HEADER_BYTES = 32
const PROBES = 6
const READ_RECORDS = 384

/** Six bytes of a key as two numbers. */
export interface IndexKey {
  readonly high: number
  readonly low: number
}

/** Key of an id: its halves mixed, since the first half of a ULID is time. */
export function idIndexKey(id: Bytes): IndexKey {
  return { high: (word(id, 0) ^ word(id, 12)) >>> 0, low: (half(id, 4) ^ half(id, 8)) & 0xffff }
}

/** Key of a digest or commitment: its first six bytes. */
export function digestIndexKey(digest: Bytes): IndexKey {
  return { high: word(digest, 0), low: half(digest, 4) }
}

function word(bytes: Bytes, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

function half(bytes: Bytes, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}

/** Records in columns. `isId[i]` tells which go into the filter. */
export interface Records {
  readonly high: Uint32Array
  readonly low: Uint16Array
  readonly index: Float64Array
  readonly isId: Uint8Array
}

/** Order of records by `high`, ties in the order given: radix sort, four passes of a byte. */
export function sortedOrder(high: Uint32Array): Uint32Array {
  let order = Uint32Array.from(high, (_, i) => i)
  let other = new Uint32Array(high.length)
  const starts = new Uint32Array(257)
  for (let shift = 0; shift < 32; shift += 8) {
    starts.fill(0)
    for (let i = 0; i < high.length; i++) starts[((high[i]! >>> shift) & 0xff) + 1]!++
    for (let i = 0; i < 256; i++) starts[i + 1]! += starts[i]!
    for (let i = 0; i < order.length; i++) {
      const record = order[i]!
      other[starts[(high[record]! >>> shift) & 0xff]!++] = record
    }
    ;[order, other] = [other, order]
  }
  return order
}

/** Sixteen bits an id: one in a thousand absent ids passes, and costs a look at the disk. */
export class BloomFilter {
  readonly bits: Uint8Array
  readonly #count: number

  constructor(ids: number, bits?: Uint8Array) {
    this.bits = bits ?? new Uint8Array(Math.max(8, ids * 2))
    this.#count = this.bits.length * 8
  }

  add({ high, low }: IndexKey): void {
    this.put(high, low)
  }

  has({ high, low }: IndexKey): boolean {
    return this.holds(high, low)
  }

  /** `add` without an object: for merging, where keys come by the million. */
  put(high: number, low: number): void {
    const start = Math.imul(high, 0x85ebca6b)
    const step = Math.imul(low, 0x9e3779b1) | 1
    for (let i = 0; i < PROBES; i++) {
      const bit = ((start + Math.imul(step, i)) >>> 0) % this.#count
      this.bits[bit >>> 3]! |= 1 << (bit & 7)
    }
  }

  /** `has` without an object. */
  holds(high: number, low: number): boolean {
    const start = Math.imul(high, 0x85ebca6b)
    const step = Math.imul(low, 0x9e3779b1) | 1
    for (let i = 0; i < PROBES; i++) {
      const bit = ((start + Math.imul(step, i)) >>> 0) % this.#count
      if ((this.bits[bit >>> 3]! & (1 << (bit & 7))) === 0) return false
    }
    return true
  }
}

/** Bytes of a segment over entries `from` up to `to`. */
export function formatSegment(from: number, to: number, records: Records): Bytes {
  const { high, low, index, isId } = records
  const filter = new BloomFilter(to - from)
  const body = new Uint8Array(high.length * RECORD_BYTES)
  const view = new DataView(body.buffer)
  let at = 0
  for (const record of sortedOrder(high)) {
    if (isId[record] === 1) filter.add({ high: high[record]!, low: low[record]! })
    view.setUint32(at, high[record]!)
    view.setUint16(at + 4, low[record]!)
    view.setUint8(at + 6, Math.floor(index[record]! / 2 ** 32))
    view.setUint32(at + 7, index[record]! % 2 ** 32)
    at += RECORD_BYTES
  }
  return sealSegment(from, to, filter.bits, body)
}

/** Header, filter, records, and a digest over all of it. */
export function sealSegment(from: number, to: number, filter: Bytes, body: Bytes): Bytes {
  const header = new Uint8Array(HEADER_BYTES)
  header.set(MAGIC)
  const view = new DataView(header.buffer)
  view.setUint32(4, filter.length)
  view.setBigUint64(8, BigInt(from))
  view.setBigUint64(16, BigInt(to))
  view.setBigUint64(24, BigInt(body.length / RECORD_BYTES))
  const bytes = concat(header, filter, body)
  return concat(bytes, digest('sha256', bytes))
}

/** A segment on disk: its filter in memory, its records read when asked. */
export class Segment {
  readonly from: number
  readonly to: number
  readonly path: string
  readonly records: number
  readonly filter: BloomFilter
  readonly #files: LedgerFiles
  readonly #start: number

  private constructor(files: LedgerFiles, path: string, view: DataView, filter: BloomFilter) {
    this.#files = files
    this.path = path
    this.from = Number(view.getBigUint64(8))
    this.to = Number(view.getBigUint64(16))
    this.records = Number(view.getBigUint64(24))
    this.filter = filter
    this.#start = HEADER_BYTES + filter.bits.length
  }

  /** `null` when the file is not a whole segment. */
  static open(files: LedgerFiles, path: string): Segment | null {
    const bytes = files.read(path)
    const end = bytes.length - 32
    if (end < HEADER_BYTES || !equalBytes(bytes.subarray(0, 4), MAGIC)) return null
    if (!equalBytes(digest('sha256', bytes.subarray(0, end)), bytes.subarray(end))) return null
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    const filter = new BloomFilter(0, bytes.slice(HEADER_BYTES, HEADER_BYTES + view.getUint32(4)))
    return new Segment(files, path, view, filter)
  }

  /** Indices of entries whose keys equal this one's six bytes; the caller compares the entries themselves. */
  find({ high, low }: IndexKey): number[] {
    const found: number[] = []
    for (let at = this.#firstAtLeast(high); at < this.records; at += READ_RECORDS) {
      const view = this.read(at, READ_RECORDS)
      for (let i = 0; i < view.byteLength; i += RECORD_BYTES) {
        const here = view.getUint32(i)
        if (here > high) return found
        if (here === high && view.getUint16(i + 4) === low) {
          found.push(view.getUint8(i + 6) * 2 ** 32 + view.getUint32(i + 7))
        }
      }
    }
    return found
  }

  /** Records from `first` on, at most `count`. */
  read(first: number, count: number): DataView {
    const length = Math.min(count, this.records - first) * RECORD_BYTES
    const bytes = this.#files.read(this.path, this.#start + first * RECORD_BYTES, length)
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  /** Keys are evenly spread, so that a guess by proportion is near; whoever chose them to clash makes it a bisection. */
  #firstAtLeast(high: number): number {
    let low = 0
    let end = this.records
    for (let round = 0; end - low > READ_RECORDS; round++) {
      const guess = low + Math.floor((high / 2 ** 32) * (end - low)) - READ_RECORDS / 2
      const middle = round === 0 ? Math.max(low, Math.min(guess, end - READ_RECORDS)) : Math.floor((low + end) / 2)
      const view = this.read(middle, READ_RECORDS)
      if (view.getUint32(0) >= high) end = middle
      else low = middle + 1
      const last = view.byteLength - RECORD_BYTES
      if (view.getUint32(last) >= high) end = Math.min(end, middle + READ_RECORDS)
      else low = Math.max(low, middle + last / RECORD_BYTES + 1)
    }
    return low
  }
}
