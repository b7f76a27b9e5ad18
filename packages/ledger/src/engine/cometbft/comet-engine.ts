/**
 * The engine of a consortium: one CometBFT node a member, which orders; this process serves it the application over ABCI 2.0.
 * Supervises the process, believes only inclusion, says in words why nothing is ordered, and stops for good when this member's
 * state is not that of the others.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bytes, type Clock, publicKeyOf, systemClock } from '@mingzheng/kernel'
import { ledgerFailure } from '../../failure-codes.ts'
import type { Application, Engine, Misbehaviour, StallReason } from '../engine.ts'
import { AbciServer } from './abci/abci-server.ts'
import { ApplicationCalls } from './abci/application-calls.ts'
import { believedHeight, compare, type PeerPositions } from './agreement.ts'
import { cometAddress, peerAddress } from './comet-configuration.ts'
import { renewConfiguration, writeCometHome } from './comet-files.ts'
import type { CometHome, CometKeys, CometPeer } from './comet-home.ts'
import { type CometLine, finalReason, needsRestart, saysFull } from './comet-lines.ts'
import { CometProcess } from './comet-process.ts'
import { CometRpc } from './comet-rpc.ts'
import { requireVersion } from './comet-version.ts'
import { type Compaction, compactBlocks, engineBytes } from './compaction.ts'
import { firstVote } from './first-vote.ts'
import { readHalt, writeHalt } from './halt-mark.ts'
import { LightDoor } from './light-door.ts'
import { Outbox } from './outbox.ts'
import { type Position, PositionRing } from './position-ring.ts'
import { TransactionCache } from './transaction-cache.ts'
import { look, NOTHING_SEEN, Patience, type Sight, Silence, type Votes } from './watcher.ts'

export interface CometEngineOptions {
  readonly home: CometHome
  /** Absolute path of `cometbft` v0.38. */
  readonly binary: string
  readonly keys: CometKeys
  /**
   * Asks every other member for the positions that it holds from a height on (`positions` of its engine, over the network);
   * who does not answer is left out. Without it only CometBFT's own checks find a member that disagrees.
   */
  readonly peerPositions?: (from: number) => Promise<readonly PeerPositions[]>
  /** Asks every other member for the height that it has reached; who does not answer is left out. */
  readonly peerHeights?: () => Promise<readonly number[]>
  /** Only for the note of a halt. Default: the system's. */
  readonly clock?: Clock
  /** What an operator should read. */
  readonly log?: (line: CometLine) => void
  /** Called once when this member halts. */
  readonly halted?: (reason: StallReason) => void
  /** Another member signed two different things at one height; called on every member, again after a replay. */
  readonly misbehaved?: (found: Misbehaviour) => void
  /** Called after each committed block. */
  readonly committed?: (position: Position) => void
  readonly tuning?: CometTuning
}

export interface CometTuning {
  /** Pause before a failed call of the application is made again, milliseconds. Default 500. */
  readonly retryMs?: number
  /** The node and the peers are looked at so often, milliseconds. Default 1,000. */
  readonly watchMs?: number
  /** First pause before CometBFT is started again; doubles up to 32 times. Default 250. */
  readonly restartMs?: number
  /** Blocks kept for members that come back. Default 1,000. */
  readonly keepBlocks?: number
  /** With fewer than a quorum here for so long CometBFT is started afresh: by itself it stops calling its peers. Default 300,000. */
  readonly lonelyMs?: number
}

export type { CometHome, CometKeys, CometLine, PeerPositions, Position }

/** For the health page and metrics. */
export interface CometStatus {
  readonly state: 'stopped' | 'starting' | 'running' | 'halted'
  readonly chainId: string
  /** Of the last committed block. */
  readonly height: number
  readonly appHash: Bytes
  readonly catchingUp: boolean
  /** Transactions that wait here to be ordered. */
  readonly waiting: number
  readonly votes: Votes
  readonly peers: readonly { readonly member: string; readonly connected: boolean }[]
  /** How often CometBFT was started again since `start`. */
  readonly restarts: number
  /** Process number of CometBFT, or `null`. */
  readonly pid: number | null
  readonly stalled: StallReason | null
}

const CACHE_BYTES = 32 * 1024 * 1024
/** Longer paths of sockets are refused by some systems (sun_path of unix(7) has 108 bytes, 104 on others). */
const LONGEST_SOCKET_PATH = 100
const SOCKET = 'abci.sock'
/** So often may CometBFT end before it was ever up. */
const MOST_FALSE_STARTS = 3
/** So often may the application fail at the same block. */
const MOST_FAILURES = 3
const COMPARED_BLOCKS = 16
/** So long may nothing come of a snapshot before CometBFT looks for one afresh; it gives up a chunk after two minutes. */
const SNAPSHOT_PATIENCE_MS = 180_000

export class CometEngine implements Engine {
  readonly #options: CometEngineOptions
  /** What CometBFT runs on, with the peers of now. */
  #home: CometHome
  readonly #ring = new PositionRing()
  readonly #cache = new TransactionCache(CACHE_BYTES)
  readonly #patience = new Patience()
  readonly #silence = new Silence()
  readonly #retryMs: number
  #calls: ApplicationCalls | null = null
  #server: AbciServer | null = null
  #process: CometProcess | null = null
  #rpc: CometRpc | null = null
  #outbox: Outbox | null = null
  #sight: Sight = NOTHING_SEEN
  #waiting: StallReason | null = null
  #halt: StallReason | null = null
  #resting = false
  #watching: Promise<void> | null = null
  #stopping: Promise<void> | null = null
  #sockets: string
  #ownSockets = false
  #failedAt = { height: -1, times: 0 }
  #falseStarts = 0
  #unstartable: Error | null = null
  /** What CometBFT said last before it ended was that its disk is full. */
  #noRoom = false
  #contradicted = ''
  #started = false
  #wake: (() => void) | null = null
  #forgotten: (() => void) | null = null

  constructor(options: CometEngineOptions) {
    this.#options = options
    this.#home = options.home
    this.#retryMs = options.tuning?.retryMs ?? 500
    this.#sockets = options.home.folder
  }

  /**
   * Resolves when the application has every block that this member's CometBFT has, and with state sync when it has a snapshot and the block
   * after it; at once when this member has halted. Throws `engine-start`, `storage-*`.
   */
  async start(application: Application): Promise<void> {
    const { binary, keys, tuning = {} } = this.#options
    const home = this.#home
    await requireVersion(binary)
    writeCometHome(home, await firstVote(home, this.#options.peerHeights))
    this.#calls = new ApplicationCalls({
      application,
      chainId: home.chainId,
      cache: this.#cache,
      retryMs: this.#retryMs,
      keepBlocks: tuning.keepBlocks ?? 1000,
      committed: (position) => {
        this.#ring.add(position)
        this.#options.committed?.(position)
      },
      misbehaved: (found) => this.#options.misbehaved?.(found),
      forgotten: () => {
        // What waits here keeps its place where nobody hands all over again.
        if (this.#forgotten === null) return
        this.#outbox?.forget()
        this.#forgotten()
      },
      refused: (height, why) => this.#say('error', `the block proposed at height ${height} is not voted for: ${why}`),
    })
    this.#outbox = new Outbox({
      broadcast: (transaction) => this.#rpc!.broadcast(transaction),
      retryMs: this.#retryMs,
      refused: (why) => this.#say('info', `a transaction is not ordered: ${why}`),
    })
    const halted = readHalt(home.folder)
    if (halted !== null) {
      const detail = `halted at height ${halted.height} on ${halted.at}: ${halted.reason}`
      this.#halt = { code: 'halted', detail }
      this.#started = true
      return
    }
    if (Buffer.byteLength(join(home.folder, SOCKET)) > LONGEST_SOCKET_PATH) {
      this.#sockets = mkdtempSync(join(tmpdir(), 'mingzheng-'))
      this.#ownSockets = true
    }
    const abciSocket = join(this.#sockets, SOCKET)
    const rpcSocket = join(this.#sockets, 'rpc.sock')
    this.#rpc = new CometRpc(rpcSocket)
    this.#server = await AbciServer.listen({
      path: abciSocket,
      handle: this.#calls.handle,
      failed: (error, kind) => this.#failed(error, kind),
    })
    this.#process = new CometProcess({
      folder: home.folder,
      binary,
      keys,
      abciSocket,
      rpcSocket,
      restartMs: tuning.restartMs ?? 250,
      line: (line) => this.#read(line),
      ended: (why) => {
        this.#sight = { ...this.#sight, ready: false }
        if (!this.#started) this.#falseStarts++
        this.#noRoom ||= saysFull(why)
        this.#say('error', `${why}; it is started again`)
      },
      unstartable: (error) => {
        this.#unstartable = error
      },
    })
    await this.#process.start()
    this.#watching = this.#watch()
    await this.#untilReady()
  }

  /** Holds a transaction until CometBFT takes it; waits while too much is held. Throws `ledger-closed`. */
  async submit(transaction: Bytes): Promise<void> {
    if (this.#stopping !== null || this.#outbox === null) throw ledgerFailure('ledger-closed', 'the engine has stopped')
    // What CometBFT sends back is then this very object, whose content is known already.
    await this.#outbox.add(this.#cache.same(transaction))
  }

  whenForgotten(listener: () => void): void {
    this.#forgotten = listener
  }

  stalled(): StallReason | null {
    if (this.#halt !== null) return this.#halt
    if (this.#resting) return { code: 'engine-down', detail: 'CometBFT rests while its blocks are compacted' }
    if (!this.#started || !this.#sight.ready) {
      if (this.#noRoom) return { code: 'storage-full', detail: 'CometBFT finds no room on its disk' }
      return { code: 'engine-down', detail: 'CometBFT is being started' }
    }
    return this.#calls?.stall ?? this.#waiting
  }

  /**
   * The other members from now on: those that are new are called at once, and all of them after every start. Who is no member any more
   * keeps a connection that is there until it breaks, and has no vote.
   */
  async know(peers: readonly CometPeer[]): Promise<void> {
    this.#home = { ...this.#home, peers }
    if (this.#calls === null) return
    renewConfiguration(this.#home)
    try {
      await this.#rpc?.dial(peers.map(peerAddress))
    } catch (error) {
      // It calls them when it is started again; what has called it is connected already.
      this.#say('info', `CometBFT does not call its new peers yet: ${(error as Error).message}`)
    }
  }

  /** What newcomers may ask of CometBFT. Throws `ledger-closed` while it does not run. */
  get door(): LightDoor {
    return new LightDoor(this.#running())
  }

  status(): CometStatus {
    const home = this.#home
    const { height, appHash } = this.#calls?.committed ?? { height: 0, appHash: new Uint8Array() }
    const { catchingUp, waiting, votes, connected, ready } = this.#sight
    const running = ready && this.#started ? 'running' : 'starting'
    return {
      state: this.#halt !== null ? 'halted' : this.#stopping !== null || this.#calls === null ? 'stopped' : running,
      chainId: home.chainId,
      height,
      appHash,
      catchingUp,
      waiting: waiting + (this.#outbox?.waiting ?? 0),
      votes,
      peers: home.peers.map(({ member }) => ({ member, connected: connected.includes(member) })),
      restarts: this.#process?.restarts ?? 0,
      pid: this.#process?.pid ?? null,
      stalled: this.stalled(),
    }
  }

  /** What this member holds after the blocks from a height on: at most 64, of the last 1,024. */
  positions(from: number): readonly Position[] {
    return this.#ring.from(from)
  }

  /**
   * Gives back the room of blocks that are not needed any more; this member does not vote meanwhile, and accepts all the same. For
   * a command of maintenance, on one member after the other. With `thin` the next block lets CometBFT forget all but so many: only
   * when every member has them; `nextBlock` resolves when there was one. Throws `engine-start`, `ledger-closed`.
   */
  async maintain(thin?: { readonly keepBlocks: number; readonly nextBlock: () => Promise<void> }): Promise<Compaction> {
    if (this.#process === null || this.#stopping !== null || this.#halt !== null || this.#resting) {
      throw ledgerFailure('ledger-closed', 'the engine does not run')
    }
    if (thin !== undefined) {
      this.#calls?.keepOnce(thin.keepBlocks)
      await thin.nextBlock()
    }
    this.#say('info', 'CometBFT rests while its blocks are compacted')
    const { home, binary } = this.#options
    this.#resting = true
    try {
      const done = await this.#process.aside(() => compactBlocks(home.folder, binary))
      this.#say('info', `its blocks had ${done.before} bytes and have ${done.after}`)
      return done
    } finally {
      this.#sight = { ...this.#sight, ready: false }
      this.#resting = false
    }
  }

  /** Bytes of CometBFT's own files: blocks, states, what it wrote ahead. */
  get bytes(): number {
    return engineBytes(this.#options.home.folder)
  }

  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      this.#wake?.()
      await this.#outbox?.close()
      this.#calls?.close()
      await this.#end()
      await this.#watching
    })()
    return this.#stopping
  }

  /** CometBFT first, then what it talks to. */
  async #end(): Promise<void> {
    await this.#process?.stop()
    await this.#server?.close()
    this.#rpc?.close()
    if (this.#ownSockets) rmSync(this.#sockets, { recursive: true, force: true })
  }

  async #untilReady(): Promise<void> {
    while (!this.#started) {
      const wrong =
        this.#unstartable?.message ??
        (this.#falseStarts >= MOST_FALSE_STARTS ? this.#process!.lastWords || 'it ends at once' : null)
      if (this.#halt !== null || this.#stopping !== null) return
      if (wrong !== null) {
        await this.stop()
        throw ledgerFailure('engine-start', `CometBFT cannot be started: ${wrong}`)
      }
      await sleep(20)
    }
  }

  /** CometBFT, where it may be asked on behalf of others. */
  #running(): CometRpc {
    if (this.#rpc === null || this.#stopping !== null || this.#halt !== null) {
      throw ledgerFailure('ledger-closed', 'the engine does not run')
    }
    return this.#rpc
  }

  /** Whether a member that takes a snapshot has it, and CometBFT goes on from it. */
  async #isBegun(): Promise<boolean> {
    if (this.#home.stateSync === undefined) return true
    if (this.#calls!.committed.height > 0 && (await this.#rpc!.status()).height > 0) return true
    if (this.#calls!.lastChunkMs(performance.now()) > SNAPSHOT_PATIENCE_MS) {
      this.#say('error', 'no snapshot comes; CometBFT looks for one afresh')
      this.#calls!.begin(performance.now())
      this.#process!.restart()
    }
    return false
  }

  async #watch(): Promise<void> {
    const { keys, tuning = {} } = this.#options
    const address = cometAddress(publicKeyOf({ algorithm: 'ed25519', secret: keys.consensus }).bytes)
    const watchMs = tuning.watchMs ?? 1000
    let others = 0
    for (let turn = 0; this.#stopping === null && this.#halt === null; turn++) {
      try {
        this.#sight = await look(this.#rpc!, this.#home, address, this.#silence.members)
        this.#process!.ready()
        if (!this.#started && !(await this.#isBegun())) {
          await this.#pause(watchMs)
          continue
        }
        if (!this.#started) this.#say('info', `CometBFT runs, at block ${this.#calls!.committed.height}`)
        this.#started = true
        this.#noRoom = false
        if (turn % 3 === 0) others = await this.#comparePositions()
        const now = performance.now()
        this.#waiting = this.#patience.judge(this.#sight, this.#calls!.committed.height, others, now)
        if (this.#patience.lonelyFor(now) > (tuning.lonelyMs ?? 300_000)) {
          this.#say('info', 'the other members are called afresh')
          this.#patience.begin()
          this.#process!.restart()
        }
      } catch {
        this.#sight = { ...this.#sight, ready: false }
      }
      await this.#pause(this.#sight.ready ? watchMs : Math.min(watchMs, 50))
    }
  }

  /** Answers with the highest height of the others that can be believed. */
  async #comparePositions(): Promise<number> {
    const { peerPositions } = this.#options
    if (peerPositions === undefined) return 0
    const from = Math.max(1, this.#calls!.committed.height - COMPARED_BLOCKS)
    const peers = await peerPositions(from)
    this.#silence.note(peers.map(({ member }) => member))
    const members = Math.max(this.#sight.votes.all, this.#home.peers.length + 1)
    const agreement = compare(this.#ring.from(from), peers, members)
    if (agreement.kind === 'outvoted') {
      this.#haltAt(agreement.height, `this member’s state is not that of the others: ${agreement.detail}`, true)
    }
    const found = agreement.kind === 'contradicted' ? `${agreement.by.join(', ')} at height ${agreement.height}` : ''
    if (found !== '' && found !== this.#contradicted) {
      this.#say('error', `another state than this member’s is claimed by ${found}`)
    }
    this.#contradicted = found
    const heights = peers.map(({ positions }) => positions.at(-1)?.height ?? 0)
    return believedHeight(heights, members)
  }

  #read(line: CometLine): void {
    this.#noRoom ||= saysFull(line.message)
    if (line.level === 'error') this.#say('error', `CometBFT: ${line.message.slice(0, 500)}`)
    if (this.#stopping !== null) return
    const why = finalReason(line)
    if (why !== null) this.#haltAt(this.#calls!.committed.height, why, true)
    else if (needsRestart(line)) this.#process?.restart()
  }

  #failed(error: Error, kind: 'frame' | 'application'): void {
    if (this.#stopping !== null) return
    this.#say('error', kind === 'frame' ? `not ABCI: ${error.message}` : `the ledger failed: ${error.message}`)
    // Its connections are closed: CometBFT ends, is started again, and gives the block once more.
    if (kind === 'frame') return
    const { height } = this.#calls!.committed
    this.#failedAt = { height, times: this.#failedAt.height === height ? this.#failedAt.times + 1 : 1 }
    if (this.#failedAt.times < MOST_FAILURES) return
    this.#haltAt(height, `block ${height + 1} cannot be executed here: ${error.message}`, false)
  }

  /** @param kept whether the next start is to find it halted too, until somebody has looked. */
  #haltAt(height: number, why: string, kept: boolean): void {
    if (this.#halt !== null) return
    const reason: StallReason = { code: 'halted', detail: `halted at height ${height}: ${why}` }
    this.#halt = reason
    this.#started = true
    this.#wake?.()
    this.#say('error', reason.detail)
    if (kept) {
      try {
        writeHalt(this.#options.home.folder, height, why, (this.#options.clock ?? systemClock).now())
      } catch (error) {
        this.#say('error', `that this member halted could not be noted: ${(error as Error).message}`)
      }
    }
    void this.#end()
    this.#options.halted?.(reason)
  }

  #say(level: CometLine['level'], message: string): void {
    this.#options.log?.({ level, message })
  }

  async #pause(ms: number): Promise<void> {
    if (this.#stopping !== null || this.#halt !== null) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
