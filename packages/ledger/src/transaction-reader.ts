/** Reads and judges transactions once: a node's own gateway hands over what it has in decoded form anyhow. */
import type { Bytes } from '@mingzheng/kernel'
import { decodeTransaction, type Transaction, transactionHolds } from './transaction.ts'

export class TransactionReader {
  readonly #decoded = new WeakMap<Bytes, Transaction>()
  readonly #judged = new WeakMap<Transaction, boolean>()

  /** Remembers what these very bytes (the object, not its content) decode to; for who has just encoded them. */
  adopt(bytes: Bytes, transaction: Transaction): void {
    this.#decoded.set(bytes, transaction)
  }

  /** Throws `transaction-malformed`. */
  read(bytes: Bytes): Transaction {
    let transaction = this.#decoded.get(bytes)
    if (transaction === undefined) {
      transaction = decodeTransaction(bytes)
      this.#decoded.set(bytes, transaction)
    }
    return transaction
  }

  /** Whether the actor signed it; judged once for each transaction that `read` gave. */
  holds(transaction: Transaction): boolean {
    let holds = this.#judged.get(transaction)
    if (holds === undefined) {
      holds = transactionHolds(transaction)
      this.#judged.set(transaction, holds)
    }
    return holds
  }
}
