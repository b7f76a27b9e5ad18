/** One member of another ledger, asked over HTTP: its checkpoints in both trees, and how its policies changed. Nothing is believed unread. */
import { Failure, fromUtf8, isRefusal } from '@mingzheng/kernel'
import { believedPair, type ReadLogFile } from '@mingzheng/ledger'
import {
  type Checkpoint,
  type ConsortiumPolicy,
  decodePolicyChain,
  type PolicyLink,
  type Profile,
  parseSignedCheckpoint,
} from '@mingzheng/proof'

export interface ChainSource {
  readonly id: string
  /** A file of the log that the member serves. */
  readonly read: ReadLogFile
}

/** What a member shows of its ledger. */
export interface Shown {
  readonly source: ChainSource
  /** `silent`: no answer; `unsigned`: the policy does not believe it; `broken`: not as the format says. */
  readonly state: 'shown' | 'silent' | 'unsigned' | 'broken'
  /** Signed checkpoints, where they can be read. */
  readonly notes: { readonly [profile in Profile]: string } | null
  readonly pair: { readonly [profile in Profile]: Checkpoint } | null
}

const TRIES = 3

/** Asks for the checkpoints of both trees at one size; `before` when they are what they were. Never throws for what the member does. */
export async function askSource(
  source: ChainSource,
  policy: ConsortiumPolicy,
  before: Shown | undefined,
): Promise<Shown> {
  const nothing = { source, notes: null, pair: null }
  try {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const sha256 = fromUtf8(await source.read('checkpoint'))
      if (before?.state === 'shown' && before.notes?.sha256 === sha256) return before
      const notes = { sha256, sm3: fromUtf8(await source.read('sm3/checkpoint')) }
      const pair = {
        sha256: parseSignedCheckpoint(notes.sha256).checkpoint,
        sm3: parseSignedCheckpoint(notes.sm3).checkpoint,
      }
      // The two are read one after the other: a checkpoint may come between.
      if (pair.sha256.size !== pair.sm3.size) continue
      return { source, state: isRefusal(believedPair(policy, notes)) ? 'unsigned' : 'shown', notes, pair }
    }
    return { ...nothing, state: 'broken' }
  } catch (error) {
    return { ...nothing, state: error instanceof Failure ? 'broken' : 'silent' }
  }
}

/** The changes of policy that the member can prove; none when there were none, or it does not answer. */
export async function askLinks({ read }: ChainSource): Promise<PolicyLink[]> {
  try {
    return decodePolicyChain(await read('policy-chain.json'))
  } catch {
    return []
  }
}
