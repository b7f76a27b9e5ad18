/** What verification needs of a trust policy, computed once for each policy object: its id, its roots, its verifier of receipts. */
import { type Bytes, fromBase64 } from '@mingzheng/kernel'
import { policyId } from '../policy.ts'
import { createHistoryVerifier, type HistoryVerifier, singleHistory } from '../policy-history.ts'
import type { TrustPolicy } from '../policy-schema.ts'

export interface PreparedPolicy {
  readonly policy: TrustPolicy
  /** SHA-256 of its canonical JSON, hex. */
  readonly id: string
  /** Roots of certificate and timestamp authorities, DER. */
  readonly roots: { readonly certificate: Bytes[]; readonly timestamp: Bytes[] }
  /** Judges each distinct checkpoint once, also over many packages. */
  readonly receipts: HistoryVerifier
}

const prepared = new WeakMap<TrustPolicy, PreparedPolicy>()

/** The policy prepared; policies are taken for immutable. */
export function preparePolicy(policy: TrustPolicy): PreparedPolicy {
  let made = prepared.get(policy)
  if (made === undefined) {
    made = {
      policy,
      id: policyId(policy),
      roots: {
        certificate: policy.certificateRoots.map(fromBase64),
        timestamp: policy.timestampRoots.map(fromBase64),
      },
      receipts: createHistoryVerifier(singleHistory(policy)),
    }
    prepared.set(policy, made)
  }
  return made
}
