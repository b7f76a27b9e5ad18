/** Evidence that a member signed what the ledger is not, put on the ledger: anybody may, the proof decides, once each. */
import { type Bytes, digest, encodeCbor, isRefusal, type Refusal, refuse } from '@mingzheng/kernel'
import { decodeEquivocation, type Equivocation, verifyEquivocation } from '@mingzheng/proof'
import type { CallContext, ContractAnswer } from '../contract/contract.ts'
import type { GovernanceRecords } from './records.ts'

/** Under so many policies back from the present one is evidence judged. */
const POLICIES_TRIED = 8

export function recordEquivocation(
  records: GovernanceRecords,
  { e }: { e: Bytes },
  { index }: CallContext,
): ContractAnswer | Refusal {
  let evidence: ReturnType<typeof decodeEquivocation>
  try {
    evidence = decodeEquivocation(e)
  } catch {
    return refuse('equivocation-malformed', 'the evidence is not as its format says')
  }
  let judged: Equivocation | Refusal = refuse('equivocation-other-log', 'no policy is in force')
  for (const { id } of records.policies.slice(-POLICIES_TRIED).reverse()) {
    judged = verifyEquivocation(evidence, records.document(id)!)
    if (!isRefusal(judged)) break
  }
  if (isRefusal(judged)) return judged
  const { kind, profile, members, size, root, believedRoot } = judged
  const accused = members.map(({ id }) => id)
  // The same lie in another wrapping is no new one.
  const lie = digest('sha256', encodeCbor([profile, size, root, accused]))
  if (records.equivocation(lie) !== null) return refuse('equivocation-known', 'this is on the ledger already')
  records.setEquivocation(lie, index)
  const body = { o: kind, f: profile, m: accused, z: size, r: root, l: believedRoot, e }
  return { entry: { kind: 'governance.equivocation', body } }
}
