/** What falls due at the end of a block: proposals that passed take effect, others expire. */
import { type Bytes, fromHex, toHex } from '@mingzheng/kernel'
import { policyId } from '@mingzheng/proof'
import type { ContractAnswer, TurnAnswer, TurnContext } from '../contract/contract.ts'
import type { VoterChange } from '../engine/engine.ts'
import { refuseChange } from './policy-change.ts'
import type { GovernanceRecords, Proposal } from './records.ts'

interface Effect {
  readonly entry: ContractAnswer['entry']
  readonly voters?: readonly VoterChange[]
  readonly activate?: { readonly contract: string; readonly version: number }
}

/** Carries out everything that is due, in the order in which it passed. */
export function effects(
  records: GovernanceRecords,
  { time, height, index }: Omit<TurnContext, 'misbehaviour'>,
): TurnAnswer {
  const done: Effect[] = []
  for (const id of records.waiting) {
    const proposal = records.proposal(id)!
    const effect =
      proposal.state === 'open'
        ? expiry(records, id, proposal, time)
        : outcome(records, id, proposal, { time, height, index: index + done.length })
    if (effect !== null) done.push(effect)
  }
  return {
    entries: done.map(({ entry }) => entry),
    voters: done.flatMap(({ voters }) => voters ?? []),
    activate: done.flatMap(({ activate }) => activate ?? []),
  }
}

function expiry(records: GovernanceRecords, id: Bytes, proposal: Proposal, time: number): Effect | null {
  if (time <= proposal.at + records.rules!.windowMs) return null
  return ended(records, id, proposal, 'expired')
}

function outcome(
  records: GovernanceRecords,
  id: Bytes,
  proposal: Proposal,
  { time, height, index }: Omit<TurnContext, 'misbehaviour'>,
): Effect | null {
  if (proposal.due === null || time < proposal.due) return null
  if (proposal.kind === 'software') {
    records.software = proposal.name!
    return ended(records, id, proposal, 'active')
  }
  if (proposal.kind === 'contract') {
    // The next block is the first that can run under it.
    if (height + 1 < proposal.height!) return null
    if (!isReady(records, proposal.name!, proposal.version!)) return ended(records, id, proposal, 'not-ready')
    const activate = { contract: proposal.name!, version: proposal.version! }
    return { ...ended(records, id, proposal, 'active'), activate }
  }
  return enacted(records, id, proposal, index)
}

/** A policy change takes effect: what comes after this entry is judged under the new policy. */
function enacted(records: GovernanceRecords, id: Bytes, proposal: Proposal, index: number): Effect {
  const { kind, member } = proposal
  if (kind === 'software' || kind === 'contract') throw new Error('not a change of the policy')
  const former = records.policy
  const next = records.document(proposal.policy!)!
  // Another change may have come first.
  if (refuseChange(kind, member ?? undefined, former, next) !== null) return ended(records, id, proposal, 'stale')
  records.setProposal(id, { ...proposal, state: 'active' })
  records.enact(next, index)
  const emergency = kind === 'remove' ? { e: true, m: member } : {}
  return {
    entry: { kind: 'governance.policy', body: { p: proposal.policy!, f: fromPolicy(former), ...emergency } },
    voters: ordering(records, proposal),
  }
}

function ordering(records: GovernanceRecords, { kind, member, consensusKey }: Proposal): VoterChange[] {
  if (member === null) return []
  const before = records.consensusKey(member)
  const leaves = kind === 'expel' || kind === 'remove'
  if (!leaves && consensusKey === null) return []
  records.setConsensusKey(member, leaves ? null : consensusKey)
  const gone = before === null ? [] : [{ publicKey: before, power: 0 }]
  if (leaves) return gone
  // The same key again would be told to go and to come.
  if (before !== null && toHex(before) === toHex(consensusKey!)) return []
  return [...gone, { publicKey: consensusKey!, power: 1 }]
}

/** More than two thirds of the members have announced the version: with fewer nothing could be ordered any more. */
function isReady(records: GovernanceRecords, name: string, version: number): boolean {
  const { members } = records.policy
  const ready = members.filter(({ id }) => records.announced(id)?.contracts[name]?.includes(version) === true)
  return 3 * ready.length > 2 * members.length
}

function ended(records: GovernanceRecords, id: Bytes, proposal: Proposal, state: Proposal['state']): Effect {
  records.setProposal(id, { ...proposal, state })
  return { entry: { kind: 'governance.outcome', body: { q: id, o: state } } }
}

function fromPolicy(policy: Parameters<typeof policyId>[0]): Bytes {
  return fromHex(policyId(policy))
}
