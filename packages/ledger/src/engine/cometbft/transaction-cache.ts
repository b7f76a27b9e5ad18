/**
 * One object for each transaction, however often CometBFT sends its bytes: what has been decoded and judged at CheckTx is not
 * decoded and judged again when the block is proposed and executed.
 */
import { type Bytes, digest, toHex } from '@mingzheng/kernel'

export class TransactionCache {
  readonly #mostBytes: number
  readonly #known = new Map<string, Bytes>()
  readonly #keys = new WeakMap<Bytes, string>()
  #bytes = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /** The object with this content that was seen first, if it is still kept. */
  same(transaction: Bytes): Bytes {
    const key = toHex(digest('sha256', transaction))
    const known = this.#known.get(key)
    if (known !== undefined) return known
    // A field of a message is a window on the whole message, which must not stay.
    const own = transaction.byteLength === transaction.buffer.byteLength ? transaction : transaction.slice()
    this.#known.set(key, own)
    this.#keys.set(own, key)
    this.#bytes += own.length
    for (const [oldest, { length }] of this.#known) {
      if (this.#bytes <= this.#mostBytes || oldest === key) break
      this.#known.delete(oldest)
      this.#bytes -= length
    }
    return own
  }

  /** Lets go of transactions that will not come again: what they decode to takes many times their bytes. */
  forget(transactions: readonly Bytes[]): void {
    for (const transaction of transactions) {
      const key = this.#keys.get(transaction)
      if (key !== undefined && this.#known.delete(key)) this.#bytes -= transaction.length
    }
  }
}
