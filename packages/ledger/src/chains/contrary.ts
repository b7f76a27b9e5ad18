/** Evidence that another ledger, or members of it, signed two logs: anybody's, the proof decides, once each. */
import { digest, encodeCbor, isRefusal, type Refusal, refuse } from '@mingzheng/kernel'
import { decodeEquivocation, type Equivocation, quorumMet, verifyEquivocation } from '@mingzheng/proof'
import type { CallContext, ContractAnswer } from '../contract/contract.ts'
import type { EquivocationArguments } from './arguments.ts'
import type { ChainRecords } from './records.ts'

/** Under so many policies back from the present one is evidence judged. */
const POLICIES_TRIED = 8

export function recordEquivocation(
  records: ChainRecords,
  { o, e }: EquivocationArguments,
  { index }: CallContext,
): ContractAnswer | Refusal {
  const chain = records.chain(o)
  if (chain === null) return refuse('chain-unknown', `${o} is not followed`)
  let evidence: ReturnType<typeof decodeEquivocation>
  try {
    evidence = decodeEquivocation(e)
  } catch {
    return refuse('equivocation-malformed', 'the evidence is not as its format says')
  }
  let judged: Equivocation | Refusal = refuse('equivocation-other-log', 'no policy of that ledger is here')
  let whole = false
  for (const { id } of chain.policies.slice(-POLICIES_TRIED).reverse()) {
    const policy = records.document(id)!
    judged = verifyEquivocation(evidence, policy)
    if (isRefusal(judged)) continue
    const accused = judged.members.map((member) => member.id)
    whole = quorumMet(policy, accused)
    break
  }
  if (isRefusal(judged)) return judged
  const { kind, profile, members, size, root, believedRoot } = judged
  const accused = members.map(({ id }) => id)
  // The same lie in another wrapping is no new one.
  const lie = digest('sha256', encodeCbor([o, profile, size, root, accused]))
  if (records.lie(lie) !== null) return refuse('equivocation-known', 'this is on the ledger already')
  records.setLie(lie, index)
  const state = whole && chain.state === 'followed' ? 'equivocated' : chain.state
  records.setChain({ ...chain, state, equivocations: [...chain.equivocations, index] })
  const body = { o, k: kind, f: profile, m: accused, z: size, r: root, l: believedRoot, y: whole, e }
  return { entry: { kind: 'chains.equivocation', body } }
}
