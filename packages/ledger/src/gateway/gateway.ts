/**
 * The gateway: what officers and monitors want fixed becomes durable here, goes to the engine in signed batches, and is
 * followed until it is witnessed. Believes only what the member has executed. The same id twice is one effect.
 */
import { type Bytes, isRefusal, type Refusal, refuse, type Signer } from '@mingzheng/kernel'
import { actorOf, decodeEntry } from '@mingzheng/proof'
import type { ItemOutcome } from '../contract/execute.ts'
import type { ContractRuntime } from '../contract/runtime.ts'
import type { Block, Engine } from '../engine/engine.ts'
import { type ItemRefusalCode, ledgerFailure } from '../failure-codes.ts'
import { idKey } from '../id-key.ts'
import type { LedgerItem, Standing, WaitOptions } from '../ledger-client.ts'
import type { Member } from '../member.ts'
import type { StallBoard } from '../stall-board.ts'
import { Journal, type JournalFrame } from '../storage/journal.ts'
import { type LedgerFiles, storageStall } from '../storage/ledger-files.ts'
import { copyItem, decodeItem, encodeItem } from '../transaction.ts'
import type { TransactionReader } from '../transaction-reader.ts'
import { type HeldFrame, type HeldItem, heldStanding, type Waiter } from './held-item.ts'
import { encodeRecord } from './records.ts'
import { recoverRecords } from './recover.ts'
import { Sender } from './sender.ts'

export interface GatewayOptions {
  readonly files: LedgerFiles
  readonly folder: string
  readonly chain: string
  readonly signer: Signer
  readonly runtime: ContractRuntime
  readonly reader: TransactionReader
  readonly member: Member
  readonly engine: Engine
  readonly stalls: StallBoard
  /** Entries under the newest witnessed checkpoint. */
  readonly witnessedSize: () => number
  readonly gatherMs: number
  readonly batchItems: number
  readonly retryMs: number
  readonly resendMs: number
  /** Items held at most; more are not accepted. */
  readonly mostHeld: number
}

export class Gateway {
  readonly #options: GatewayOptions
  readonly #actorId: Bytes
  readonly #journal: Journal
  readonly #sender: Sender
  readonly #held = new Map<string, HeldItem>()
  #frames: HeldFrame[] = []
  #ordered: HeldItem[] = []
  readonly #others = new Map<string, Waiter[]>()
  #next = 0
  #probe: NodeJS.Timeout | null = null
  #closed = false

  private constructor(options: GatewayOptions, journal: Journal) {
    this.#options = options
    this.#actorId = actorOf(options.signer.publicKey)
    this.#journal = journal
    this.#sender = new Sender({ ...options, journal })
  }

  /** Opens the gateway's journal and takes up what was accepted; nothing is sent before `start`. Throws `journal-corrupt`. */
  static open(options: GatewayOptions): { gateway: Gateway; start: () => void } {
    const { journal, frames } = Journal.open(options.files, options.folder)
    const gateway = new Gateway(options, journal)
    return { gateway, start: () => gateway.#resume(frames) }
  }

  /** Items accepted and not yet witnessed. */
  get waiting(): number {
    return this.#held.size
  }

  /** Index at which an id of this gateway's organisation stands, or `null`. */
  indexOf(id: Bytes): number | null {
    return this.#options.member.indexOf(id, this.#actorId)
  }

  async submit(given: readonly LedgerItem[]): Promise<Standing[]> {
    this.#requireOpen()
    const items = given.map(copyItem)
    const encoded = items.map(encodeItem)
    const denied = new Map<string, Refusal<ItemRefusalCode> | null>()
    const refusals = items.map((item) => this.#preflight(item, denied))
    if (this.#held.size + items.length > this.#options.mostHeld) {
      throw ledgerFailure('ledger-busy', `${this.#held.size} items are waiting`, { remedy: 'try again in a moment' })
    }
    const fresh: HeldItem[] = []
    const frame: HeldFrame = { number: -1, remaining: 0, height: 0 }
    const answers = items.map((item, i): HeldItem | Standing => {
      const refusal = refusals[i]!
      if (refusal !== null) return { kind: 'refused', id: item.id, refusal }
      const held = this.#held.get(idKey(item.id))
      if (held !== undefined) {
        if (sameBytes(held.bytes, encoded[i]!)) return held
        const taken = refuse<ItemRefusalCode>('id-taken', 'another item with this id is waiting', { field: 'id' })
        return { kind: 'refused', id: item.id, refusal: taken }
      }
      const logged = this.#logged(item.id)
      if (logged !== null) return logged
      const one = this.#hold(item, encoded[i]!, frame)
      fresh.push(one)
      return one
    })
    if (fresh.length > 0) await this.#accept(fresh, frame)
    await Promise.all(answers.map((answer) => ('durable' in answer ? answer.durable : undefined)))
    return answers.map((answer) => ('durable' in answer ? this.#standingOf(answer) : answer))
  }

  standing(id: Bytes): Standing | null {
    const held = this.#held.get(idKey(id))
    if (held !== undefined) return heldStanding(held)
    const logged = this.#logged(id)
    if (logged !== null) return logged
    const refused = this.#options.member.refusal(id, this.#actorId)
    if (refused === null) return null
    return { kind: 'refused', id, refusal: refuse(refused.code as ItemRefusalCode, refused.detail) }
  }

  /** Resolves at `kind` or beyond. */
  async wait(id: Bytes, kind: 'ordered' | 'witnessed', { signal, timeoutMs = 30_000 }: WaitOptions): Promise<Standing> {
    this.#requireOpen()
    signal?.throwIfAborted()
    const now = this.standing(id)
    if (now === null) throw ledgerFailure('ledger-not-found', 'this ledger has accepted no item with that id')
    if (now.kind === 'refused') throw refusedFailure(now.refusal)
    if (now.kind === 'witnessed' || now.kind === kind) return now
    const key = idKey(id)
    const held = this.#held.get(key)
    const waiters = held?.waiters ?? this.#others.get(key) ?? []
    if (held === undefined) this.#others.set(key, waiters)
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
        const at = waiters.indexOf(waiter)
        if (at >= 0) waiters.splice(at, 1)
      }
      const waiter: Waiter = {
        kind,
        resolve(standing) {
          leave()
          resolve(standing)
        },
        reject(error) {
          leave()
          reject(error)
        },
      }
      const abort = () => waiter.reject(signal?.reason)
      const late = () => waiter.reject(ledgerFailure('ledger-wait-timeout', `not ${kind} after ${timeoutMs} ms`))
      const timer = setTimeout(late, timeoutMs)
      signal?.addEventListener('abort', abort, { once: true })
      waiters.push(waiter)
    })
  }

  /** A block was executed. */
  committed(block: Block, outcomes: readonly ItemOutcome[]): void {
    const refused: HeldItem[] = []
    // Outcomes of one batch share the object: most of a block is of other gateways.
    let actorId: Bytes | null = null
    let isOwn = false
    for (const outcome of outcomes) {
      if (outcome.actorId !== actorId) {
        actorId = outcome.actorId
        isOwn = sameBytes(actorId, this.#actorId)
      }
      if (!isOwn) continue
      const held = this.#held.get(idKey(outcome.id))
      if (held === undefined || held.done) continue
      held.done = true
      held.frame.remaining--
      held.frame.height = block.height
      if (outcome.kind === 'refused') {
        refused.push(held)
        continue
      }
      const time = outcome.kind === 'entered' ? block.time : this.#timeAt(outcome.index)
      held.ordered = { index: outcome.index, time }
      this.#ordered.push(held)
      settleWaiters(held.waiters, { kind: 'ordered', id: held.item.id, index: outcome.index, time })
    }
    if (refused.length > 0) this.#refused(refused)
  }

  /** The trust policy believes a checkpoint of this size. */
  witnessed(size: number): void {
    let done = 0
    for (const held of this.#ordered) {
      const { index, time } = held.ordered!
      if (index >= size) break
      done++
      this.#held.delete(held.key)
      settleWaiters(held.waiters, { kind: 'witnessed', id: held.item.id, index, time, size })
    }
    this.#ordered = this.#ordered.slice(done)
    for (const [key, waiters] of this.#others) {
      const standing = this.standing(Uint8Array.from(key, (character) => character.charCodeAt(0)))
      if (standing !== null) settleWaiters(waiters, standing)
      if (waiters.length === 0) this.#others.delete(key)
    }
  }

  /** Blocks up to this height are durable in the member: what they executed need not be kept here. */
  settled(height: number): void {
    while (this.#frames[0] !== undefined && this.#frames[0].remaining === 0 && this.#frames[0].height <= height) {
      this.#frames.shift()
    }
    const oldest = this.#frames[0]
    if (oldest === undefined) this.#journal.drop(this.#journal.next)
    else if (oldest.number >= 0) this.#journal.drop(oldest.number)
  }

  /** Stops sending and closes the journal; idempotent. Accepted items go on at the next start. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#probe !== null) clearTimeout(this.#probe)
    const closed = ledgerFailure('ledger-closed', 'the ledger was closed')
    for (const { waiters } of this.#held.values()) for (const { reject } of [...waiters]) reject(closed)
    for (const waiters of this.#others.values()) for (const { reject } of [...waiters]) reject(closed)
    await this.#sender.close()
    await this.#journal.close()
  }

  #resume(frames: readonly JournalFrame[]): void {
    const recovered = recoverRecords(frames)
    this.#next = recovered.next
    const held = new Map<number, HeldItem>()
    let frame: HeldFrame | undefined
    for (const { number, bytes, frame: at } of recovered.items) {
      const item = decodeItem(bytes)
      if (this.indexOf(item.id) !== null || this.#held.has(idKey(item.id))) continue
      if (frame?.number !== at) {
        frame = { number: at, remaining: 0, height: 0 }
        this.#frames.push(frame)
      }
      const one = this.#hold(item, bytes, frame, number)
      one.accepted = true
      held.set(number, one)
    }
    for (const { first, last } of recovered.batches) {
      const items: HeldItem[] = []
      for (let number = first; number <= last; number++) {
        const one = held.get(number)
        if (one !== undefined) items.push(one)
        held.delete(number)
      }
      if (items.length > 0) this.#sender.sendStored(items)
    }
    this.#sender.add([...held.values()])
  }

  #hold(item: LedgerItem, bytes: Bytes, frame: HeldFrame, number = this.#next++): HeldItem {
    const key = idKey(item.id)
    const durable = Promise.resolve()
    const one = { item, key, bytes, number, frame, durable, accepted: false, done: false, ordered: null, waiters: [] }
    this.#held.set(key, one)
    frame.remaining++
    return one
  }

  async #accept(fresh: readonly HeldItem[], frame: HeldFrame): Promise<void> {
    const record = encodeRecord({ kind: 'items', first: fresh[0]!.number, items: fresh.map(({ bytes }) => bytes) })
    this.#frames.push(frame)
    const durable = this.#journal.append(record).then(
      (number) => {
        frame.number = number
        for (const held of fresh) held.accepted = true
        this.#sender.add(fresh)
      },
      (error) => {
        // It may be found on disk at the next start: then it is accepted late, which does no harm.
        for (const { key } of fresh) this.#held.delete(key)
        this.#frames = this.#frames.filter((one) => one !== frame)
        this.#watchDisk(error)
        throw error
      },
    )
    for (const held of fresh) held.durable = durable
    await durable
  }

  /** Says so until the journal takes writes again. */
  #watchDisk(error: unknown): void {
    this.#options.stalls.set('gateway', storageStall(error))
    if (this.#probe !== null || this.#closed) return
    this.#probe = setTimeout(() => {
      this.#probe = null
      this.#journal.append(encodeRecord({ kind: 'probe' })).then(
        () => this.#options.stalls.set('gateway', null),
        (again) => this.#watchDisk(again),
      )
    }, this.#options.retryMs)
  }

  /** What can be refused before it costs anybody anything. */
  #preflight(item: LedgerItem, denied: Map<string, Refusal<ItemRefusalCode> | null>): Refusal<ItemRefusalCode> | null {
    const { runtime, member, signer } = this.#options
    // The member executes this very object later.
    const call = runtime.prepare(item, true)
    if (isRefusal(call)) return call
    const name = `${item.contract}.${item.method}`
    let refusal = denied.get(name)
    if (refusal === undefined) {
      const by = { actor: signer.publicKey.bytes, time: member.lastTime }
      refusal = runtime.refusePermission(call, item, by, member.state)
      denied.set(name, refusal)
    }
    return refusal
  }

  #refused(items: readonly HeldItem[]): void {
    const tell = () => {
      for (const held of items) {
        this.#held.delete(held.key)
        const refused = this.#options.member.refusal(held.item.id, this.#actorId)
        const error = refusedFailure(
          refuse((refused?.code ?? 'contract-refused') as ItemRefusalCode, refused?.detail ?? ''),
        )
        for (const { reject } of [...held.waiters]) reject(error)
      }
    }
    // Told only when it is sure not to be tried again: who hears of a refusal may act on it.
    this.#journal.append(encodeRecord({ kind: 'refused', numbers: items.map(({ number }) => number) })).then(tell, tell)
  }

  #logged(id: Bytes): Standing | null {
    const index = this.indexOf(id)
    if (index === null) return null
    const size = this.#options.witnessedSize()
    const time = this.#timeAt(index)
    return index < size ? { kind: 'witnessed', id, index, time, size } : { kind: 'ordered', id, index, time }
  }

  #standingOf(held: HeldItem): Standing {
    return heldStanding(held) ?? this.standing(held.item.id) ?? { kind: 'accepted', id: held.item.id }
  }

  #timeAt(index: number): number {
    return decodeEntry(this.#options.member.log.entry(index)).time
  }

  #requireOpen(): void {
    if (this.#closed) throw ledgerFailure('ledger-closed', 'the ledger is closed')
  }
}

/** Resolves the waiters that wanted no more than this. */
function settleWaiters(waiters: Waiter[], standing: Standing): void {
  if (waiters.length === 0) return
  const far = waiters.filter(({ kind }) => standing.kind === 'witnessed' || kind === standing.kind)
  for (const { resolve } of far) resolve(standing)
}

function refusedFailure({ code, detail }: Refusal<ItemRefusalCode>) {
  return ledgerFailure('ledger-item-refused', `${code}: ${detail}`)
}

function sameBytes(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
