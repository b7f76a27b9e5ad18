/** What a verification found so far. Each field is set by the check that reads it. */
import type { Bytes } from '@mingzheng/kernel'
import type { CertificateFields } from '../certificate/fields.ts'
import type { Entry } from '../entry.ts'
import type { Seal } from '../package/seal.ts'
import type { Profile } from '../policy.ts'
import type { PolicyLink } from '../policy-chain.ts'
import type { HistoryVerification } from '../policy-history.ts'
import type { TrustPolicy } from '../policy-schema.ts'
import type { RenewalFile } from '../renewal.ts'
import type { RevocationCode } from './checks/chain-words.ts'
import type { ReadManifest } from './checks/contents-checks.ts'
import type { Governing } from './checks/policy-check.ts'
import type { Token } from './checks/timestamp-checks.ts'
import type { Contents } from './contents.ts'
import type { PreparedPolicy } from './prepared-policy.ts'

/** A key certificate that the package relies on, and what is known of its revocation at the proven time. */
interface KeyCertificate {
  /** What it signed, as a member path. */
  where: string
  name: string
  /** `good`, or why its revocation lists do not say so. */
  code: 'good' | RevocationCode
  detail: string
  /** Revoked since this time (ms), but only after it was used. */
  revokedLater?: number
}

interface SignedDocument {
  path: string
  signer: string
  time: number
}

export interface Case {
  size: number
  contents: Contents
  governing: Governing
  /** Roots of the judging policy; none without one. */
  roots: PreparedPolicy['roots']
  /** Revocation lists of the package, DER. */
  crls: Bytes[]
  manifest?: ReadManifest
  seal?: Seal
  entry?: Entry
  receipts: { [P in Profile]?: HistoryVerification }
  /** Policies that the checker pinned, and the links of every chain at hand. */
  pinned: readonly TrustPolicy[]
  chains: readonly (readonly PolicyLink[])[]
  /** Renewals that can be read; each is judged by its own check. */
  renewals: readonly { name: string; renewal: RenewalFile }[]
  token?: Token
  certificate?: CertificateFields
  /** Every PDF whose signature holds: who signed it (common name) and when, ms. */
  documents: SignedDocument[]
  /** The certificate's PDF among them. */
  document?: SignedDocument | undefined
  signers: KeyCertificate[]
}
