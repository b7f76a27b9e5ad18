/** From a proposal to its passing: who may propose what, and how votes count. */
import { type Bytes, equalBytes, isRefusal, type Refusal, refuse } from '@mingzheng/kernel'
import type { CallContext, ContractAnswer } from '../contract/contract.ts'
import type { ProposeArguments } from './arguments.ts'
import { refuseChange } from './policy-change.ts'
import type { GovernanceRecords, Proposal } from './records.ts'
import { tally } from './tally.ts'

/** More proposals than these at the same time would make every block slower. */
const MOST_WAITING = 64

/** A member proposes, and votes for it thereby. */
export function propose(
  records: GovernanceRecords,
  member: string,
  args: ProposeArguments,
  { id, time }: CallContext,
): ContractAnswer | Refusal {
  if (records.proposal(id) !== null) return refuse('proposal-taken', 'there is a proposal of that id')
  if (records.waiting.length >= MOST_WAITING) return refuse('proposals-many', 'too many proposals wait')
  const fields = proposed(records, member, args)
  if (isRefusal(fields)) return fields
  const proposal: Proposal = {
    kind: args.k,
    by: member,
    at: time,
    yes: [member],
    no: [],
    state: 'open',
    due: null,
    member: null,
    policy: null,
    consensusKey: null,
    name: null,
    version: null,
    height: null,
    ...fields,
  }
  records.setProposal(id, counted(records, proposal, time))
  return { entry: { kind: 'governance.propose', body: { ...args, b: member } } }
}

/** A member votes, once. */
export function vote(
  records: GovernanceRecords,
  member: string,
  { q, y }: { q: Bytes; y: boolean },
  { time }: CallContext,
): ContractAnswer | Refusal {
  const proposal = records.proposal(q)
  if (proposal === null) return refuse('proposal-unknown', 'there is no such proposal')
  if (proposal.state !== 'open') return refuse('proposal-closed', `the proposal is ${proposal.state}`)
  if (time > proposal.at + records.rules!.windowMs) return refuse('proposal-closed', 'the proposal has expired')
  if (proposal.kind === 'remove' && proposal.member === member) {
    return refuse('vote-own-removal', 'a member has no vote on its own emergency removal')
  }
  if ([...proposal.yes, ...proposal.no].includes(member)) return refuse('vote-twice', `${member} has voted`)
  const voted = y ? { yes: [...proposal.yes, member] } : { no: [...proposal.no, member] }
  const next = counted(records, { ...proposal, ...voted }, time)
  records.setProposal(q, next)
  const outcome = next.state === 'open' ? {} : { o: next.state }
  return { entry: { kind: 'governance.vote', body: { q, y, m: member, ...outcome } } }
}

/** The proposer takes its proposal back before it took effect. */
export function withdraw(
  records: GovernanceRecords,
  member: string,
  { q }: { q: Bytes },
  _context: CallContext,
): ContractAnswer | Refusal {
  const proposal = records.proposal(q)
  if (proposal === null) return refuse('proposal-unknown', 'there is no such proposal')
  if (proposal.by !== member) return refuse('proposal-other', `${proposal.by} proposed it`)
  if (proposal.state !== 'open') return refuse('proposal-closed', `the proposal is ${proposal.state}`)
  records.setProposal(q, { ...proposal, state: 'withdrawn' })
  return { entry: { kind: 'governance.withdraw', body: { q, m: member } } }
}

function proposed(records: GovernanceRecords, member: string, args: ProposeArguments): Partial<Proposal> | Refusal {
  if (args.k === 'software') return { name: args.w }
  if (args.k === 'contract') return { name: args.n, version: args.v, height: args.h }
  const about = args.k === 'terms' ? undefined : args.m
  if (args.k === 'remove' && about === member) {
    return refuse('vote-own-removal', 'a member leaves by its expulsion, which waits for the delay')
  }
  const policy = records.document(args.p) ?? records.takeStaged(member, args.p)
  if (policy === null) return refuse('document-missing', 'no policy of that id was put on the ledger by its proposer')
  const wrong = refuseChange(args.k, about, records.policy, policy)
  if (wrong !== null) return wrong
  const consensusKey = 'x' in args && args.x !== undefined ? args.x : null
  const taken = records.policy.members.find(({ id }) => sameKey(records.consensusKey(id), consensusKey))
  if (taken !== undefined) return refuse('key-taken', `the consensus key is that of ${taken.id}`)
  records.addDocument(policy)
  return { policy: args.p, member: about ?? null, consensusKey }
}

function sameKey(one: Bytes | null, other: Bytes | null): boolean {
  return one !== null && other !== null && equalBytes(one, other)
}

/** The proposal with what its votes make of it. */
function counted(records: GovernanceRecords, proposal: Proposal, time: number): Proposal {
  const without = proposal.kind === 'remove' ? (proposal.member ?? undefined) : undefined
  const result = tally(records.policy, proposal.yes, proposal.no, without)
  if (result === 'open') return proposal
  if (result === 'rejected') return { ...proposal, state: 'rejected' }
  const due = proposal.kind === 'remove' ? time : time + records.rules!.delayMs
  return { ...proposal, state: 'passed', due }
}
