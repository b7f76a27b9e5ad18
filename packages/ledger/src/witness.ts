/**
 * Signs checkpoints of both trees and finds out when the trust policy believes them. Only the newest is signed while
 * another is under way. What counts is what `proof` judges, not that a signature was made.
 */
import type { Bytes } from '@mingzheng/kernel'
import type { ProfileKeys, TrustPolicy } from '@mingzheng/proof'
import { judgeCheckpoint, makeCheckpoint, type NoteSigner, type Profile, profileKeys } from '@mingzheng/proof'
import type { StallReason } from './engine/engine.ts'
import type { MemberStatus } from './ledger-client.ts'
import type { WitnessedCheckpoint } from './log/prove.ts'

const PROFILES: readonly Profile[] = ['sha256', 'sm3']

/** A size and the roots of both trees. */
export interface TreeHeads {
  readonly size: number
  readonly root: { readonly [profile in Profile]: Bytes }
}

export interface WitnessOptions {
  readonly policy: TrustPolicy
  /** The log's signer, then this member's, of each tree: keys of the policy. */
  readonly signers: { readonly [profile in Profile]: readonly NoteSigner[] }
  /** Why this member must not sign now, or `null`. */
  readonly mayNotSign: () => StallReason | null
  /** Called with each checkpoint that the policy believes, sizes ascending. */
  readonly witnessed: (checkpoint: WitnessedCheckpoint) => void
  readonly stalled: (reason: StallReason | null) => void
  readonly retryMs: number
}

export class Witness {
  readonly #options: WitnessOptions
  readonly #keys: { readonly [profile in Profile]: ProfileKeys }
  readonly #members = new Map<string, MemberStatus>()
  #wanted: TreeHeads | null = null
  #started = false
  #signing: Promise<void> | null = null
  #retry: NodeJS.Timeout | null = null
  #closed = false

  constructor(options: WitnessOptions) {
    this.#options = options
    const { policy } = options
    this.#keys = { sha256: profileKeys(policy, 'sha256'), sm3: profileKeys(policy, 'sm3') }
    for (const { id } of policy.members) this.#members.set(id, { id, witnessedSize: 0, witnessedAt: null })
  }

  get members(): readonly MemberStatus[] {
    return [...this.#members.values()]
  }

  /**
   * Signs from now on. Before, what is offered waits: the log may still be recovering. Resolves after the first attempt,
   * whether it succeeded or not.
   */
  async start(): Promise<void> {
    this.#started = true
    this.#pump()
    await this.#signing
  }

  /** A new state of the log, to be signed. */
  offer(heads: TreeHeads): void {
    this.#wanted = heads
    this.#pump()
  }

  /** Ends; a signature under way is waited for. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#retry !== null) clearTimeout(this.#retry)
    await this.#signing
  }

  #pump(): void {
    if (!this.#started || this.#closed || this.#signing !== null || this.#wanted === null || this.#retry !== null)
      return
    const heads = this.#wanted
    this.#wanted = null
    this.#signing = this.#sign(heads)
      .catch((error): StallReason => ({ code: 'signer-fault', detail: String((error as Error).message) }))
      .then((stall) => {
        this.#signing = null
        this.#options.stalled(stall)
        if (stall !== null && !this.#closed) {
          this.#wanted ??= heads
          this.#retry = setTimeout(() => {
            this.#retry = null
            this.#pump()
          }, this.#options.retryMs)
        }
        this.#pump()
      })
  }

  async #sign({ size, root }: TreeHeads): Promise<StallReason | null> {
    const hindered = this.#options.mayNotSign()
    if (hindered !== null) return hindered
    const signed = (profile: Profile) => {
      const checkpoint = { origin: this.#keys[profile].origin, size, root: root[profile] }
      return makeCheckpoint(checkpoint, this.#options.signers[profile])
    }
    const [sha256, sm3] = await Promise.all([signed('sha256'), signed('sm3')])
    const checkpoint = { size, sha256, sm3 }
    const judged = PROFILES.map((profile) =>
      judgeCheckpoint(checkpoint[profile], this.#options.policy, this.#keys[profile]),
    )
    const bad = judged.flatMap(({ log, members, origin, format }) =>
      [format, origin, log, members].filter(({ status }) => status !== 'passed'),
    )[0]
    if (bad !== undefined) return { code: 'signer-fault', detail: `${bad.id}: ${bad.code}` }
    const both = judged[0]!.signers.filter(({ member }) =>
      judged[1]!.signers.some((other) => other.member.id === member.id),
    )
    for (const { member, time } of both) {
      this.#members.set(member.id, { id: member.id, witnessedSize: size, witnessedAt: time })
    }
    if (judged.some(({ quorumMet }) => !quorumMet)) {
      return { code: 'quorum-missing', detail: `${both.length} members have signed size ${size}` }
    }
    this.#options.stalled(null)
    this.#options.witnessed(checkpoint)
    return null
  }
}
