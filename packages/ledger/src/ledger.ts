/** A ledger in this process: gateway, engine, member and log in one folder, opened and closed together. */
import { join } from 'node:path'
import { type Bytes, type Clock, type PublicKey, type Signer, systemClock } from '@mingzheng/kernel'
import {
  cosigner,
  decodeEntry,
  logSigner,
  type NoteSigner,
  type Profile,
  profileKeys,
  sm2NoteSigner,
  type TrustPolicy,
} from '@mingzheng/proof'
import type { Authorise, Contract } from './contract/contract.ts'
import { ContractRuntime } from './contract/runtime.ts'
import { EmbeddedEngine } from './engine/embedded.ts'
import { ledgerFailure } from './failure-codes.ts'
import { Gateway } from './gateway/gateway.ts'
import type {
  LedgerClient,
  LedgerClientStatus,
  LedgerItem,
  LoggedEntry,
  Receipt,
  Standing,
  WaitOptions,
} from './ledger-client.ts'
import { LedgerTime } from './ledger-time.ts'
import { CheckpointFiles } from './log/checkpoint-files.ts'
import { makeReceipt } from './log/prove.ts'
import { logServer, type ServeLog } from './log/serve.ts'
import { Member } from './member.ts'
import { StallBoard } from './stall-board.ts'
import { lockFolder } from './storage/folder-lock.ts'
import { type LedgerFiles, openDiskFiles } from './storage/ledger-files.ts'
import { TransactionReader } from './transaction-reader.ts'
import { Witness } from './witness.ts'

/** The keys of a node. `gateway` signs transactions and is the actor; the others sign checkpoints. All differ. */
export interface LedgerKeys {
  /** Ed25519; the organisation's key on the ledger. */
  readonly gateway: Signer
  /** Ed25519; the log's key, named for the origin. */
  readonly log: Signer
  /** SM2; the SM3 tree's log key. */
  readonly sm2Log: Signer
  /** Ed25519; this member's cosigner key of the policy. */
  readonly member: Signer
  /** SM2; this member's SM2 key of the policy. */
  readonly sm2Member: Signer
}

/** What a deployment or a test may set; the defaults are measured. */
export interface LedgerTuning {
  /** Longest that an accepted item waits for company under one signature, milliseconds. Default 100. */
  readonly gatherMs?: number
  /** Items under one signature. Default 1,024. */
  readonly batchItems?: number
  /** Accepted items that are held at most. Default 200,000. */
  readonly mostHeld?: number
  /** Pause before a stalled part tries again, milliseconds. Default 500. */
  readonly retryMs?: number
  /** Everything is made durable for good so long after the last block, milliseconds. Default 1,000. */
  readonly idleMs?: number
  /** A clock that was set must keep its new time so long, milliseconds. Default 30,000. */
  readonly clockHoldMs?: number
}

export interface LedgerOptions {
  /** Made when absent; one process at a time. */
  readonly folder: string
  /** `<name>/<province>/<8 hex>`; also the chain that transactions name. */
  readonly origin: string
  readonly keys: LedgerKeys
  /** Its origin and keys are those of this ledger. */
  readonly policy: TrustPolicy
  readonly contracts: readonly Contract[]
  readonly authorise: Authorise
  readonly clock: Clock
  /** Milliseconds that pass evenly, to notice a clock that was set. Default: the process's own, with `systemClock` only. */
  readonly elapsed?: () => number
  /** Another log's last checkpoints, to stand in this log's first entry. Only when the folder is new. */
  readonly previousCheckpoint?: { readonly sha256: string; readonly sm3: string }
  readonly tuning?: LedgerTuning
  /** Default: the real file system. */
  readonly files?: LedgerFiles
}

const CLOCK_WATCH_MS = 5000

/** A ledger of this process. */
export interface Ledger extends LedgerClient {
  readonly policy: TrustPolicy
  /** The log over HTTP (C2SP tlog-tiles), up to the newest witnessed checkpoint. */
  readonly serve: ServeLog
}

/** Mounts a ledger's log: give it the path below the log's prefix and the request's Accept-Encoding. */
export function serveLog(ledger: Pick<Ledger, 'serve'>): ServeLog {
  return ledger.serve
}

/**
 * Opens a ledger, recovers what a crash left, and starts it. Throws `ledger-in-use`, `ledger-other-genesis`,
 * `ledger-key-mismatch`, `journal-corrupt`, `log-corrupt`, `log-behind-checkpoint`, `log-forked`, `storage-*`.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { folder, origin, policy, keys, clock, tuning = {} } = options
  const retryMs = tuning.retryMs ?? 500
  if (policy.origin !== origin) throw ledgerFailure('ledger-key-mismatch', `the trust policy is of ${policy.origin}`)
  const signers = checkpointSigners(policy, keys, clock)
  const lock = lockFolder(folder)
  const undo: (() => Promise<void> | void)[] = [() => lock.release()]
  const disk = options.files === undefined ? openDiskFiles() : null
  if (disk !== null) undo.unshift(() => disk.close())
  const files = options.files ?? disk!
  try {
    const stalls = new StallBoard()
    const runtime = new ContractRuntime(options.contracts, options.authorise)
    const reader = new TransactionReader()
    const elapsed = options.elapsed ?? (clock === systemClock ? () => performance.now() : undefined)
    const time = new LedgerTime({ clock, elapsed, holdMs: tuning.clockHoldMs })
    const engine = new EmbeddedEngine({ files, folder: join(folder, 'engine'), retryMs })
    let gateway: Gateway | null = null
    let witness: Witness | null = null
    const member = await Member.open({
      files,
      folder,
      origin,
      policy,
      logKey: keys.log.publicKey,
      runtime,
      reader,
      time,
      previous: options.previousCheckpoint,
      committed: (block, outcomes) => gateway?.committed(block, outcomes),
      settled: (height) => {
        gateway?.settled(height)
        engine.forget(height + 1)
      },
      grown: (heads) => witness?.offer(heads),
      stalled: (reason) => stalls.set('member', reason),
      retryMs,
      idleMs: tuning.idleMs ?? 1000,
    })
    const checkpoints = new CheckpointFiles({ files, folder: join(folder, 'log'), log: member.log, retryMs })
    // The last settlement lets the engine and the gateway forget: their journals end after it.
    undo.unshift(() => engine.stop())
    undo.unshift(() => gateway?.close())
    undo.unshift(() => member.close())
    undo.unshift(() => engine.stop())
    await engine.start(member)
    checkpoints.requireConsistent(policy)
    undo.unshift(() => checkpoints.close())
    witness = new Witness({
      policy,
      signers,
      mayNotSign: () => time.unusable(member.lastTime),
      witnessed: (checkpoint) => {
        checkpoints.publish(checkpoint)
        gateway?.witnessed(checkpoint.size)
      },
      stalled: (reason) => stalls.set('witness', reason),
      retryMs,
    })
    const signing = witness
    undo.unshift(() => signing.close())
    const opened = Gateway.open({
      files,
      folder: join(folder, 'gateway'),
      chain: origin,
      signer: keys.gateway,
      runtime,
      reader,
      member,
      engine,
      stalls,
      witnessedSize: () => checkpoints.newest?.size ?? 0,
      gatherMs: tuning.gatherMs ?? 100,
      batchItems: tuning.batchItems ?? 1024,
      mostHeld: tuning.mostHeld ?? 200_000,
      retryMs,
      resendMs: 5000,
    })
    gateway = opened.gateway
    undo.unshift(() => opened.gateway.close())
    // An idle ledger watches its clock as well: the longer between two looks, the less can be told of it.
    const watch = setInterval(() => stalls.set('clock', time.unusable(member.lastTime)), CLOCK_WATCH_MS)
    watch.unref()
    undo.unshift(() => clearInterval(watch))
    witness.offer(member.heads)
    await witness.start()
    opened.start()
    return new EmbeddedLedger({ policy, member, engine, gateway, witness, checkpoints, stalls, time, closing: undo })
  } catch (error) {
    for (const step of undo) await step()
    throw error
  }
}

interface Parts {
  readonly policy: TrustPolicy
  readonly member: Member
  readonly engine: EmbeddedEngine
  readonly gateway: Gateway
  readonly witness: Witness
  readonly checkpoints: CheckpointFiles
  readonly stalls: StallBoard
  readonly time: LedgerTime
  readonly closing: readonly (() => Promise<void> | void)[]
}

class EmbeddedLedger implements Ledger {
  readonly policy: TrustPolicy
  readonly serve: ServeLog
  readonly #parts: Parts
  #closing: Promise<void> | null = null

  constructor(parts: Parts) {
    this.#parts = parts
    this.policy = parts.policy
    this.serve = logServer({ log: parts.member.log, witnessed: () => parts.checkpoints.newest })
  }

  submit(items: readonly LedgerItem[]): Promise<Standing[]> {
    return this.#parts.gateway.submit(items)
  }

  async standing(id: Bytes): Promise<Standing | null> {
    this.#requireOpen()
    return this.#parts.gateway.standing(id)
  }

  wait(id: Bytes, kind: 'ordered' | 'witnessed', options: WaitOptions = {}): Promise<Standing> {
    return this.#parts.gateway.wait(id, kind, options)
  }

  async receipt(by: { readonly id: Bytes } | { readonly index: number }): Promise<Receipt> {
    this.#requireOpen()
    const { member, gateway, checkpoints } = this.#parts
    const index = 'id' in by ? gateway.indexOf(by.id) : by.index
    const newest = checkpoints.newest
    if (newest === null || index === null || !Number.isSafeInteger(index) || index < 0 || index >= newest.size) {
      throw ledgerFailure('ledger-not-found', 'no entry of that name is witnessed')
    }
    return makeReceipt(member.log, index, newest)
  }

  async lookup(
    by: { readonly index: number } | { readonly commitment: Bytes } | { readonly number: Bytes },
  ): Promise<LoggedEntry[]> {
    this.#requireOpen()
    const { member } = this.#parts
    if ('index' in by) return this.entries(by.index, 1)
    const wanted = Buffer.from('number' in by ? by.number : by.commitment)
    if (wanted.length !== 32) return []
    const fields = 'number' in by ? ['n'] : ['c', 's']
    const size = this.#witnessedSize
    return [...new Set(member.index.byDigest(wanted))]
      .filter((index) => index < size)
      .map((index) => ({ index, entry: member.log.entry(index) }))
      .filter(({ entry }) => {
        const { body } = decodeEntry(entry)
        return fields.some((field) => body[field] instanceof Uint8Array && wanted.equals(body[field] as Bytes))
      })
  }

  async checkpoint(profile: Profile): Promise<string> {
    this.#requireOpen()
    const { newest } = this.#parts.checkpoints
    if (newest === null) throw ledgerFailure('ledger-not-found', 'no checkpoint is witnessed yet')
    return newest[profile]
  }

  async entries(from: number, count: number): Promise<LoggedEntry[]> {
    this.#requireOpen()
    if (!Number.isSafeInteger(from) || from < 0) return []
    const length = Math.max(0, Math.min(count, this.#witnessedSize - from))
    return Array.from({ length }, (_, i) => ({ index: from + i, entry: this.#parts.member.log.entry(from + i) }))
  }

  async status(): Promise<LedgerClientStatus> {
    this.#requireOpen()
    const { member, engine, gateway, witness, stalls, time, policy } = this.#parts
    const { size, root } = member.heads
    // Asked here too: an idle ledger must not keep a set clock to itself until something is proposed.
    const reason = engine.stalled() ?? stalls.reason ?? time.unusable(member.height === 0 ? 0 : member.lastTime)
    return {
      origin: policy.origin,
      size,
      witnessedSize: this.#witnessedSize,
      root: root.sha256,
      rootSm3: root.sm3,
      lastTime: member.height === 0 ? null : member.lastTime,
      waiting: gateway.waiting,
      members: witness.members,
      ...(reason === null ? { state: 'ready' } : { state: 'stalled', reason }),
    }
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      for (const step of this.#parts.closing) await step()
    })()
    return this.#closing
  }

  get #witnessedSize(): number {
    return this.#parts.checkpoints.newest?.size ?? 0
  }

  #requireOpen(): void {
    if (this.#closing !== null) throw ledgerFailure('ledger-closed', 'the ledger is closed')
  }
}

/** The log's and this member's signers of both trees, under the names that the policy gives them. */
function checkpointSigners(policy: TrustPolicy, keys: LedgerKeys, clock: Clock) {
  const sha256 = profileKeys(policy, 'sha256')
  const sm3 = profileKeys(policy, 'sm3')
  const me = sha256.members.findIndex(({ key }) => sameKey(key.publicKey, keys.member.publicKey))
  if (me < 0) throw ledgerFailure('ledger-key-mismatch', 'the member key is not in the trust policy')
  const ours = [
    [sha256.log, keys.log],
    [sm3.log, keys.sm2Log],
    [sm3.members[me]!.key, keys.sm2Member],
  ] as const
  for (const [wanted, { publicKey }] of ours) {
    if (!sameKey(wanted.publicKey, publicKey)) {
      throw ledgerFailure('ledger-key-mismatch', `the key ${wanted.name} is not the trust policy's`)
    }
  }
  const name = sha256.members[me]!.key.name
  const signers: { [profile in Profile]: NoteSigner[] } = {
    sha256: [logSigner(sha256.origin, keys.log), cosigner(name, keys.member, clock)],
    sm3: [sm2NoteSigner(sm3.origin, keys.sm2Log), sm2NoteSigner(name, keys.sm2Member)],
  }
  return signers
}

function sameKey(a: PublicKey, b: PublicKey): boolean {
  return a.algorithm === b.algorithm && Buffer.from(a.bytes).equals(b.bytes)
}
