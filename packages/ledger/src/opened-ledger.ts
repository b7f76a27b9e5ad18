/** A ledger whose member, gateway and witness run in this process, as its user sees it. */
import type { Bytes, CborValue } from '@mingzheng/kernel'
import { decodeEntry, type Profile, type TrustPolicy } from '@mingzheng/proof'
import { readState } from './contract/state.ts'
import type { Engine } from './engine/engine.ts'
import { ledgerFailure } from './failure-codes.ts'
import type { Gateway } from './gateway/gateway.ts'
import type {
  LedgerClientStatus,
  LedgerItem,
  LoggedEntry,
  MemberLedger,
  Receipt,
  Standing,
  WaitOptions,
} from './ledger-client.ts'
import type { LedgerTime } from './ledger-time.ts'
import type { CheckpointFiles } from './log/checkpoint-files.ts'
import type { PolicyChainFile } from './log/policy-chain-file.ts'
import { makeReceipt } from './log/prove.ts'
import { logServer, type ServeLog } from './log/serve.ts'
import type { Member } from './member.ts'
import type { StallBoard } from './stall-board.ts'
import type { WitnessPeer } from './witness/peer-link.ts'
import type { Witness } from './witness.ts'

export interface LedgerParts {
  /** The one in force. */
  readonly policy: () => TrustPolicy
  readonly member: Member
  readonly engine: Engine
  readonly gateway: Gateway
  readonly witness: Witness
  readonly checkpoints: CheckpointFiles
  readonly chain: PolicyChainFile
  readonly stalls: StallBoard
  readonly time: LedgerTime
  readonly closing: readonly (() => Promise<void> | void)[]
}

/** Answers from a member's own folder. */
export class OpenedLedger implements MemberLedger {
  readonly serve: ServeLog
  readonly #parts: LedgerParts
  #closing: Promise<void> | null = null

  constructor(parts: LedgerParts) {
    this.#parts = parts
    const { member, checkpoints, chain } = parts
    this.serve = logServer({
      log: member.log,
      witnessed: () => checkpoints.newest,
      policyChain: () => chain.bytes,
    })
  }

  get policy(): TrustPolicy {
    return this.#parts.policy()
  }

  get height(): number {
    return this.#parts.member.height
  }

  get exchange(): MemberLedger['exchange'] {
    return this.#parts.witness.exchange
  }

  get snapshotHeights(): readonly number[] {
    return this.#parts.member.snapshotHeights
  }

  reach(peers: readonly WitnessPeer[]): void {
    this.#parts.witness.reach(peers)
  }

  rootsAt(size: number): { sha256: Bytes; sm3: Bytes } | null {
    const { trees, size: has } = this.#parts.member.log
    if (!Number.isSafeInteger(size) || size < 0 || size > has) return null
    return { sha256: trees.sha256.rootAt(size), sm3: trees.sm3.rootAt(size) }
  }

  read(contract: string, key: string): CborValue | undefined {
    return readState(this.#parts.member.state, contract, key)
  }

  keys(contract: string, prefix: string): string[] {
    return this.#parts.member.keys(contract, prefix)
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
    const { member, engine, gateway, witness, stalls, time } = this.#parts
    const { size, root } = member.heads
    // Asked here too: an idle ledger must not keep a set clock to itself until something is proposed.
    const reason = engine.stalled() ?? stalls.reason ?? time.unusable(member.height === 0 ? 0 : member.lastTime)
    return {
      origin: this.policy.origin,
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
