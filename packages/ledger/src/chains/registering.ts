/** Which other ledgers this one follows: proposed and voted by its members, like every change of whom they trust. */
import { type Bytes, isRefusal, type Refusal, refuse, toHex } from '@mingzheng/kernel'
import { type ConsortiumPolicy, parseVerifierKey } from '@mingzheng/proof'
import type { CallContext, ContractAnswer } from '../contract/contract.ts'
import type { GovernanceRecords } from '../governance/records.ts'
import { tally } from '../governance/tally.ts'
import type { ProposeArguments } from './arguments.ts'
import { type ChainProposal, type ChainRecords, idOf, readConsortium } from './records.ts'

/** More proposals than these at the same time are noise. */
const MOST_WAITING = 16

/** A member proposes, and votes for it thereby. */
export function propose(
  records: ChainRecords,
  governance: GovernanceRecords,
  member: string,
  args: ProposeArguments,
  context: CallContext,
): ContractAnswer | Refusal {
  const { id, time } = context
  if (records.proposal(id) !== null) return refuse('proposal-taken', 'there is a proposal of that id')
  const { windowMs } = governance.rules!
  for (const one of records.waiting) if (time > records.proposal(one)!.at + windowMs) records.forget(one)
  if (records.waiting.length >= MOST_WAITING) return refuse('proposals-many', 'too many proposals wait')
  const about = args.k === 'register' ? registering(records, governance, member, args.d) : retiring(records, args.o)
  if (isRefusal(about)) return about
  const proposal: ChainProposal = { ...about, by: member, at: time, yes: [member], no: [], state: 'open' }
  const next = counted(records, governance, id, proposal, context)
  const { origin, policy } = next
  const told = { k: args.k, o: origin, p: policy ?? undefined, m: member, x: outcomeOf(next) }
  return { entry: { kind: 'chains.propose', body: told } }
}

/** A member votes, once. What passed is in force from this entry on. */
export function vote(
  records: ChainRecords,
  governance: GovernanceRecords,
  member: string,
  { q, y }: { q: Bytes; y: boolean },
  context: CallContext,
): ContractAnswer | Refusal {
  const proposal = records.proposal(q)
  if (proposal === null) return refuse('proposal-unknown', 'there is no such proposal')
  if (proposal.state !== 'open') return refuse('proposal-closed', `the proposal is ${proposal.state}`)
  if (context.time > proposal.at + governance.rules!.windowMs) {
    return refuse('proposal-closed', 'the proposal has expired')
  }
  if ([...proposal.yes, ...proposal.no].includes(member)) return refuse('vote-twice', `${member} has voted`)
  const voted = y ? { yes: [...proposal.yes, member] } : { no: [...proposal.no, member] }
  const next = counted(records, governance, q, { ...proposal, ...voted }, context)
  const { kind, origin, policy } = next
  const body = { q, y, m: member, k: kind, o: origin, p: policy ?? undefined, x: outcomeOf(next) }
  return { entry: { kind: 'chains.vote', body } }
}

type About = Pick<ChainProposal, 'kind' | 'origin' | 'policy'>

function registering(records: ChainRecords, governance: GovernanceRecords, member: string, id: Bytes): About | Refusal {
  const bytes = records.takeStaged(member, id)
  const policy = bytes === null ? null : readConsortium(bytes)
  if (policy === null) return refuse('document-missing', 'no consortium’s policy of that id was put on the ledger')
  const { origin } = policy
  const own = governance.policy
  if (origin === own.origin) return refuse('chain-own', 'a ledger does not follow itself')
  const shared = keysOf(policy).find((key) => keysOf(own).includes(key))
  if (shared !== undefined) return refuse('chain-shares-key', 'the two ledgers have a key in common')
  if (records.chain(origin)?.state === 'followed') return refuse('chain-known', `${origin} is followed already`)
  records.addDocument(policy)
  return { kind: 'register', origin, policy: idOf(policy) }
}

function retiring(records: ChainRecords, origin: string): About | Refusal {
  const chain = records.chain(origin)
  if (chain === null || chain.state === 'retired') return refuse('chain-unknown', `${origin} is not followed`)
  return { kind: 'retire', origin, policy: null }
}

/** Every key of a policy's members, as hex. */
function keysOf({ members }: ConsortiumPolicy): string[] {
  return members.flatMap(({ cosignerKey, sm2Key, logKey, sm2LogKey, gatewayKey }) => [
    ...[cosignerKey, sm2Key, logKey, sm2LogKey].map((key) => toHex(parseVerifierKey(key).publicKey.bytes)),
    ...(gatewayKey === undefined ? [] : [gatewayKey]),
  ])
}

/** The proposal with what its votes make of it; what passes takes effect. */
function counted(
  records: ChainRecords,
  governance: GovernanceRecords,
  id: Bytes,
  proposal: ChainProposal,
  { index }: CallContext,
): ChainProposal {
  const next = { ...proposal, state: tally(governance.policy, proposal.yes, proposal.no) }
  records.setProposal(id, next)
  if (next.state !== 'passed') return next
  const { kind, origin, policy } = next
  const known = records.chain(origin)
  // What a ledger signed before it equivocated binds it no more: its log is another from now on.
  const bound = known?.state === 'equivocated' ? { ...known, checkpoints: 0, last: null } : known
  if (kind === 'retire') records.setChain({ ...bound!, state: 'retired' })
  else if (known?.state !== 'followed') {
    const policies = [...(known?.policies ?? []), { id: policy!, since: null, index }]
    const { checkpoints = 0, last = null, equivocations = [] } = bound ?? {}
    records.setChain({ origin, state: 'followed', policies, checkpoints, last, equivocations })
  }
  return next
}

const outcomeOf = ({ state }: ChainProposal) => (state === 'open' ? undefined : state)
