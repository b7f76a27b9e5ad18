/** The newest records of the look-up index in memory: columns that a segment takes over as they are, and a hash table on them. */
import type { IndexKey, Records } from './segment.ts'

const SMALLEST = 1024

export class RecentRecords {
  #high = new Uint32Array(SMALLEST)
  #low = new Uint16Array(SMALLEST)
  #index = new Float64Array(SMALLEST)
  #isId = new Uint8Array(SMALLEST)
  /** Next record of the same bucket, plus one; 0 ends. */
  #next = new Int32Array(SMALLEST)
  #heads = new Int32Array(SMALLEST)
  #count = 0

  add({ high, low }: IndexKey, index: number, isId: boolean): void {
    if (this.#count === this.#high.length) this.#grow()
    const at = this.#count++
    this.#high[at] = high
    this.#low[at] = low
    this.#index[at] = index
    this.#isId[at] = isId ? 1 : 0
    this.#link(at)
  }

  /** Indices of entries with this key, ascending. */
  find({ high, low }: IndexKey, isId: boolean): number[] {
    const found: number[] = []
    for (let at = this.#heads[high & (this.#heads.length - 1)]! - 1; at >= 0; at = this.#next[at]! - 1) {
      if (this.#high[at] === high && this.#low[at] === low && this.#isId[at] === (isId ? 1 : 0)) {
        found.push(this.#index[at]!)
      }
    }
    return found.reverse()
  }

  /** Views on the columns; valid until the next `add`. */
  records(): Records {
    const end = this.#count
    return {
      high: this.#high.subarray(0, end),
      low: this.#low.subarray(0, end),
      index: this.#index.subarray(0, end),
      isId: this.#isId.subarray(0, end),
    }
  }

  clear(): void {
    this.#count = 0
    this.#heads.fill(0)
  }

  #link(at: number): void {
    const bucket = this.#high[at]! & (this.#heads.length - 1)
    this.#next[at] = this.#heads[bucket]!
    this.#heads[bucket] = at + 1
  }

  #grow(): void {
    const size = this.#high.length * 4
    const high = new Uint32Array(size)
    const low = new Uint16Array(size)
    const index = new Float64Array(size)
    const isId = new Uint8Array(size)
    high.set(this.#high)
    low.set(this.#low)
    index.set(this.#index)
    isId.set(this.#isId)
    this.#high = high
    this.#low = low
    this.#index = index
    this.#isId = isId
    this.#next = new Int32Array(size)
    this.#heads = new Int32Array(size)
    for (let at = 0; at < this.#count; at++) this.#link(at)
  }
}
