/** Where the embedded authority keeps what it issued. Every method is durable when it resolves. */
import type { Bytes } from '@mingzheng/kernel'
import type { CertificatePurpose, RevocationReason } from '@mingzheng/proof'

/** The two families of keys; each has a root and a revocation list of its own. */
export type AuthorityFamily = 'p256' | 'sm2'

export interface Revocation {
  reason: RevocationReason
  /** Milliseconds: since when the certificate counts no more. */
  at: number
}

export interface IssuedCertificate {
  /** Lower-case hex of the serial number. */
  serial: string
  family: AuthorityFamily
  purpose: CertificatePurpose
  der: Bytes
  /** Name of the owner, for lists. */
  subject: string
  notBefore: number
  notAfter: number
  revocation: Revocation | null
}

export interface AuthorityStore {
  root(family: AuthorityFamily): Promise<Bytes | null>
  /** Keeps a root. A second one of the same family is refused with `authority-exists`. */
  addRoot(family: AuthorityFamily, der: Bytes): Promise<void>
  add(certificate: IssuedCertificate): Promise<void>
  find(serial: string): Promise<IssuedCertificate | null>
  /** Everything issued, oldest first. */
  list(): Promise<IssuedCertificate[]>
  /** The first revocation of a certificate stays. */
  revoke(serial: string, revocation: Revocation): Promise<void>
  revoked(family: AuthorityFamily): Promise<IssuedCertificate[]>
  /** Counts up; a number is never given twice. */
  nextListNumber(family: AuthorityFamily): Promise<number>
}
