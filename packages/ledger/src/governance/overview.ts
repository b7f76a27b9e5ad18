/** What the consortium is deciding and how it came to its policy, as a member's node tells those who ask. */
import type { Bytes } from '@mingzheng/kernel'
import { type ConsortiumPolicy, encodePolicy } from '@mingzheng/proof'
import type { GovernanceRecords, Proposal } from './records.ts'
import { type VotesNeeded, votesNeeded } from './tally.ts'

/** A proposal that is open or waits for its effect. */
export interface WaitingProposal
  extends Pick<Proposal, 'kind' | 'by' | 'at' | 'yes' | 'no' | 'due' | 'member' | 'name'> {
  readonly id: Bytes
  readonly state: 'open' | 'passed'
  /** Ledger time after which it is open no longer. */
  readonly expires: number
  readonly version: number | null
  readonly height: number | null
  /** Canonical bytes of the proposed policy. */
  readonly policy: Bytes | null
  readonly needed: VotesNeeded
}

export interface GovernanceOverview {
  readonly delayMs: number
  readonly windowMs: number
  readonly proposals: readonly WaitingProposal[]
  /** Policies in force one after the other, oldest first: canonical bytes, and the first entry that each judges (0: genesis). */
  readonly policies: readonly { readonly policy: Bytes; readonly since: number }[]
  /** What each member says that it runs; `null`: it has not said. */
  readonly software: readonly { readonly member: string; readonly version: string | null }[]
  /** Version that the members voted for last. */
  readonly votedSoftware: string | null
}

/** `null` before the first block. */
export function governanceOverview(records: GovernanceRecords): GovernanceOverview | null {
  const { rules } = records
  if (rules === null) return null
  const { policy } = records
  return {
    ...rules,
    proposals: records.waiting.flatMap((id) => waiting(records, id, policy, rules.windowMs) ?? []),
    policies: records.policies.flatMap(({ id, index }) => {
      const document = records.document(id)
      return document === null ? [] : [{ policy: encodePolicy(document), since: index }]
    }),
    software: policy.members.map(({ id }) => ({ member: id, version: records.announced(id)?.software ?? null })),
    votedSoftware: records.software,
  }
}

function waiting(
  records: GovernanceRecords,
  id: Bytes,
  inForce: ConsortiumPolicy,
  windowMs: number,
): WaitingProposal | null {
  const found = records.proposal(id)
  if (found === null || (found.state !== 'open' && found.state !== 'passed')) return null
  const { kind, by, at, yes, no, state, due, member, name, version, height } = found
  const proposed = found.policy === null ? null : records.document(found.policy)
  return {
    ...{ id, kind, by, at, yes, no, state, due, member, name, version, height },
    expires: at + windowMs,
    policy: proposed === null ? null : encodePolicy(proposed),
    needed: votesNeeded(inForce, kind === 'remove' ? (member ?? undefined) : undefined),
  }
}
