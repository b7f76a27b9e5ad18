/** What the consortium is deciding, what it decided, and how it came to its policy, as a member's node tells those who ask. */
import { type Bytes, fromHex } from '@mingzheng/kernel'
import { type ConsortiumPolicy, encodePolicy } from '@mingzheng/proof'
import { type ChainProposal, ChainRecords } from '../chains/records.ts'
import { GovernanceRecords, type Proposal, type ProposalState } from './records.ts'
import { type VotesNeeded, votesNeeded } from './tally.ts'

type Words = ConsortiumPolicy['name']

interface AnyProposal {
  readonly id: Bytes
  /** Ledger time after which it is open no longer. */
  readonly expires: number
  /** Name of the member, or of the ledger, that it is about, as the proposed policy says. */
  readonly subject: Words | null
  readonly needed: VotesNeeded
}

/** A proposal about this consortium. */
export interface GovernanceProposal
  extends AnyProposal,
    Pick<Proposal, 'kind' | 'by' | 'at' | 'yes' | 'no' | 'due' | 'member' | 'name' | 'version' | 'height'> {
  readonly state: ProposalState
  /** Canonical bytes of the proposed policy, while it is open or waits for its effect. */
  readonly policy: Bytes | null
}

/** A proposal to follow another ledger, or to follow it no more. */
export interface FollowingProposal
  extends AnyProposal,
    Pick<ChainProposal, 'kind' | 'origin' | 'by' | 'at' | 'yes' | 'no' | 'state'> {}

export interface GovernanceOverview {
  readonly delayMs: number
  readonly windowMs: number
  /** Open, or waiting for their effect. */
  readonly proposals: readonly GovernanceProposal[]
  /** Decided otherwise, or in effect: the newest first, so many at most. */
  readonly decided: readonly GovernanceProposal[]
  /** About other ledgers, open and decided, the newest first. */
  readonly following: readonly FollowingProposal[]
  /** Policies in force one after the other, oldest first: canonical bytes, and the first entry that each judges (0: genesis). */
  readonly policies: readonly { readonly policy: Bytes; readonly since: number }[]
  /** What each member says that it runs; `null`: it has not said. */
  readonly software: readonly { readonly member: string; readonly version: string | null }[]
  /** Version that the members voted for last. */
  readonly votedSoftware: string | null
}

/** A member's state, as far as this asks for it. */
export interface ReadableState {
  read(contract: string, key: string): unknown
  keys(contract: string, prefix: string): readonly string[]
}

/** Proposals that are shown when they are decided. */
const DECIDED = 20

/** `null` before the first block. */
export function governanceOverview(state: ReadableState): GovernanceOverview | null {
  const get = (contract: string) => ({ get: (key: string) => state.read(contract, key) as never })
  const records = new GovernanceRecords(get('governance'))
  const { rules } = records
  if (rules === null) return null
  const { policy } = records
  const ids = (contract: string) => state.keys(contract, PROPOSAL).map((key) => fromHex(key.slice(PROPOSAL.length)))
  const all = newestFirst(ids('governance').map((id) => governing(records, id, policy, rules.windowMs)))
  const waits = ({ state }: GovernanceProposal) => state === 'open' || state === 'passed'
  const chains = new ChainRecords(get('chains'))
  return {
    ...rules,
    proposals: all.filter(waits).reverse(),
    decided: all.filter((one) => !waits(one)).slice(0, DECIDED),
    following: newestFirst(ids('chains').map((id) => following(chains, id, policy, rules.windowMs))).slice(0, DECIDED),
    policies: records.policies.flatMap(({ id, index }) => {
      const document = records.document(id)
      return document === null ? [] : [{ policy: encodePolicy(document), since: index }]
    }),
    software: policy.members.map(({ id }) => ({ member: id, version: records.announced(id)?.software ?? null })),
    votedSoftware: records.software,
  }
}

const PROPOSAL = 'proposal/'

function newestFirst<T extends { readonly at: number }>(proposals: T[]): T[] {
  return proposals.sort((a, b) => b.at - a.at)
}

function governing(
  records: GovernanceRecords,
  id: Bytes,
  inForce: ConsortiumPolicy,
  windowMs: number,
): GovernanceProposal {
  const { kind, by, at, yes, no, state, due, member, name, version, height, policy } = records.proposal(id)!
  const proposed = policy === null ? null : records.document(policy)
  const about = (one: ConsortiumPolicy | null) => one?.members.find((each) => each.id === member)?.name ?? null
  const waits = state === 'open' || state === 'passed'
  return {
    ...{ id, kind, by, at, yes, no, state, due, member, name, version, height },
    expires: at + windowMs,
    subject: about(proposed) ?? about(inForce),
    policy: proposed === null || !waits ? null : encodePolicy(proposed),
    needed: votesNeeded(inForce, kind === 'remove' ? (member ?? undefined) : undefined),
  }
}

function following(records: ChainRecords, id: Bytes, inForce: ConsortiumPolicy, windowMs: number): FollowingProposal {
  const { kind, origin, policy, by, at, yes, no, state } = records.proposal(id)!
  const chain = records.chain(origin)
  const known = policy !== null ? records.document(policy) : chain === null ? null : records.policyOf(chain)
  return {
    ...{ id, kind, origin, by, at, yes, no, state },
    expires: at + windowMs,
    subject: known?.name ?? null,
    needed: votesNeeded(inForce),
  }
}
