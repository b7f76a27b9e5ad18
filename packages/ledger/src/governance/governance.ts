/**
 * The contract `governance`: how a consortium changes itself. Proposals and votes of its members, by their gateway keys; a
 * quorum by role; a delay in ledger time; and the effect at the end of a block, as an entry. Personal data: none.
 * docs/formats/governance-contract.md.
 */
import { type Bytes, fromHex, type Refusal, refuse, toHex } from '@mingzheng/kernel'
import { actorOf, type ConsortiumPolicy, type MemberRole } from '@mingzheng/proof'
import {
  type Authorise,
  type CallContext,
  type Contract,
  type ContractAnswer,
  type ContractState,
  contractMethod,
} from '../contract/contract.ts'
import {
  announceArguments,
  dismissArguments,
  documentArguments,
  enrolArguments,
  equivocationArguments,
  proposeArguments,
  voteArguments,
  withdrawArguments,
} from './arguments.ts'
import { recordEquivocation } from './equivocation.ts'
import { covers } from './grants.ts'
import { recordMisbehaviour } from './misbehaviour.ts'
import { propose, vote, withdraw } from './proposing.ts'
import { GovernanceRecords, type Rules } from './records.ts'
import { effects } from './taking-effect.ts'

/** What a consortium begins with; the same on every member. */
export interface GovernanceFounding {
  readonly policy: ConsortiumPolicy
  /** Consensus keys of the members, Ed25519. */
  readonly validators: readonly { readonly member: string; readonly publicKey: Bytes }[]
  /** Default: a delay of a day, a window of thirty. */
  readonly rules?: Rules | undefined
  /** What a role may do: permissions, or prefixes of such that end with a dot. `governance.` goes without saying. */
  readonly grants: Readonly<Record<MemberRole, readonly string[]>>
}

export interface Governance {
  readonly contract: Contract
  /** Members by their roles, and keys that members enrolled. */
  readonly authorise: Authorise
}

const EQUIVOCATION_PERMISSION = 'governance.equivocation'
const DAY_MS = 86_400_000
export const DEFAULT_RULES: Rules = { delayMs: DAY_MS, windowMs: 30 * DAY_MS }

/** The contract `governance`, version 1, and the consortium's `authorise`. Throws when a founding member has no keys. */
export function createGovernance({
  policy,
  validators,
  rules = DEFAULT_RULES,
  grants,
}: GovernanceFounding): Governance {
  const founders = new Map<string, { member: string; role: MemberRole }>()
  for (const { id, gatewayKey, role } of policy.members) {
    if (gatewayKey === undefined) throw new Error(`the founding member ${id} has no gateway key`)
    if (!validators.some(({ member }) => member === id))
      throw new Error(`the founding member ${id} has no consensus key`)
    founders.set(actorHexOf(gatewayKey), { member: id, role })
  }

  /** State in which the founding stands: a block's first call may come before the end of the first block. */
  function founded(state: ContractState): { records: GovernanceRecords; fresh: boolean } {
    const records = new GovernanceRecords(state)
    if (records.rules !== null) return { records, fresh: false }
    records.rules = rules
    records.addDocument(policy)
    records.enact(policy, 0)
    for (const { member, publicKey } of validators) records.setConsensusKey(member, publicKey)
    return { records, fresh: true }
  }

  type Act<T> = (records: GovernanceRecords, member: string, args: T, context: CallContext) => ContractAnswer | Refusal
  /** A method for members only. */
  const byMember =
    <T>(act: Act<T>) =>
    (state: ContractState, args: T, context: CallContext): ContractAnswer | Refusal => {
      const { records } = founded(state)
      const holder = records.holder(context.actorId)
      if (holder === null) return refuse('member-unknown', 'only members take part in governance')
      return act(records, holder.member, args, context)
    }

  const contract: Contract = {
    name: 'governance',
    version: 1,
    methods: {
      document: contractMethod({
        schema: documentArguments,
        permission: 'governance.propose',
        apply: byMember((records, member, { d, i, x }) => {
          records.stage(member, d, i, x)
          return { entry: { kind: 'governance.document', body: { d, i, x } } }
        }),
      }),
      propose: contractMethod({
        schema: proposeArguments,
        permission: 'governance.propose',
        apply: byMember(propose),
      }),
      vote: contractMethod({ schema: voteArguments, permission: 'governance.vote', apply: byMember(vote) }),
      withdraw: contractMethod({
        schema: withdrawArguments,
        permission: 'governance.propose',
        apply: byMember(withdraw),
      }),
      announce: contractMethod({
        schema: announceArguments,
        permission: 'governance.announce',
        apply: byMember((records, member, { w, c }) => {
          records.announce(member, w, c)
          return { entry: { kind: 'governance.announce', body: { m: member, w, c } } }
        }),
      }),
      enrol: contractMethod({
        schema: enrolArguments,
        permission: 'governance.enrol',
        apply: byMember((records, member, { k, g }) => {
          const mine = grants[records.roleOf(member)!]
          const beyond = g.find((grant) => !covers(mine, grant))
          if (beyond !== undefined) return refuse('grant-beyond', `${member} may not ${beyond} itself`)
          const i = actorOf({ algorithm: 'ed25519', bytes: k })
          if (records.holder(i) !== null) return refuse('key-taken', 'the key is a member’s')
          const former = records.enrolled(i)
          if (former !== null && former.member !== member) return refuse('key-taken', 'another member enrolled the key')
          records.enrol(i, { member, grants: g })
          return { entry: { kind: 'governance.enrol', body: { i, k, g, m: member } } }
        }),
      }),
      dismiss: contractMethod({
        schema: dismissArguments,
        permission: 'governance.enrol',
        apply: byMember((records, member, { i }) => {
          if (records.enrolled(i)?.member !== member) return refuse('key-unknown', `${member} enrolled no such key`)
          records.enrol(i, null)
          return { entry: { kind: 'governance.dismiss', body: { i, m: member } } }
        }),
      }),
      equivocation: contractMethod({
        schema: equivocationArguments,
        permission: EQUIVOCATION_PERMISSION,
        apply: (state, args, context) => recordEquivocation(founded(state).records, args, context),
      }),
    },
    turn(state, context) {
      const { records, fresh } = founded(state)
      const { delayMs, windowMs } = rules
      const begin = { kind: 'governance.begin', body: { p: records.policies[0]!.id, d: delayMs, w: windowMs } }
      const first = fresh ? [begin] : []
      const found = recordMisbehaviour(records, { ...context, index: context.index + first.length })
      const due = effects(records, { ...context, index: context.index + first.length + found.length })
      return { ...due, entries: [...first, ...found, ...due.entries] }
    },
  }

  const authorise: Authorise = ({ actorId, permission, read }) => {
    // The proof decides, not who brings it.
    if (permission === EQUIVOCATION_PERMISSION) return true
    const records = new GovernanceRecords({ get: (key) => read('governance', key) })
    const holder = records.rules === null ? (founders.get(toHex(actorId)) ?? null) : records.holder(actorId)
    if (holder !== null) return permission.startsWith('governance.') || covers(grants[holder.role], permission)
    const enrolled = records.enrolled(actorId)
    if (enrolled === null) return false
    // Who enrolled the key answers for it, and can give no more than it still has.
    const role = records.roleOf(enrolled.member)
    return role !== null && covers(grants[role], permission) && covers(enrolled.grants, permission)
  }

  return { contract, authorise }
}

function actorHexOf(gatewayKey: string): string {
  return toHex(actorOf({ algorithm: 'ed25519', bytes: fromHex(gatewayKey) }))
}
