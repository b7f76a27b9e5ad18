/**
 * Sends accepted items: gathers them, stores which go together, signs, hands over to the engine, and hands over again what
 * does not come back. Accepted items never leave it but by being executed.
 */
import { type Bytes, concat, digest, type Signer, utf8 } from '@mingzheng/kernel'
import { packItems } from '../batch-items.ts'
import type { Engine } from '../engine/engine.ts'
import type { StallBoard } from '../stall-board.ts'
import type { Journal } from '../storage/journal.ts'
import { storageStall } from '../storage/ledger-files.ts'
import { signBatch } from '../transaction.ts'
import type { TransactionReader } from '../transaction-reader.ts'
import type { HeldItem } from './held-item.ts'
import { encodeRecord } from './records.ts'

export interface SenderOptions {
  readonly chain: string
  readonly signer: Signer
  readonly journal: Journal
  readonly engine: Engine
  readonly reader: TransactionReader
  readonly stalls: StallBoard
  /** Longest that an item waits for company, milliseconds. */
  readonly gatherMs: number
  /** Items under one signature. */
  readonly batchItems: number
  readonly retryMs: number
  /** After so long without being executed a batch is handed over again. */
  readonly resendMs: number
}

const BATCH_BYTES = 900 * 1024
const BATCH_ID_DOMAIN = utf8('mingzheng batch v1\n')

interface Sent {
  bytes: Bytes
  readonly id: Bytes
  readonly items: readonly HeldItem[]
  /** What it names as going before it; `null` when that was executed, or nothing waited. */
  after: Sent | null
  /** Rounds of the resend timer that it has seen. */
  rounds: number
  /** Such rounds since what goes before it was executed. */
  free: number
}

const isDone = ({ items }: Sent) => items.every((held) => held.done)

export class Sender {
  readonly #options: SenderOptions
  #queue: HeldItem[] = []
  #timer: NodeJS.Timeout | null = null
  #chain: Promise<void> = Promise.resolve()
  readonly #sent = new Set<Sent>()
  #newest: Sent | null = null
  readonly #resend: NodeJS.Timeout
  #closed = false
  #wake: (() => void) | null = null

  constructor(options: SenderOptions) {
    this.#options = options
    this.#resend = setInterval(() => this.#sendAgain(), options.resendMs)
    this.#resend.unref()
    options.engine.whenForgotten?.(() => {
      for (const sent of this.#sent) this.#handOver(sent)
    })
  }

  /** Takes accepted items, in the order of their numbers. */
  add(items: readonly HeldItem[]): void {
    this.#queue.push(...items)
    while (this.#queue.length >= this.#options.batchItems) this.#compose()
    if (this.#queue.length > 0) {
      this.#timer ??= setTimeout(() => {
        this.#timer = null
        while (this.#queue.length > 0) this.#compose()
      }, this.#options.gatherMs)
    }
  }

  /** Sends a batch whose composition is stored already. */
  sendStored(items: readonly HeldItem[]): void {
    this.#chain = this.#chain.then(() => this.#send(items))
  }

  /** Stops sending; what is under way is finished. */
  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#resend)
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#wake?.()
    await this.#chain
  }

  #compose(): void {
    if (this.#closed) {
      this.#queue = []
      return
    }
    const items: HeldItem[] = []
    for (let bytes = 0; items.length < this.#options.batchItems; ) {
      const next = this.#queue[items.length]
      if (next === undefined) break
      bytes += next.bytes.length
      if (items.length > 0 && bytes > BATCH_BYTES) break
      items.push(next)
    }
    this.#queue = this.#queue.slice(items.length)
    const record = encodeRecord({ kind: 'batch', first: items[0]!.number, last: items.at(-1)!.number })
    const stored = this.#options.journal.append(record)
    // Somebody listens in time; this only keeps an early failure from counting as unheard.
    stored.catch(() => undefined)
    this.#chain = this.#chain.then(() => this.#send(items, stored, record))
  }

  async #send(items: readonly HeldItem[], stored?: Promise<unknown>, record?: Bytes): Promise<void> {
    for (let storing = stored; ; ) {
      try {
        await storing
        break
      } catch (error) {
        if (this.#closed || record === undefined) return
        this.#options.stalls.set('batch', storageStall(error))
        await this.#pause()
        storing = this.#options.journal.append(record)
      }
    }
    this.#options.stalls.set('batch', null)
    for (;;) {
      if (this.#closed) return
      try {
        const after = this.#newest !== null && !isDone(this.#newest) ? this.#newest : null
        const sent = { ...(await this.#sign(items, after)), items, after, rounds: 0, free: 0 }
        this.#options.stalls.set('sender', null)
        this.#newest = sent
        this.#sent.add(sent)
        await this.#options.engine.submit(sent.bytes)
        return
      } catch (error) {
        this.#options.stalls.set('sender', { code: 'signer-fault', detail: (error as Error).message })
        await this.#pause()
      }
    }
  }

  async #sign(items: readonly HeldItem[], after: Sent | null): Promise<{ bytes: Bytes; id: Bytes }> {
    const { chain, signer, reader } = this.#options
    const encoded = items.map((held) => held.bytes)
    const id = digest('sha256', concat(BATCH_ID_DOMAIN, ...encoded)).slice(0, 16)
    const { bytes, ...signed } = await signBatch(chain, signer, id, packItems(items), after?.id ?? null)
    reader.adopt(bytes, { ...signed, items: items.map(({ item }) => item) })
    return { bytes, id }
  }

  #sendAgain(): void {
    for (const sent of this.#sent) {
      if (isDone(sent)) {
        sent.after = null
        this.#sent.delete(sent)
        continue
      }
      if (sent.after !== null && isDone(sent.after)) sent.free++
      if (sent.rounds++ === 0) continue
      // Its turn came and it did not: somebody else with this key may have sent what the ledger remembers now. Nothing goes before it any more.
      if (sent.free > 1) void this.#release(sent)
      else this.#handOver(sent)
    }
  }

  async #release(sent: Sent): Promise<void> {
    try {
      sent.bytes = (await this.#sign(sent.items, null)).bytes
      sent.after = null
      this.#handOver(sent)
    } catch (error) {
      this.#options.stalls.set('sender', { code: 'signer-fault', detail: (error as Error).message })
    }
  }

  #handOver(sent: Sent): void {
    this.#options.engine.submit(sent.bytes).catch(() => undefined)
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
