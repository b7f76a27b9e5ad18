/**
 * The contract `chains`: other ledgers, as this one knows them. Members vote whom to follow; from then on proof alone counts: a
 * change of the other's policy by the policy before it, a checkpoint by its quorum and by its growth out of the one recorded
 * before. Two logs under one name are evidence. Personal data: none. docs/formats/chains-contract.md.
 */
import { type Refusal, refuse } from '@mingzheng/kernel'
import {
  type CallContext,
  type Contract,
  type ContractAnswer,
  type ContractState,
  contractMethod,
} from '../contract/contract.ts'
import { GovernanceRecords } from '../governance/records.ts'
import {
  checkpointArguments,
  documentArguments,
  equivocationArguments,
  followArguments,
  proposeArguments,
  voteArguments,
} from './arguments.ts'
import { recordEquivocation } from './contrary.ts'
import { follow, recordCheckpoint } from './following.ts'
import { ChainRecords } from './records.ts'
import { propose, vote } from './registering.ts'

interface Asked {
  readonly records: ChainRecords
  readonly governance: GovernanceRecords
  /** Who calls. */
  readonly member: string
  readonly context: CallContext
}

/** A method for members only: whoever they are now, as governance has it. */
const byMember =
  <T>(act: (asked: Asked, args: T) => ContractAnswer | Refusal) =>
  (state: ContractState, args: T, context: CallContext): ContractAnswer | Refusal => {
    const governance = new GovernanceRecords({ get: (key) => context.read('governance', key) })
    const holder = governance.rules === null ? null : governance.holder(context.actorId)
    if (holder === null) return refuse('member-unknown', 'only members of this ledger take part')
    return act({ records: new ChainRecords(state), governance, member: holder.member, context }, args)
  }

export const chainsContract: Contract = {
  name: 'chains',
  version: 1,
  methods: {
    document: contractMethod({
      schema: documentArguments,
      permission: 'chains.document',
      apply: byMember(({ records, member }, { d, i, x }) => {
        records.stage(member, d, i, x)
        return { entry: { kind: 'chains.document', body: { d, i, x } } }
      }),
    }),
    propose: contractMethod({
      schema: proposeArguments,
      permission: 'chains.propose',
      apply: byMember(({ records, governance, member, context }, args) =>
        propose(records, governance, member, args, context),
      ),
    }),
    vote: contractMethod({
      schema: voteArguments,
      permission: 'chains.vote',
      apply: byMember(({ records, governance, member, context }, args) =>
        vote(records, governance, member, args, context),
      ),
    }),
    follow: contractMethod({
      schema: followArguments,
      permission: 'chains.follow',
      apply: byMember(({ records, member, context }, args) => follow(records, member, args, context)),
    }),
    checkpoint: contractMethod({
      schema: checkpointArguments,
      permission: 'chains.checkpoint',
      apply: byMember(({ records, context }, args) => recordCheckpoint(records, args, context)),
    }),
    equivocation: contractMethod({
      schema: equivocationArguments,
      permission: 'chains.equivocation',
      apply: byMember(({ records, context }, args) => recordEquivocation(records, args, context)),
    }),
  },
}
