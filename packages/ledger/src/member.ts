/**
 * A member of a ledger: executes blocks, appends their entries to the log, keeps the state, and answers with the app hash
 * `H(domain, size, both roots, state digest)`. What the engine drives; engines only order.
 */
import { join } from 'node:path'
import { type Bytes, concat, equalBytes, type Refusal, refuse, toHex } from '@mingzheng/kernel'
import { actorOf, decodeEntry } from '@mingzheng/proof'
import { appHash } from './app-hash.ts'
import { executeBlock, type ItemOutcome, newestBatchKey } from './contract/execute.ts'
import { LEDGER_NAMESPACE } from './contract/runtime.ts'
import { keysUnder, readState, StateLayer } from './contract/state.ts'
import { StateDigest } from './contract/state-digest.ts'
import type {
  Application,
  Block,
  BlockRefusalCode,
  SnapshotPort,
  StallReason,
  TransactionPlace,
  VoterChange,
} from './engine/engine.ts'
import { ledgerFailure } from './failure-codes.ts'
import { genesisEntry } from './genesis.ts'
import { idKey } from './id-key.ts'
import { Log } from './log/log.ts'
import { LookupIndex } from './log/lookup-index.ts'
import type { MemberOptions } from './member-options.ts'
import { decodePosition, encodePosition, type Position } from './position.ts'
import { type Adoption, SnapshotIntake } from './snapshot/snapshot-intake.ts'
import { SnapshotShelf } from './snapshot/snapshot-shelf.ts'
import { storageStall } from './storage/ledger-files.ts'
import { StateStore, type StoredRefusal } from './storage/state-store.ts'
import type { Transaction } from './transaction.ts'
import type { TreeHeads } from './witness.ts'

/** A settlement makes everything durable and lets the engine forget; between two, blocks are executed again after a crash. */
const SETTLE_BLOCKS = 64
const SETTLE_ENTRIES = 65_536
const POSITION = 'position'
/** A new member must find its chunks for as long as it takes to fetch them. */
const SNAPSHOTS_KEPT = 4

export class Member implements Application {
  readonly log: Log
  readonly index: LookupIndex
  readonly #options: MemberOptions
  readonly #store: StateStore
  #digest: StateDigest
  readonly #shelf: SnapshotShelf
  readonly #intake: SnapshotIntake
  /** A snapshot is coming in: the log grows, and the position waits. */
  #taking = false
  #state: StateLayer
  /** Layers of settlements that did not succeed yet, oldest first; the present layer stands on the last. */
  #unsettled: StateLayer[] = []
  #refusals: StoredRefusal[] = []
  /** Refusals of such settlements. */
  #told: StoredRefusal[] = []
  #settling: Promise<void> | null = null
  #recentlyRefused = new Map<string, StoredRefusal>()
  #height: number
  #settledHeight: number
  #settledSize: number
  #time: number
  #finalized: {
    block: Block
    outcomes: readonly ItemOutcome[]
    voters: readonly VoterChange[]
  } | null = null
  #turn: Promise<unknown> = Promise.resolve()
  #idle: NodeJS.Timeout | null = null
  #closed = false

  private constructor(options: MemberOptions, store: StateStore, position: Position) {
    this.#options = options
    this.#store = store
    this.#state = new StateLayer(store)
    options.runtime.refresh(store)
    this.#digest = new StateDigest(position.vector)
    this.#height = position.height
    this.#settledHeight = position.height
    this.#settledSize = position.log.size
    this.#time = position.time
    const { files, retryMs } = options
    const faulty = (error: unknown) => options.stalled(error === null ? null : storageStall(error))
    this.log = new Log({ files, folder: join(options.folder, 'log'), retryMs, faulty }, position.log)
    this.index = new LookupIndex(options.files, join(options.folder, 'index'))
    this.index.load(position.log.size, (index) => this.log.entry(index))
    const { folder, beginning } = options
    const { log, index } = this
    this.#shelf = new SnapshotShelf({ files, folder, log, keep: SNAPSHOTS_KEPT, breathe })
    this.#intake = new SnapshotIntake({
      folder,
      origin: beginning.origin,
      log,
      index,
      isFresh: () => this.#height === 0,
      latest: () => options.time.latest(),
      begin: () => {
        this.#taking = true
      },
      adopt: (adoption) => this.#exclusively(() => this.#adopt(adoption)),
      taken: (done, chunks) => options.taking?.(done, chunks),
      breathe,
    })
  }

  /** Opens the member's folder at its last settlement, or begins a log. Throws `ledger-other-genesis`, `log-corrupt`, `storage-*`. */
  static async open(options: MemberOptions): Promise<Member> {
    const store = StateStore.open(options.folder)
    try {
      const stored = store.meta(POSITION)
      if (stored !== undefined) {
        const position = decodePosition(stored)
        const { origin, actor } = options.beginning
        if (position.origin !== origin) {
          throw ledgerFailure('ledger-other-genesis', `the folder holds the ledger ${position.origin}`)
        }
        const member = new Member(options, store, position)
        // Who began a log cannot change: who has the log pinned would see a stranger.
        if (idKey(decodeEntry(member.log.entry(0)).actor) !== idKey(actor)) {
          throw ledgerFailure('ledger-other-genesis', 'the folder holds a log that somebody else began')
        }
        return member
      }
      return await Member.#begin(options, store)
    } catch (error) {
      store.close()
      throw error
    }
  }

  static async #begin(options: MemberOptions, store: StateStore): Promise<Member> {
    const { origin, policy, actor, previous, founding } = options.beginning
    const now = founding ?? options.time.propose(0)
    if ('stalled' in now) throw ledgerFailure('storage-fault', now.stalled.detail)
    const { time } = now
    const empty = { size: 0, sha256: [], sm3: [] }
    const vector = new StateDigest().vector()
    const member = new Member(options, store, { origin, height: 0, time, log: empty, vector })
    const entry = genesisEntry({ origin, policy, time, actor, previous, document: founding?.digest })
    member.log.append(entry.bytes)
    member.index.add(0, entry)
    await member.#settle()
    return member
  }

  /** Snapshots of the state and the log, given and taken. */
  get snapshots(): SnapshotPort {
    const [shelf, intake] = [this.#shelf, this.#intake]
    return {
      list: async () => shelf.list(),
      load: async (height, format, chunk) => shelf.load(height, format, chunk),
      offer: async (snapshot, hash) => intake.offer(snapshot, hash),
      apply: (index, chunk) => intake.apply(index, chunk),
    }
  }

  /** The newest first. */
  get snapshotHeights(): readonly number[] {
    return this.#shelf.list().map(({ height }) => height)
  }

  /** Settles and takes a snapshot of it now; answers with its height. For backups. */
  async takeSnapshot(): Promise<number> {
    await this.#exclusively(async () => {
      // One may be under way, of an earlier block.
      for (let i = 0; i < 2 && this.#height > this.#settledHeight; i++) await this.#settleNow()
      if (this.#height > this.#settledHeight)
        throw ledgerFailure('storage-fault', 'the present state cannot be settled')
    })
    return this.#shelf.take()
  }

  get height(): number {
    return this.#height
  }

  get settledHeight(): number {
    return this.#settledHeight
  }

  /** Ledger time of the last block, or of genesis. */
  get lastTime(): number {
    return this.#time
  }

  get heads(): TreeHeads {
    return { size: this.log.size, root: { sha256: this.log.trees.sha256.root(), sm3: this.log.trees.sm3.root() } }
  }

  /** State as of the last block; for questions, not for writing. */
  get state(): StateLayer {
    return this.#state
  }

  /** A contract's keys that begin so, as of the last block, in order. */
  keys(contract: string, prefix: string): string[] {
    return keysUnder(contract, prefix, this.#store, [...this.#unsettled, this.#state])
  }

  /** Index at which an actor's id stands, or `null`. */
  indexOf(id: Bytes, actorId: Bytes): number | null {
    const stands = (index: number) => {
      const entry = decodeEntry(this.log.entry(index))
      return equalBytes(entry.actor, actorId) && equalBytes(entry.id, id)
    }
    return this.index.byId(id).find(stands) ?? null
  }

  /** The refusal of an actor's id that was executed and left no trace, or `null`. */
  refusal(id: Bytes, actorId: Bytes): StoredRefusal | null {
    return this.#recentlyRefused.get(idKey(actorId) + idKey(id)) ?? this.#store.refusal(concat(actorId, id))
  }

  info(): { height: number; appHash: Bytes } {
    return { height: this.#height, appHash: this.#appHash() }
  }

  check(bytes: Bytes): Refusal | null {
    try {
      const transaction = this.#options.reader.read(bytes)
      if (transaction.chain !== this.#options.beginning.origin)
        return refuse('transaction-chain', 'the transaction is of another ledger')
      if (!this.#options.reader.holds(transaction))
        return refuse('transaction-signature', 'the signature does not hold')
      // The first item that is not on the ledger ends the search: a fresh transaction costs one look-up.
      const actorId = actorOf({ algorithm: 'ed25519', bytes: transaction.actor })
      return transaction.items.every(({ id }) => this.indexOf(id, actorId) !== null)
        ? refuse('transaction-replayed', 'everything in the transaction is on the ledger already')
        : null
    } catch (error) {
      return refuse('transaction-malformed', (error as Error).message)
    }
  }

  place(bytes: Bytes): TransactionPlace | null {
    let transaction: Transaction
    try {
      transaction = this.#options.reader.read(bytes)
    } catch {
      return null
    }
    const { actor, id, batch } = transaction
    if (batch === null) return null
    const newest = readState(this.#state, LEDGER_NAMESPACE, newestBatchKey(actor)) as Bytes | undefined
    return {
      gateway: toHex(actor),
      id: toHex(id),
      after: batch.after === null ? null : toHex(batch.after),
      newest: newest === undefined ? null : toHex(newest),
    }
  }

  propose(): { time: number; clockStep: number } | { stalled: StallReason } {
    return this.#options.time.propose(this.#time)
  }

  judge(block: Block): Refusal<BlockRefusalCode> | null {
    if (block.height !== this.#height + 1) return refuse('block-height', `height ${this.#height + 1} is next`)
    return this.#options.time.judge(block.time, this.#time)
  }

  finalize(block: Block): Promise<Bytes> {
    return this.#exclusively(async () => {
      // The engine asks again when taking the block failed after its execution.
      if (this.#height === block.height) return this.#appHash()
      if (block.height !== this.#height + 1) {
        throw ledgerFailure('journal-corrupt', `block ${block.height} came where ${this.#height + 1} was next`)
      }
      const { runtime, reader, beginning } = this.#options
      const { entries, outcomes, layer, voters } = await executeBlock({
        block,
        chain: beginning.origin,
        runtime,
        reader,
        state: this.#state,
        size: this.log.size,
        ledgerActor: beginning.actor,
        indexOf: (id, actorId) => this.indexOf(id, actorId),
        breathe,
      })
      const changed = [...layer.differences()]
      // From here on nothing reads the disk: it happens whole or, in a crash, comes again.
      for (const { key, before, after } of changed) this.#digest.change(key, before, after)
      this.#state.absorb(layer)
      runtime.refresh(this.#state)
      for (const [i, entry] of entries.entries()) {
        this.index.add(this.log.size, entry)
        this.log.append(entry.bytes)
        if (i % 256 === 255) await breathe()
      }
      for (const outcome of outcomes) if (outcome.kind === 'refused') this.#refuse(outcome)
      this.#height = block.height
      this.#time = block.time
      this.#options.time.taken(block.clockStep)
      this.#finalized = { block, outcomes, voters }
      return this.#appHash()
    })
  }

  voters(): readonly VoterChange[] {
    return this.#finalized?.voters ?? []
  }

  commit(): Promise<{ retainFrom: number }> {
    return this.#exclusively(async () => {
      await this.log.room()
      if (this.#finalized !== null) {
        const { block, outcomes, voters } = this.#finalized
        this.#finalized = null
        this.#options.committed(block, outcomes)
        this.#options.grown(this.heads)
        if (this.#isSnapshotDue(block.height, voters.length > 0)) await this.#settleForSnapshot()
      }
      const blocks = this.#height - this.#settledHeight
      const entries = this.log.size - this.#settledSize
      if (blocks >= SETTLE_BLOCKS || entries >= SETTLE_ENTRIES) {
        const settling = this.#settleNow()
        // Falling too far behind would make the next start slow.
        if (blocks >= 4 * SETTLE_BLOCKS || entries >= 4 * SETTLE_ENTRIES) await settling
      }
      this.#settleLater()
      return { retainFrom: this.#settledHeight + 1 }
    })
  }

  /** The same heights on every member: a newcomer then finds each snapshot with several of them. */
  #isSnapshotDue(height: number, votersChanged: boolean): boolean {
    const { snapshotBlocks } = this.#options
    return snapshotBlocks !== undefined && (votersChanged || height % snapshotBlocks === 0)
  }

  async #settleForSnapshot(): Promise<void> {
    // One may be under way, of an earlier block.
    await this.#settling
    await this.#settleNow()
    // A disk that refused leaves this height without.
    if (this.#settledHeight === this.#height) this.#shelf.takeSoon()
  }

  /** Settles and closes. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#idle !== null) clearTimeout(this.#idle)
    await this.#exclusively(async () => {
      await this.#shelf.close()
      this.#intake.close()
      // Half a snapshot is no position: it begins again.
      if (this.#taking) return
      // A fault here costs no more than work at the next start: the engine has every block since the last settlement.
      // So does a block that the engine did not have committed: it may not have kept its results yet, and must give it again.
      if (this.#finalized !== null) return
      await this.#settleNow()
      if (this.#height > this.#settledHeight || this.log.size > this.#settledSize) await this.#settleNow()
      await this.index.persist(true).catch(() => undefined)
    })
    this.log.close()
    await this.index.close()
    this.#store.close()
  }

  /** Becomes what a snapshot says, in one settlement. */
  async #adopt({ height, time, vector, changes }: Adoption): Promise<void> {
    await this.#settling
    const { origin } = this.#options.beginning
    const log = this.log.state
    const settled = await this.log.settle()
    const position = { origin, height, time, log, vector }
    this.#store.settle({ changes, refusals: [], meta: { [POSITION]: encodePosition(position) } })
    settled()
    this.#state = new StateLayer(this.#store)
    this.#digest = new StateDigest(vector)
    this.#options.runtime.refresh(this.#store)
    this.#height = height
    this.#settledHeight = height
    this.#settledSize = log.size
    this.#time = time
    this.#taking = false
    await this.index.persist(true)
    this.#options.settled(height)
    this.#options.grown(this.heads)
  }

  #refuse({ id, actorId, refusal }: Extract<ItemOutcome, { kind: 'refused' }>): void {
    const stored = { item: concat(actorId, id), code: refusal.code, detail: refusal.detail }
    this.#refusals.push(stored)
    this.#recentlyRefused.set(idKey(stored.item), stored)
  }

  #appHash(): Bytes {
    const { size, root } = this.heads
    return appHash(size, root, this.#digest.digest())
  }

  /** Settles what there is now, one settlement at a time, while later blocks are executed. Faults are told and tried again. */
  #settleNow(): Promise<void> {
    this.#settling ??= this.#settle()
      .then(
        () => this.#options.stalled(null),
        (error) => this.#options.stalled(storageStall(error)),
      )
      .finally(() => {
        this.#settling = null
      })
    return this.#settling
  }

  async #settle(): Promise<void> {
    // All of this is of one instant, between two blocks.
    const { origin } = this.#options.beginning
    const log = this.log.state
    const position = { origin, height: this.#height, time: this.#time, log, vector: this.#digest.vector() }
    const state = this.#state
    this.#state = new StateLayer(state)
    this.#unsettled.push(state)
    const layers = [...this.#unsettled]
    const refusals = this.#refusals
    this.#refusals = []
    this.#told.push(...refusals)
    const settled = await this.log.settle()
    const changes = new Map(layers.flatMap((layer) => [...layer.changes]))
    this.#store.settle({ changes, refusals: this.#told, meta: { [POSITION]: encodePosition(position) } })
    settled()
    // What was written to the layers stands in the store now, and they are empty names for it.
    this.#unsettled = this.#unsettled.filter((layer) => !layers.includes(layer))
    ;(this.#unsettled[0] ?? this.#state).rebase(this.#store)
    this.#told = []
    this.#recentlyRefused = new Map(this.#refusals.map((refusal) => [idKey(refusal.item), refusal]))
    this.#settledHeight = position.height
    this.#settledSize = log.size
    this.#options.settled(position.height)
    await this.index.persist(false)
    this.index.mergeAhead(breathe)
  }

  #settleLater(): void {
    if (this.#idle !== null) clearTimeout(this.#idle)
    if (this.#closed) return
    this.#idle = setTimeout(() => {
      this.#idle = null
      void this.#exclusively(async () => {
        // With a block that is executed and not committed, the commit comes here again.
        if (this.#closed || this.#finalized !== null) return
        if (this.#height === this.#settledHeight && this.log.size === this.#settledSize) return
        await this.#settleNow()
        if (this.#height > this.#settledHeight) this.#settleLater()
      })
    }, this.#options.idleMs)
  }

  /** One thing at a time: a settlement must not see half a block. */
  #exclusively<T>(task: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(task)
    this.#turn = mine.catch(() => undefined)
    return mine
  }
}

/** Lets timers, sockets and other work run. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
