/**
 * Hands transactions over to CometBFT one after the other, in their order, and waits while it is not there. Holds so many bytes at
 * most: who hands over more waits. Not durable, as CometBFT's own memory is not: the gateway hands over again.
 */
import type { Bytes } from '@mingzheng/kernel'
import { ledgerFailure } from '../../failure-codes.ts'
import { RpcError } from './comet-rpc.ts'

const MOST_BYTES = 32 * 1024 * 1024

export interface OutboxOptions {
  /** `null` when CometBFT took it, else why the application refused it; throws when CometBFT is not there or takes no more. */
  readonly broadcast: (transaction: Bytes) => Promise<string | null>
  readonly retryMs: number
  /** A transaction that the application refused, or that CometBFT finds too long. */
  readonly refused: (why: string) => void
}

export class Outbox {
  readonly #options: OutboxOptions
  #queue: Bytes[] = []
  #bytes = 0
  #sending: Promise<void> | null = null
  #closed = false
  #wake: (() => void) | null = null
  #room: (() => void)[] = []

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#queue.length
  }

  /** Resolves when the transaction is held here. Throws `ledger-closed`. */
  async add(transaction: Bytes): Promise<void> {
    while (!this.#closed && this.#bytes > 0 && this.#bytes + transaction.length > MOST_BYTES) {
      await new Promise<void>((resolve) => this.#room.push(resolve))
    }
    if (this.#closed) throw ledgerFailure('ledger-closed', 'the engine has stopped')
    // The same object handed over again while it still waits here would only be told that it is known.
    if (this.#queue.includes(transaction)) return
    this.#queue.push(transaction)
    this.#bytes += transaction.length
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null
    })
  }

  /** Forgets what is held: all of it is handed over again, in its order. */
  forget(): void {
    this.#queue = []
    this.#bytes = 0
    for (const waiter of this.#room.splice(0)) waiter()
  }

  /** Forgets what is held and takes no more. */
  async close(): Promise<void> {
    this.#closed = true
    this.#wake?.()
    await this.#sending
    this.forget()
  }

  async #send(): Promise<void> {
    while (!this.#closed && this.#queue.length > 0) {
      const transaction = this.#queue[0]!
      try {
        const why = await this.#options.broadcast(transaction)
        if (why !== null) this.#options.refused(why)
      } catch (error) {
        if (!(error instanceof RpcError && error.message.includes('Tx too large'))) {
          await this.#pause()
          continue
        }
        this.#options.refused('it is too long')
      }
      // It may have been forgotten meanwhile.
      if (this.#queue[0] !== transaction) continue
      this.#queue.shift()
      this.#bytes -= transaction.length
      for (const waiter of this.#room.splice(0)) waiter()
    }
  }

  #pause(): Promise<void> {
    if (this.#closed) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#options.retryMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
