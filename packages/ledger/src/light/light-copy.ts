/**
 * A light copy: holds a consortium's whole log and checks it, without a vote. Takes entries from whichever member serves them and
 * believes none: both trees are computed here, and must be what a checkpoint that the trust policy believes says. Every
 * member's checkpoint is compared with the own log; another root is kept as proof of a fork.
 */
import { join } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import { type Bytes, equalBytes, Failure, fromUtf8 } from '@mingzheng/kernel'
import {
  CompactRange,
  decodeEntry,
  decodePolicyChain,
  judgeCheckpoint,
  merkleHash,
  type Profile,
  parseEntryBundle,
  policyId,
  profileKeys,
  TILE_WIDTH,
  type TrustPolicy,
  tilePath,
  tileWidth,
  verifyLink,
} from '@mingzheng/proof'
import { StateDigest } from '../contract/state-digest.ts'
import { ledgerFailure } from '../failure-codes.ts'
import type { LoggedEntry, Receipt } from '../ledger-client.ts'
import { CheckpointFiles } from '../log/checkpoint-files.ts'
import { Log } from '../log/log.ts'
import { LookupIndex } from '../log/lookup-index.ts'
import { makeReceipt, type WitnessedCheckpoint } from '../log/prove.ts'
import type { ReadLogFile } from '../log/public-log.ts'
import { logServer, type ServeLog } from '../log/serve.ts'
import { decodePosition, encodePosition } from '../position.ts'
import { lockFolder } from '../storage/folder-lock.ts'
import { openDiskFiles } from '../storage/ledger-files.ts'
import { StateStore } from '../storage/state-store.ts'

/** A member that serves the log. */
export interface LightSource {
  readonly id: string
  readonly read: ReadLogFile
}

export interface LightCopyOptions {
  /** Made when absent; one process at a time. */
  readonly folder: string
  /** Pinned: the founding's, or a later one. Its successors are believed by their chain. */
  readonly policy: TrustPolicy
  readonly sources: readonly LightSource[]
}

/** What one member's log was found to be. */
export interface SourceState {
  readonly id: string
  /**
   * `same`: its signed tree is this copy's, or begins it. `ahead`: more than could be taken yet. `forked`: it signed another root.
   * `broken`: what it serves is not what its checkpoint says. `unsigned`: the policy does not believe its checkpoint. `silent`.
   */
  readonly state: 'same' | 'ahead' | 'forked' | 'broken' | 'unsigned' | 'silent'
  readonly size: number | null
}

const PROFILES = ['sha256', 'sm3'] as const satisfies readonly Profile[]
const POSITION = 'position'
const RETRY_MS = 500

export class LightCopy {
  readonly serve: ServeLog
  readonly #options: LightCopyOptions
  readonly #store: StateStore
  readonly #log: Log
  readonly #index: LookupIndex
  readonly #checkpoints: CheckpointFiles
  readonly #release: () => void
  #policy: TrustPolicy
  #round: Promise<readonly SourceState[]> | null = null
  #closing: Promise<void> | null = null

  private constructor(options: LightCopyOptions, release: () => void) {
    const { folder, policy } = options
    this.#options = options
    this.#policy = policy
    this.#release = release
    const files = openDiskFiles()
    this.#store = StateStore.open(folder)
    const stored = this.#store.meta(POSITION)
    const position = stored === undefined ? null : decodePosition(stored)
    if (position !== null && position.origin !== policy.origin) {
      this.#store.close()
      throw ledgerFailure('ledger-other-genesis', `the folder holds a copy of ${position.origin}`)
    }
    const state = position?.log ?? { size: 0, sha256: [], sm3: [] }
    const logFolder = join(folder, 'log')
    this.#log = new Log({ files, folder: logFolder, retryMs: RETRY_MS, faulty: () => undefined }, state)
    this.#index = new LookupIndex(files, join(folder, 'index'))
    this.#index.load(state.size, (index) => this.#log.entry(index))
    this.#checkpoints = new CheckpointFiles({ files, folder: logFolder, log: this.#log, retryMs: RETRY_MS })
    this.serve = logServer({ log: this.#log, witnessed: () => this.#checkpoints.newest })
  }

  /** Throws `ledger-in-use`, `ledger-other-genesis`, `log-corrupt`, `log-forked`, `storage-*`. */
  static open(options: LightCopyOptions): LightCopy {
    const lock = lockFolder(options.folder)
    try {
      const copy = new LightCopy(options, () => lock.release())
      copy.#checkpoints.requireConsistent(options.policy)
      // What it makes may be missing: proofs then take longer.
      void copy.#log.mend(breathe).catch(() => undefined)
      return copy
    } catch (error) {
      lock.release()
      throw error
    }
  }

  /** The newest that the chain from the pinned one proves. */
  get policy(): TrustPolicy {
    return this.#policy
  }

  get size(): number {
    return this.#log.size
  }

  rootsAt(size: number): { sha256: Bytes; sm3: Bytes } | null {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.#log.size) return null
    return { sha256: this.#log.trees.sha256.rootAt(size), sm3: this.#log.trees.sm3.rootAt(size) }
  }

  /** Asks every source once, takes what is new, and tells what each was found to be. Rounds do not overlap. */
  follow(): Promise<readonly SourceState[]> {
    if (this.#closing !== null) return Promise.reject(ledgerFailure('ledger-closed', 'the copy is closed'))
    this.#round ??= this.#followAll().finally(() => {
      this.#round = null
    })
    return this.#round
  }

  /** Throws `ledger-not-found`. */
  receipt(index: number): Receipt {
    const { newest } = this.#checkpoints
    if (newest === null || !Number.isSafeInteger(index) || index < 0 || index >= newest.size) {
      throw ledgerFailure('ledger-not-found', 'no entry of that index is witnessed')
    }
    return makeReceipt(this.#log, index, newest)
  }

  /** An entry and what leads from it to the roots of the first `size` entries. Throws `ledger-not-found` beyond the copy. */
  prove(index: number, size: number): { entry: Bytes; path: { readonly [profile in Profile]: Bytes[] } } {
    if (!Number.isSafeInteger(index) || index < 0 || index >= size || size > this.#log.size) {
      throw ledgerFailure('ledger-not-found', 'the copy does not reach so far')
    }
    const path = (profile: Profile) => this.#log.trees[profile].inclusion(index, size)
    return { entry: this.#log.entry(index), path: { sha256: path('sha256'), sm3: path('sm3') } }
  }

  /** Entries by a commitment or the digest of a number, in the order of the log. */
  lookup(digest: Bytes): LoggedEntry[] {
    const size = this.#checkpoints.newest?.size ?? 0
    return [...new Set(this.#index.byDigest(digest))].flatMap((index) => {
      if (index >= size) return []
      const entry = this.#log.entry(index)
      const { body } = decodeEntry(entry)
      const found = ['c', 's', 'n'].some((field) => {
        const value = body[field]
        return value instanceof Uint8Array && equalBytes(value, digest)
      })
      return found ? [{ index, entry }] : []
    })
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      await this.#round?.catch(() => undefined)
      await this.#checkpoints.close()
      await this.#index.persist(true).catch(() => undefined)
      this.#log.close()
      await this.#index.close()
      this.#store.close()
      this.#release()
    })()
    return this.#closing
  }

  async #followAll(): Promise<readonly SourceState[]> {
    const states: SourceState[] = []
    for (const source of this.#options.sources) states.push(await this.#followOne(source))
    return states
  }

  async #followOne({ id, read }: LightSource): Promise<SourceState> {
    let size: number | null = null
    try {
      await this.#followPolicies(read)
      const pair = await this.#believedPair(read)
      if (pair === 'unsigned') return { id, state: 'unsigned', size }
      size = pair.checkpoint.size
      const own = this.rootsAt(size)
      if (own !== null) {
        const same = PROFILES.every((profile) => equalBytes(own[profile], pair.root[profile]))
        if (same && size === this.#log.size && size > (this.#checkpoints.newest?.size ?? 0)) {
          this.#checkpoints.publish(pair.checkpoint)
        }
        return { id, state: same ? 'same' : 'forked', size }
      }
      return { id, state: (await this.#take(read, pair)) ? 'same' : 'broken', size }
    } catch (error) {
      return { id, state: error instanceof Failure ? 'broken' : 'silent', size }
    }
  }

  /** Each successor is believed by the policy before it, or not at all. */
  async #followPolicies(read: ReadLogFile): Promise<void> {
    let links: ReturnType<typeof decodePolicyChain>
    try {
      links = decodePolicyChain(await read('policy-chain.json'))
    } catch {
      // None has changed, or this member cannot prove it: another may.
      return
    }
    for (const link of links) {
      if (link.policy.former !== policyId(this.#policy)) continue
      if ('policy' in verifyLink(link, this.#policy)) this.#policy = link.policy
    }
  }

  /** The checkpoints of both trees at one size, if the policy believes both. */
  async #believedPair(read: ReadLogFile): Promise<Pair | 'unsigned'> {
    for (let attempt = 0; ; attempt++) {
      const [sha256, sm3] = (await Promise.all([read('checkpoint'), read('sm3/checkpoint')])).map(fromUtf8) as [
        string,
        string,
      ]
      const texts = { sha256, sm3 }
      const judged = PROFILES.map((profile) =>
        judgeCheckpoint(texts[profile], this.#policy, profileKeys(this.#policy, profile)),
      )
      const [one, other] = judged.map(({ checkpoint }) => checkpoint)
      const believed = judged.every(({ log, members, origin, format, quorumMet }) => {
        return quorumMet && [format, origin, log, members].every(({ status }) => status === 'passed')
      })
      if (one === null || one === undefined || other === null || other === undefined || !believed) return 'unsigned'
      // The two are read one after the other: a checkpoint may come between.
      if (one.size === other.size) {
        return { checkpoint: { size: one.size, sha256, sm3 }, root: { sha256: one.root, sm3: other.root } }
      }
      if (attempt === 5) throw ledgerFailure('log-corrupt', 'the two trees are never of one size')
    }
  }

  /** Whether the entries up to the checkpoint are what it signs; only then they are taken. */
  async #take(read: ReadLogFile, { checkpoint, root }: Pair): Promise<boolean> {
    const entries: Bytes[] = []
    const from = this.#log.size
    for (let tile = Math.floor(from / TILE_WIDTH); tile * TILE_WIDTH < checkpoint.size; tile++) {
      const width = tileWidth('entries', tile, checkpoint.size)
      const bundle = parseEntryBundle(await read(tilePath({ level: 'entries', index: tile, width })))
      entries.push(...bundle.slice(Math.max(0, from - tile * TILE_WIDTH)))
    }
    if (from + entries.length !== checkpoint.size) return false
    const { sha256, sm3 } = this.#log.state
    const nodes = { sha256, sm3 }
    const leaves = PROFILES.map((profile) => {
      const range = new CompactRange(profile, from, nodes[profile])
      const hash = merkleHash(profile)
      const hashes = entries.map((entry) => hash.leaf(entry))
      for (const leaf of hashes) range.append(leaf)
      return equalBytes(range.root(), root[profile]) ? hashes : null
    })
    const [left, right] = leaves
    if (left == null || right == null) return false
    for (const [i, entry] of entries.entries()) {
      this.#index.add(this.#log.size, decodeEntry(entry))
      this.#log.append(entry, { sha256: left[i]!, sm3: right[i]! })
      await this.#log.room()
    }
    await this.#settle()
    this.#checkpoints.publish(checkpoint)
    return true
  }

  async #settle(): Promise<void> {
    const log = this.#log.state
    const settled = await this.#log.settle()
    const vector = new StateDigest().vector()
    const position = { origin: this.#options.policy.origin, height: 0, time: 0, log, vector }
    this.#store.settle({ changes: [], refusals: [], meta: { [POSITION]: encodePosition(position) } })
    settled()
    await this.#index.persist(false)
  }
}

interface Pair {
  readonly checkpoint: WitnessedCheckpoint
  readonly root: { readonly [profile in Profile]: Bytes }
}
