/** Checking a receipt in this browser, against the trust policy of this installation or one that is given. */
import { addressOf, type Bilingual } from '@mingzheng/api'
import type { Profile, ReceiptVerification, TrustPolicy } from '@mingzheng/proof'

export interface ReceiptResult {
  profile: Profile
  verification: ReceiptVerification
}

/** The policy in force now. */
export async function fetchPolicy(): Promise<TrustPolicy> {
  const { parsePolicy } = await import('@mingzheng/proof')
  const response = await fetch(addressOf('instance.policy'))
  return parsePolicy(new Uint8Array(await response.arrayBuffer()))
}

/** Checks each proof over the entry; which tree a proof is of is read from its origin. */
export async function checkReceipts(
  entry: Uint8Array<ArrayBuffer>,
  proofs: readonly string[],
  policy?: TrustPolicy,
): Promise<ReceiptResult[]> {
  const { createReceiptVerifier } = await import('@mingzheng/proof')
  const verifier = createReceiptVerifier(policy ?? (await fetchPolicy()))
  return proofs.map((proof) => {
    const profile: Profile = /^\S+\/sm3$/m.test(proof) ? 'sm3' : 'sha256'
    return { profile, verification: verifier.verify({ entry, proof, profile }) }
  })
}

/** Receipts in both trees, checked, and the policy that judged them. */
export interface WitnessedEntry {
  results: ReceiptResult[]
  policy: TrustPolicy
  /** The policy in words, one statement a line. */
  words: Bilingual
  /** Whether it is the one in force now. */
  now: boolean
}

export async function checkWitnesses(
  entry: Uint8Array<ArrayBuffer>,
  proofs: readonly string[],
  policyBytes?: Uint8Array<ArrayBuffer>,
): Promise<WitnessedEntry> {
  const { describePolicy, parsePolicy, policyId } = await import('@mingzheng/proof')
  const present = await fetchPolicy()
  const policy = policyBytes === undefined ? present : parsePolicy(policyBytes)
  return {
    results: await checkReceipts(entry, proofs, policy),
    policy,
    words: { zh: describePolicy(policy, 'zh'), en: describePolicy(policy, 'en') },
    now: policyId(policy) === policyId(present),
  }
}
