/**
 * The embedded engine: one process, one member, no consensus. Appends each block to a journal, syncs it, and only then has
 * it executed. A fault of the disk or the clock stops it by name; it tries again until the fault is gone.
 */
import { type Bytes, isRefusal } from '@mingzheng/kernel'
import { ledgerFailure } from '../failure-codes.ts'
import { Journal } from '../storage/journal.ts'
import { type LedgerFiles, storageStall } from '../storage/ledger-files.ts'
import { decodeBlock, encodeBlock } from './block-codec.ts'
import type { Application, Block, Engine, StallReason } from './engine.ts'

export interface EmbeddedEngineOptions {
  readonly files: LedgerFiles
  /** Where the journal of blocks is. */
  readonly folder: string
  /** Pause before a stalled engine tries again, milliseconds. */
  readonly retryMs: number
}

/** A block ends at so many bytes of transactions; a longer transaction stands alone. */
const BLOCK_BYTES = 1 << 20

export class EmbeddedEngine implements Engine {
  readonly #options: EmbeddedEngineOptions
  #journal: Journal | null = null
  /** Height to the number of its frame, for blocks that the application may ask for again. */
  #frames = new Map<number, number>()
  #queue: Bytes[] = []
  #stall: StallReason | null = null
  #wake: (() => void) | null = null
  #stopping = false
  #loop: Promise<void> | null = null

  constructor(options: EmbeddedEngineOptions) {
    this.#options = options
  }

  /** Throws `journal-corrupt` when a block that the application lacks is not there. */
  async start(application: Application): Promise<void> {
    const { journal, frames } = Journal.open(this.#options.files, this.#options.folder)
    this.#journal = journal
    // A height can stand twice when its first writing failed and persisted all the same: the later one was executed.
    const blocks = new Map<number, Block>()
    for (const { number, payload } of frames) {
      const block = decodeBlock(payload)
      blocks.set(block.height, block)
      this.#frames.set(block.height, number)
    }
    const heights = [...blocks.keys()].sort((a, b) => a - b)
    for (const height of heights) {
      const { height: have } = application.info()
      if (height <= have) continue
      if (height !== have + 1) throw ledgerFailure('journal-corrupt', `block ${have + 1} is not in the journal`)
      await application.finalize(blocks.get(height)!)
      const { retainFrom } = await application.commit()
      this.forget(retainFrom)
    }
    this.#loop = this.#run(application)
  }

  async submit(transaction: Bytes): Promise<void> {
    if (this.#stopping) throw ledgerFailure('ledger-closed', 'the engine has stopped')
    this.#queue.push(transaction)
    this.#wake?.()
  }

  stalled(): StallReason | null {
    return this.#stall
  }

  async stop(): Promise<void> {
    this.#stopping = true
    this.#wake?.()
    await this.#loop
    await this.#journal?.close()
  }

  async #run(application: Application): Promise<void> {
    while (!this.#stopping) {
      if (this.#queue.length === 0) {
        await this.#sleep(null)
        continue
      }
      const taken = this.#take()
      const valid = taken.filter((transaction) => application.check(transaction) === null)
      if (valid.length > 0 && !(await this.#order(application, valid))) {
        this.#queue.unshift(...taken)
        return
      }
    }
  }

  #take(): Bytes[] {
    const taken: Bytes[] = []
    for (let bytes = 0; this.#queue.length > 0; ) {
      bytes += this.#queue[0]!.length
      if (taken.length > 0 && bytes > BLOCK_BYTES) break
      taken.push(this.#queue.shift()!)
    }
    return taken
  }

  /** Whether the block was ordered and executed; `false` only when the engine is stopping. */
  async #order(application: Application, transactions: readonly Bytes[]): Promise<boolean> {
    const block = await this.#durably(application, transactions)
    if (block === null) return false
    // It is durable and will be executed, now or at the next start.
    for (;;) {
      try {
        await application.finalize(block)
        const { retainFrom } = await application.commit()
        this.#stall = null
        this.forget(retainFrom)
        return true
      } catch (error) {
        if (this.#stopping) return true
        await this.#stallOn(error)
      }
    }
  }

  /** The block once it is on disk. Each attempt states its own time, since time goes on while a disk is full. */
  async #durably(application: Application, transactions: readonly Bytes[]): Promise<Block | null> {
    while (!this.#stopping) {
      const proposal = application.propose()
      if ('stalled' in proposal) {
        this.#stall = proposal.stalled
        await this.#sleep(this.#options.retryMs)
        continue
      }
      const block = { height: application.info().height + 1, ...proposal, transactions }
      const refused = application.judge(block)
      if (isRefusal(refused)) {
        this.#stall = { code: 'clock-behind', detail: refused.detail }
        await this.#sleep(this.#options.retryMs)
        continue
      }
      try {
        this.#frames.set(block.height, await this.#journal!.append(encodeBlock(block)))
        return block
      } catch (error) {
        await this.#stallOn(error)
      }
    }
    return null
  }

  async #stallOn(error: unknown): Promise<void> {
    this.#stall = storageStall(error)
    await this.#sleep(this.#options.retryMs)
  }

  /** Blocks below this height are never asked for again. Also told between commits, when the application had time. */
  forget(retainFrom: number): void {
    if (this.#journal === null) return
    let oldest = this.#journal.next
    for (const [height, number] of this.#frames) {
      if (height < retainFrom) this.#frames.delete(height)
      else oldest = Math.min(oldest, number)
    }
    this.#journal.drop(oldest)
  }

  /** Until something is handed over (`null`), or for so long; a stop ends either. */
  async #sleep(ms: number | null): Promise<void> {
    if (this.#stopping) return
    await new Promise<void>((resolve) => {
      const timer = ms === null ? null : setTimeout(resolve, ms)
      this.#wake = () => {
        if (ms !== null && !this.#stopping) return
        if (timer !== null) clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = null
  }
}
