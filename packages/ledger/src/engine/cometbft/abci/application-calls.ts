/**
 * ABCI 2.0 in terms of the ledger's application. CometBFT hears only of blocks that are committed: one that was executed and whose
 * Commit never came is asked for again, so that CometBFT is never asked for results that it did not keep.
 */
import { timestampMs } from '@bufbuild/protobuf/wkt'
import { type Bytes, isRefusal } from '@mingzheng/kernel'
import { ledgerFailure } from '../../../failure-codes.ts'
import { storageCode, storageStall } from '../../../storage/ledger-files.ts'
import type { Application, Block, Misbehaviour, StallReason } from '../../engine.ts'
import { MisbehaviorType } from '../generated/tendermint/abci/types_pb.js'
import { decodeLedgerTime, encodeLedgerTime } from '../ledger-time-transaction.ts'
import type { Position } from '../position-ring.ts'
import type { TransactionCache } from '../transaction-cache.ts'
import type { AbciRequest, AbciResponse } from './abci-server.ts'
import { BatchOrder } from './batch-order.ts'
import { answerSnapshots } from './snapshot-calls.ts'

type Asked<Case extends AbciRequest['case']> = Extract<AbciRequest, { case: Case }>['value']

export interface ApplicationCallsOptions {
  readonly application: Application
  readonly chainId: string
  readonly cache: TransactionCache
  readonly retryMs: number
  readonly keepBlocks: number
  readonly committed: (position: Position) => void
  readonly misbehaved: (found: Misbehaviour) => void
  /** CometBFT has begun afresh, with nothing in its memory. */
  readonly forgotten: () => void
  /** A proposal of another member that is not voted for. */
  readonly refused: (height: number, why: string) => void
}

const REPLAYED = 'transaction-replayed'
/** Field number and length before a transaction in a block's protobuf: 1 + at most 4 bytes. */
const TRANSACTION_OVERHEAD = 5
/**
 * A block is executed, and judged before that, within the time that members give a proposer; a longer one under load would be
 * refused round after round (measured). So many bytes of transactions end it; a longer transaction stands alone.
 */
const PROPOSED_BYTES = 1024 * 1024
const PROCESS = { accept: 1, reject: 2 } as const

export class ApplicationCalls {
  readonly #options: ApplicationCallsOptions
  readonly #order: BatchOrder
  #committed: Position
  #finalized: (Position & { readonly transactions: readonly Bytes[] }) | null = null
  /** Why the application could not do what it was last asked. */
  #stall: StallReason | null = null
  #closed = false
  /** When something of a snapshot came last, or was first waited for. */
  #chunkAt = performance.now()
  #wake: (() => void) | null = null
  /** Blocks to be kept at the next commit, instead of those of the options. */
  #keepOnce: number | null = null

  constructor(options: ApplicationCallsOptions) {
    this.#options = options
    this.#order = new BatchOrder(options.application)
    this.#committed = options.application.info()
    if (this.#committed.height > 0) options.committed(this.#committed)
  }

  get committed(): Position {
    return this.#committed
  }

  get stall(): StallReason | null {
    return this.#stall
  }

  /** Has the next commit let CometBFT forget all but so many blocks, of which every member must hold the rest. */
  keepOnce(blocks: number): void {
    this.#keepOnce = blocks
  }

  /** How long nothing of a snapshot has come, milliseconds. */
  lastChunkMs(now: number): number {
    return now - this.#chunkAt
  }

  /** Counts afresh. */
  begin(now: number): void {
    this.#chunkAt = now
  }

  /** Ends the waiting for a disk that refuses: the call fails, the block comes again at the next start. */
  close(): void {
    this.#closed = true
    this.#wake?.()
  }

  readonly handle = (request: AbciRequest): AbciResponse | Promise<AbciResponse> => {
    switch (request.case) {
      case 'echo':
        return { case: 'echo', value: { message: request.value.message } }
      case 'flush':
        return { case: 'flush', value: {} }
      case 'query':
        return { case: 'query', value: { code: 1, log: 'ask the member, not its engine' } }
      case 'info':
        this.#order.forget()
        this.#options.forgotten()
        return this.#info()
      case 'initChain':
        return this.#initChain(request.value)
      case 'checkTx':
        return this.#checkTx(request.value)
      case 'prepareProposal':
        return this.#prepare(request.value)
      case 'processProposal':
        return this.#process(request.value)
      case 'extendVote':
        return { case: 'extendVote', value: {} }
      case 'verifyVoteExtension':
        return { case: 'verifyVoteExtension', value: { status: PROCESS.reject } }
      case 'finalizeBlock':
        return this.#finalize(request.value)
      case 'commit':
        return this.#commit()
      case 'listSnapshots':
      case 'offerSnapshot':
      case 'loadSnapshotChunk':
      case 'applySnapshotChunk':
        return answerSnapshots(this.#options.application.snapshots, request, this.#committed.height, () => {
          this.#chunkAt = performance.now()
          this.#committed = this.#options.application.info()
        })
    }
  }

  #info(): AbciResponse {
    const { height, appHash } = this.#committed
    const value = { data: 'mingzheng', appVersion: 1n, lastBlockHeight: BigInt(height), lastBlockAppHash: appHash }
    return { case: 'info', value }
  }

  #initChain({ chainId }: Asked<'initChain'>): AbciResponse {
    if (chainId !== this.#options.chainId) {
      throw ledgerFailure('engine-start', `CometBFT begins the chain ${chainId}, not ${this.#options.chainId}`)
    }
    return { case: 'initChain', value: { appHash: this.#committed.appHash } }
  }

  #checkTx({ tx }: Asked<'checkTx'>): AbciResponse {
    const transaction = this.#options.cache.same(tx)
    const refused = this.#refusal(transaction) ?? this.#order.arrived(transaction)
    return { case: 'checkTx', value: refused === null ? { code: 0 } : { code: 1, log: refused.detail } }
  }

  /** Why a transaction may not be ordered; ledger time is for proposers to state. */
  #refusal(transaction: Bytes): { code: string; detail: string } | null {
    if (decodeLedgerTime(transaction) !== null) return { code: 'transaction-malformed', detail: 'a ledger time' }
    return this.#options.application.check(transaction)
  }

  #prepare({ txs, maxTxBytes }: Asked<'prepareProposal'>): AbciResponse {
    const proposed = this.#options.application.propose()
    if ('stalled' in proposed) {
      // A block without a time is voted for by nobody, this member included: the next proposer has the turn.
      this.#stall = proposed.stalled
      return { case: 'prepareProposal', value: { txs: [] } }
    }
    this.#stall = null
    const chosen = [encodeLedgerTime(proposed)]
    let room = Number(maxTxBytes) - chosen[0]!.length - TRANSACTION_OVERHEAD
    let bytesProposed = 0
    const isInOrder = this.#order.block()
    for (const bytes of txs) {
      const transaction = this.#options.cache.same(bytes)
      room -= transaction.length + TRANSACTION_OVERHEAD
      bytesProposed += transaction.length
      if (room < 0 || (chosen.length > 1 && bytesProposed > PROPOSED_BYTES)) break
      // What was replayed while it waited goes into the block all the same: only so it leaves CometBFT's memory.
      const refused = this.#refusal(transaction)
      if (refused === null ? isInOrder(transaction) : refused.code === REPLAYED) chosen.push(transaction)
    }
    return { case: 'prepareProposal', value: { txs: chosen } }
  }

  #process({ txs, height }: Asked<'processProposal'>): AbciResponse {
    const why = this.#objection(Number(height), txs)
    if (why !== null) this.#options.refused(Number(height), why)
    return { case: 'processProposal', value: { status: why === null ? PROCESS.accept : PROCESS.reject } }
  }

  #objection(height: number, txs: readonly Bytes[]): string | null {
    const stated = txs[0] === undefined ? null : decodeLedgerTime(txs[0])
    if (stated === null) return 'it states no ledger time'
    const transactions = txs.slice(1).map((bytes) => this.#options.cache.same(bytes))
    const judged = this.#options.application.judge({ height, ...stated, transactions })
    if (isRefusal(judged)) return judged.detail
    const isInOrder = this.#order.block()
    for (const [i, transaction] of transactions.entries()) {
      const refused = this.#refusal(transaction)
      if (refused === null && !isInOrder(transaction))
        return `its transaction ${i} stands before what it is to come after`
      if (refused !== null && refused.code !== REPLAYED) return `its transaction ${i}: ${refused.detail}`
    }
    return null
  }

  async #finalize({ txs, height, misbehavior }: Asked<'finalizeBlock'>): Promise<AbciResponse> {
    const stated = txs[0] === undefined ? null : decodeLedgerTime(txs[0])
    if (stated === null) throw ledgerFailure('transaction-malformed', `block ${height} states no ledger time`)
    const { application, cache, misbehaved } = this.#options
    const transactions = txs.slice(1).map((bytes) => cache.same(bytes))
    const misbehaviour = misbehavior.flatMap(misbehaviourOf)
    const found = misbehaviour.length === 0 ? {} : { misbehaviour }
    const block: Block = { height: Number(height), ...stated, transactions, ...found }
    const appHash = await this.#persistently(() => application.finalize(block))
    this.#finalized = { height: block.height, appHash, transactions }
    for (const one of misbehaviour) misbehaved(one)
    const validatorUpdates = (application.voters?.() ?? []).map(({ publicKey, power }) => ({
      pubKey: { sum: { case: 'ed25519' as const, value: publicKey } },
      power: BigInt(power),
    }))
    return { case: 'finalizeBlock', value: { txResults: txs.map(() => ({ code: 0 })), appHash, validatorUpdates } }
  }

  async #commit(): Promise<AbciResponse> {
    const finalized = this.#finalized
    if (finalized === null) throw ledgerFailure('journal-corrupt', 'a Commit came without a block')
    const { application, keepBlocks, cache, committed } = this.#options
    const { retainFrom } = await this.#persistently(() => application.commit())
    const { height, appHash } = finalized
    this.#committed = { height, appHash }
    this.#finalized = null
    this.#order.executed(finalized.transactions)
    cache.forget(finalized.transactions)
    committed(this.#committed)
    const keep = this.#keepOnce ?? keepBlocks
    this.#keepOnce = null
    const retainHeight = Math.max(0, Math.min(retainFrom, height + 1 - keep))
    return { case: 'commit', value: { retainHeight: BigInt(retainHeight) } }
  }

  /** A disk that refuses is asked again until it does not; whatever else the application throws is final. */
  async #persistently<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const done = await call()
        this.#stall = null
        return done
      } catch (error) {
        if (this.#closed || !isOfStorage(error)) throw error
        this.#stall = storageStall(error)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, this.#options.retryMs)
          this.#wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
        if (this.#closed) throw error
      }
    }
  }
}

const MISBEHAVIOUR: { readonly [type: number]: Misbehaviour['kind'] } = {
  [MisbehaviorType.DUPLICATE_VOTE]: 'double-vote',
  [MisbehaviorType.LIGHT_CLIENT_ATTACK]: 'light-client-attack',
}

function misbehaviourOf({
  type,
  validator,
  height,
  time,
}: Asked<'finalizeBlock'>['misbehavior'][number]): Misbehaviour[] {
  const kind = MISBEHAVIOUR[type]
  if (kind === undefined || validator === undefined) return []
  const address = new Uint8Array(validator.address)
  return [{ kind, address, height: Number(height), time: time === undefined ? 0 : timestampMs(time) }]
}

function isOfStorage(error: unknown): boolean {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  if (storageCode(error) !== 'storage-fault') return true
  // Errors of the operating system and of SQLite, and those that were named already.
  return code === 'storage-fault' || errcode !== undefined || (typeof code === 'string' && /^E[A-Z]+$/.test(code))
}
