/** What the ledger says of itself and its members, read as it grows: every entry once, those of items left out. */
import { decodeEntry } from '@mingzheng/proof'
import type { FiveNodes, MemberId } from './five-nodes.ts'

export type LedgerEntry = ReturnType<typeof decodeEntry>

export class LogReader {
  readonly #five: FiveNodes
  readonly #at: MemberId
  readonly #kept: LedgerEntry[] = []
  #read = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(five: FiveNodes, at: MemberId) {
    this.#five = five
    this.#at = at
  }

  /** Entries of a kind, witnessed by now. */
  async of(kind: string): Promise<readonly LedgerEntry[]> {
    const mine = this.#turn.then(() => this.#follow())
    this.#turn = mine.catch(() => undefined)
    await mine
    return this.#kept.filter((entry) => entry.kind === kind)
  }

  async #follow(): Promise<void> {
    const ledger = await this.#five.client(this.#at)
    const { witnessedSize } = await ledger.status()
    for (const { index, entry } of await ledger.entries(this.#read, witnessedSize - this.#read)) {
      this.#read = index + 1
      const decoded = decodeEntry(entry)
      if (decoded.kind !== 'evidence.fix') this.#kept.push(decoded)
    }
  }
}
