/** One entry bundle in memory: its bytes as stored, and where each entry is. One entry is cut out without touching the others. */
import type { Bytes } from '@mingzheng/kernel'
import { TILE_WIDTH } from '@mingzheng/proof'
import { ledgerFailure } from '../failure-codes.ts'

export class Bundle {
  readonly bytes: Bytes
  /** Where each entry's length stands; the last is the end. */
  readonly #starts: number[] = [0]

  /** Reads the first `width` entries. Throws `log-corrupt` when there are fewer. */
  constructor(bytes: Bytes, width: number) {
    this.bytes = bytes
    for (let at = 0; this.#starts.length <= width; ) {
      if (at + 2 > bytes.length) throw ledgerFailure('log-corrupt', 'an entry bundle is cut off')
      at += 2 + bytes[at]! * 256 + bytes[at + 1]!
      if (at > bytes.length) throw ledgerFailure('log-corrupt', 'an entry bundle is cut off')
      this.#starts.push(at)
    }
  }

  /** A copy of one entry, `at` counting from the bundle's first. */
  entry(at: number): Bytes {
    return this.bytes.slice(this.#starts[at]! + 2, this.#starts[at + 1]!)
  }

  /** The bytes of the bundle of the first `width` entries. */
  prefix(width: number): Bytes {
    return width === TILE_WIDTH ? this.bytes : this.bytes.subarray(0, this.#starts[width]!)
  }
}
