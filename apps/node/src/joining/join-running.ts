/** How a home without a ledger comes to one: finds out the policy of now, from where to begin, and has the engine take it over. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Bytes } from '@mingzheng/kernel'
import type { CometStateSync } from '@mingzheng/ledger'
import type { ConsortiumPolicy } from '@mingzheng/proof'
import type { Logger } from 'pino'
import type { Founding } from '../ceremony/founding.ts'
import type { MemberRequest } from '../ceremony/member-request.ts'
import { chooseBeginning, newestChain } from './begin-from-peers.ts'
import { followChain, requireNamed } from './invitation.ts'
import { forgetHalfTaken } from './joining-mark.ts'
import type { MemberDirectory } from './member-directory.ts'

const PAUSE_MS = 2000

export interface JoiningOptions {
  readonly home: string
  readonly founding: Founding
  readonly own: MemberRequest
  /** Of the invitation. */
  readonly chain: Bytes | null
  readonly directory: MemberDirectory
  readonly logger: Logger
  /** What is being done, for people. */
  readonly progress: (words: { readonly zh: string; readonly en: string }) => void
}

export interface Begun {
  readonly policy: ConsortiumPolicy
  readonly policyChain: Bytes | null
  /** Absent: every block is executed. */
  readonly stateSync?: CometStateSync
}

/** Waits until there is something to begin with. Throws `invitation-not-mine` when the policy of now has other keys. */
export async function joinRunning(options: JoiningOptions): Promise<Begun> {
  const { home, founding, own, directory, logger, progress } = options
  await forgetHalfTaken(home)
  for (;;) {
    const known = followChain(founding, options.chain)
    const policyChain = await newestChain(founding, options.chain, directory.addresses(known))
    const policy = followChain(founding, policyChain)
    requireNamed(policy, own)
    await directory.learn(policy, 'all')
    const beginning = await chooseBeginning(directory.addresses(policy), policy, (members) =>
      logger.warn({ members }, 'a member vouches for another block than the quorum; nothing is taken from it'),
    )
    if (beginning.kind === 'not-yet') {
      progress({ zh: `等待其他成员：${beginning.why}`, en: `waiting for the other members: ${beginning.why}` })
      await pause(PAUSE_MS)
      continue
    }
    if (beginning.kind === 'blocks') {
      logger.info('the ledger is young: its blocks are executed')
      return { policy, policyChain }
    }
    const { trustHeight } = beginning.stateSync
    logger.info({ trustHeight }, 'a snapshot of the other members is taken over')
    return { policy, policyChain, stateSync: beginning.stateSync }
  }
}
