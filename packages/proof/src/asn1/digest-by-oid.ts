/** Digests that certificates and signed data of other authorities name. The same code on every page, secure context or not. */
import { type Bytes, digest } from '@mingzheng/kernel'
import { sha1 } from '@noble/hashes/legacy.js'
import { sha384, sha512 } from '@noble/hashes/sha2.js'
import { OID } from './object-identifier.ts'

const BY_OID: Record<string, (bytes: Bytes) => Bytes> = {
  [OID.sha256]: (bytes) => digest('sha256', bytes),
  [OID.sm3]: (bytes) => digest('sm3', bytes),
  [OID.sha384]: sha384,
  [OID.sha512]: sha512,
}

/** The digest that an OID names, or `null` when it is none of those that count today. */
export function digestByOid(oid: string, bytes: Bytes): Bytes | null {
  return BY_OID[oid]?.(bytes) ?? null
}

/** SHA-1, only to find a certificate again that other digests vouch for (ESSCertID, RFC 2634). */
export const sha1Fingerprint = (bytes: Bytes): Bytes => sha1(bytes)
