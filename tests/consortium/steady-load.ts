/** Items that go on being given to members' gateways while things happen to them; what a gateway did not answer is given again. */
import { setTimeout as pause } from 'node:timers/promises'
import { toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import type { LedgerItem } from '@mingzheng/ledger'
import type { FiveNodes, MemberId } from './five-nodes.ts'

export interface LoadOptions {
  readonly seed: string
  /** Items of one call. */
  readonly items?: number
  /** Pause between two calls of a member, milliseconds. */
  readonly everyMs?: number
}

export class SteadyLoad {
  /** In the order in which each gateway accepted them. */
  readonly accepted = new Map<MemberId, string[]>()
  readonly #five: FiveNodes
  readonly #options: LoadOptions
  readonly #random: (length: number) => Uint8Array
  #running: Promise<void>[] = []
  #going = false

  constructor(five: FiveNodes, options: LoadOptions) {
    this.#five = five
    this.#options = options
    this.#random = seededRandom(options.seed)
  }

  /** Fresh items, the same for the same seed. */
  items(count: number): LedgerItem[] {
    return Array.from({ length: count }, () => ({
      id: this.#random(16),
      contract: 'evidence',
      method: 'fix',
      arguments: { c: this.#random(32), s: this.#random(32), n: this.#random(32) },
    }))
  }

  /** Gives items to a member until it accepts them, whatever happens to it meanwhile. */
  async give(member: MemberId, items: readonly LedgerItem[], going = () => true): Promise<void> {
    while (going()) {
      try {
        const standings = await (await this.#five.client(member)).submit(items)
        const refused = standings.find(({ kind }) => kind === 'refused')
        if (refused !== undefined) throw new Refused(JSON.stringify(refused))
        const ids = this.accepted.get(member) ?? []
        this.accepted.set(member, ids)
        for (const { id } of items) ids.push(toHex(id))
        return
      } catch (error) {
        if (error instanceof Refused) throw error
        await pause(100)
      }
    }
  }

  start(...members: MemberId[]): void {
    const { items = 20, everyMs = 300 } = this.#options
    this.#going = true
    this.#running = members.map(async (member) => {
      while (this.#going) {
        await this.give(member, this.items(items))
        await pause(everyMs)
      }
    })
  }

  /** Ends when what was begun is accepted. */
  async stop(): Promise<void> {
    this.#going = false
    await Promise.all(this.#running)
    this.#running = []
  }

  get count(): number {
    return [...this.accepted.values()].reduce((sum, ids) => sum + ids.length, 0)
  }
}

class Refused extends Error {}
