/**
 * This node's own copies of the ledgers that it follows: whole, checked entry by entry, and there whatever becomes of the others.
 * A court looks up foreign certificates in them without asking anybody.
 */
import { join } from 'node:path'
import { LightCopy, type MemberLedger } from '@mingzheng/ledger'
import type { ConsortiumPolicy } from '@mingzheng/proof'
import { chainKey } from './chain-key.ts'
import { chainRecords } from './view.ts'

export interface ChainCopiesOptions {
  readonly ledger: Pick<MemberLedger, 'read'>
  readonly folder: string
  readonly readAt: (address: string) => Promise<Uint8Array>
  readonly everyMs: number
  onError(error: unknown, origin: string): void
}

export class ChainCopies {
  readonly #options: ChainCopiesOptions
  readonly #copies = new Map<string, LightCopy>()
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> | null = null
  #stopped = false

  constructor(options: ChainCopiesOptions) {
    this.#options = options
  }

  /** Origins with a copy that holds something. */
  get origins(): string[] {
    return [...this.#copies].flatMap(([origin, copy]) => (copy.size > 0 ? origin : []))
  }

  of(origin: string): LightCopy | null {
    const copy = this.#copies.get(origin)
    return copy === undefined || copy.size === 0 ? null : copy
  }

  /** Opens what is there and follows what is registered, from now on. */
  start(): void {
    this.#open()
    this.#later(0)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#running?.catch(() => undefined)
    for (const copy of this.#copies.values()) await copy.close()
  }

  #later(ms: number): void {
    if (this.#stopped) return
    this.#timer = setTimeout(() => {
      this.#running = this.#round().finally(() => this.#later(this.#options.everyMs))
    }, ms)
  }

  #open(): void {
    const records = chainRecords(this.#options.ledger)
    for (const origin of records.origins) {
      if (this.#copies.has(origin)) continue
      try {
        // The one that the members voted for; the copy follows its successors by itself.
        const first = records.chain(origin)!.policies.findLast(({ since }) => since === null)!
        this.#copies.set(origin, this.#copyOf(origin, records.document(first.id)!))
      } catch (error) {
        this.#options.onError(error, origin)
      }
    }
  }

  #copyOf(origin: string, policy: ConsortiumPolicy): LightCopy {
    const { folder, readAt } = this.#options
    const sources = policy.members.flatMap(({ id, url }) =>
      url === undefined ? [] : [{ id, read: (path: string) => readAt(`${url}/log/${path}`) }],
    )
    return LightCopy.open({ folder: join(folder, chainKey(origin)), policy, sources })
  }

  async #round(): Promise<void> {
    this.#open()
    const records = chainRecords(this.#options.ledger)
    for (const [origin, copy] of this.#copies) {
      if (this.#stopped || records.chain(origin)?.state !== 'followed') continue
      await copy.follow().catch((error: unknown) => this.#options.onError(error, origin))
    }
  }
}
