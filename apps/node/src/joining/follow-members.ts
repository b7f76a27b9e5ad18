/** Keeps a running node with the members of now: whom it exchanges cosignatures with, whom its engine calls. Nothing is started anew. */
import { setTimeout as pause } from 'node:timers/promises'
import type { CometEngine, MemberLedger } from '@mingzheng/ledger'
import type { ConsortiumPolicy } from '@mingzheng/proof'
import type { Logger } from 'pino'
import { witnessPeer } from '../http/peers.ts'
import type { MemberDirectory } from './member-directory.ts'

export interface FollowOptions {
  readonly ledger: Pick<MemberLedger, 'policy' | 'height' | 'reach'>
  readonly engine: Pick<CometEngine, 'know'>
  readonly directory: MemberDirectory
  readonly member: string
  /** Puts what this member runs on the ledger once more. */
  readonly announceAgain: () => Promise<unknown>
  readonly logger: Logger
}

/** A newcomer answers soon after its admission, or days later. */
const ASK_MS = 3000
/** An address may change. */
const REFRESH_TURNS = 100
/** A snapshot is of use once two blocks follow it. */
const BLOCKS_AFTER = 2
const MOST_CALLS = 6
/** Members take turns, so that one is enough. */
const TURN_MS = 1500

export class MemberFollower {
  readonly #options: FollowOptions
  readonly #timer: NodeJS.Timeout
  #turn = 0
  #busy: Promise<void> | null = null
  #closed = false

  constructor(options: FollowOptions) {
    this.#options = options
    this.#apply()
    this.#timer = setInterval(() => this.#ask(), ASK_MS)
    this.#timer.unref()
  }

  /** Another policy is in force: called in the midst of a block, acts after it. */
  changed(former: ConsortiumPolicy, policy: ConsortiumPolicy): void {
    setImmediate(() => {
      if (this.#closed) return
      this.#apply()
      this.#ask()
      if (hasNewcomer(former, policy)) void this.#makeRoom(policy)
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    await this.#busy
  }

  #apply(): void {
    const { ledger, engine, directory } = this.#options
    const policy = ledger.policy as ConsortiumPolicy
    ledger.reach(directory.addresses(policy).map(witnessPeer))
    void engine.know(directory.enginePeers(policy))
  }

  #ask(): void {
    const { ledger, directory } = this.#options
    const policy = ledger.policy as ConsortiumPolicy
    const all = ++this.#turn % REFRESH_TURNS === 0
    if (this.#busy !== null || !(all || directory.isIncomplete(policy))) return
    this.#busy = directory
      .learn(policy, all ? 'all' : 'missing')
      .then((fresh) => {
        if (fresh && !this.#closed) this.#apply()
      })
      .catch((error: unknown) => this.#options.logger.warn({ err: error }, 'a member’s address is not kept'))
      .finally(() => {
        this.#busy = null
      })
  }

  /** A newcomer begins with the snapshot of the block that admitted it, once two blocks follow; on a quiet ledger none would come. */
  async #makeRoom({ members }: ConsortiumPolicy): Promise<void> {
    const { ledger, member, announceAgain } = this.#options
    const wanted = ledger.height + BLOCKS_AFTER
    const place = Math.max(
      0,
      members.findIndex(({ id }) => id === member),
    )
    for (let call = 0; call < MOST_CALLS; call++) {
      await pause(call === 0 ? place * TURN_MS : members.length * TURN_MS, null, { ref: false })
      if (this.#closed || ledger.height >= wanted) return
      await announceAgain().catch(() => undefined)
      await pause(TURN_MS / 2, null, { ref: false })
      if (!this.#closed && ledger.height < wanted) await announceAgain().catch(() => undefined)
    }
  }
}

function hasNewcomer(former: ConsortiumPolicy, policy: ConsortiumPolicy): boolean {
  return policy.members.some(({ cosignerKey }) => former.members.every((member) => member.cosignerKey !== cosignerKey))
}
