/**
 * That the transactions of a gateway are ordered as it sent them. CometBFT's memory is lost when it is started again, and what members
 * tell each other comes over several connections: without this a later one could be proposed before an earlier one. What comes before
 * its turn is not taken; a member that has it all the same does not propose it, and votes for no proposal with it.
 */
import { type Bytes, type Refusal, refuse } from '@mingzheng/kernel'
import type { Application } from '../../engine.ts'

export class BatchOrder {
  readonly #application: Application
  /** By gateway, ids that CometBFT was allowed to take into its memory and that are not executed. */
  readonly #waiting = new Map<string, Set<string>>()

  constructor(application: Application) {
    this.#application = application
  }

  /** Why CometBFT may not take a transaction into its memory; `null` when it may. */
  arrived(transaction: Bytes): Refusal<'transaction-early'> | null {
    const place = this.#application.place?.(transaction) ?? null
    if (place === null) return null
    const { gateway, id, after, newest } = place
    const waiting = this.#waiting.get(gateway) ?? new Set()
    if (after !== null && after !== newest && !waiting.has(after)) {
      return refuse('transaction-early', 'what it is to come after is not known here')
    }
    this.#waiting.set(gateway, waiting.add(id))
    return null
  }

  /** For the transactions of one block, in their order: whether what each is to come after stands before it. Those on the ledger already have no say. */
  block(): (transaction: Bytes) => boolean {
    const newestHere = new Map<string, string>()
    return (transaction) => {
      const place = this.#application.place?.(transaction) ?? null
      if (place === null) return true
      const { gateway, id, after, newest } = place
      if (after !== null && after !== (newestHere.get(gateway) ?? newest)) return false
      newestHere.set(gateway, id)
      return true
    }
  }

  /** A block was committed. */
  executed(transactions: readonly Bytes[]): void {
    if (this.#waiting.size === 0) return
    for (const transaction of transactions) {
      const place = this.#application.place?.(transaction) ?? null
      if (place === null) continue
      const waiting = this.#waiting.get(place.gateway)
      waiting?.delete(place.id)
      if (waiting?.size === 0) this.#waiting.delete(place.gateway)
    }
  }

  /** CometBFT's memory is empty. */
  forget(): void {
    this.#waiting.clear()
  }
}
