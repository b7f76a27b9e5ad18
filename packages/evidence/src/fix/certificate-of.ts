/** The facts of the certificate, drawn together from the manifest, the timestamp, the receipt and the policy. */
import { type Bytes, digestPair, Failure, fromBase64, toHex, utcText } from '@mingzheng/kernel'
import {
  type CertificateFields,
  certificatePolicy,
  certificateWitnesses,
  createReceiptVerifier,
  fieldsOfManifest,
  type Manifest,
  parsePolicy,
  policyId,
} from '@mingzheng/proof'
import type { KeptReceipt } from './fix-manifest.ts'

export interface CertificateSources {
  manifest: Manifest
  manifestBytes: Bytes
  receipt: KeptReceipt
  policyBytes: Bytes
  timestamp: CertificateFields['timestamp']
  /** Common name of the certificate that signs documents. */
  signer: string
  /** Address at which anybody verifies. */
  verifyAt: string
}

/** Throws `receipt-not-verified` rather than print a certificate over a receipt that the policy does not accept. */
export function certificateOf(sources: CertificateSources): CertificateFields {
  const { manifest, manifestBytes, receipt, policyBytes, timestamp, signer, verifyAt } = sources
  const policy = parsePolicy(policyBytes)
  const verifier = createReceiptVerifier(policy)
  const entry = fromBase64(receipt.entry)
  const sha256 = verifier.verify({ entry, proof: receipt.proof, profile: 'sha256' })
  const sm3 = verifier.verify({ entry, proof: receipt.proofSm3, profile: 'sm3' })
  for (const { verdict, checks } of [sha256, sm3]) {
    const failed = checks.find((check) => check.status === 'failed')
    if (verdict !== 'verified') {
      throw new Failure('receipt-not-verified', `the receipt does not verify: ${failed?.code ?? 'unknown'}`)
    }
  }
  const digests = digestPair(manifestBytes)
  return {
    ...fieldsOfManifest(manifest),
    manifest: { sha256: toHex(digests.sha256), sm3: toHex(digests.sm3) },
    timestamp,
    ledger: {
      origin: policy.origin,
      index: receipt.index,
      time: utcText(receipt.time),
      size: sha256.size!,
      root: toHex(sha256.root!),
      rootSm3: toHex(sm3.root!),
      members: certificateWitnesses(policy, sha256),
    },
    policy: certificatePolicy(policy, policyId(policy)),
    signer,
    verifyAt,
  }
}
