/** Checking a receipt in this browser, against the trust policy of this installation. */
import { addressOf } from '@mingzheng/api'
import type { Profile, ReceiptVerification, TrustPolicy } from '@mingzheng/proof'

export interface ReceiptResult {
  profile: Profile
  verification: ReceiptVerification
}

export async function fetchPolicy(): Promise<TrustPolicy> {
  const { parsePolicy } = await import('@mingzheng/proof')
  const response = await fetch(addressOf('instance.policy'))
  return parsePolicy(new Uint8Array(await response.arrayBuffer()))
}

/** Checks each proof over the entry; which tree a proof is of is read from its origin. */
export async function checkReceipts(
  entry: Uint8Array<ArrayBuffer>,
  proofs: readonly string[],
): Promise<ReceiptResult[]> {
  const { createReceiptVerifier } = await import('@mingzheng/proof')
  const verifier = createReceiptVerifier(await fetchPolicy())
  return proofs.map((proof) => {
    const profile: Profile = /^\S+\/sm3$/m.test(proof) ? 'sm3' : 'sha256'
    return { profile, verification: verifier.verify({ entry, proof, profile }) }
  })
}
