/** TimeStampReq (RFC 3161 section 2.4.1): made for other authorities, read by the embedded one. */
import { type Bytes, Failure } from '@mingzheng/kernel'
import { der, OID, readTimestampRequest, type TimestampRequest } from '@mingzheng/proof'

/** A request for a SHA-256 digest with a nonce, asking for the certificate. */
export function encodeTimestampRequest(imprintSha256: Bytes, nonce: bigint): Bytes {
  const imprint = der.sequence(der.sequence(der.oid(OID.sha256), der.null()), der.octets(imprintSha256))
  return der.sequence(der.integer(1), imprint, der.integer(nonce), der.boolean(true))
}

/** PKIFailureInfo bits (RFC 3161 section 2.4.2). */
const REFUSAL = { badAlg: 0, badRequest: 2, badDataFormat: 5, unacceptedPolicy: 15, systemFailure: 25 } as const
export type RefusalName = keyof typeof REFUSAL

/** A response that refuses. */
export function refusalResponse(name: RefusalName, text: string): Bytes {
  return der.sequence(der.sequence(der.integer(2), der.sequence(der.utf8(text)), der.bits([REFUSAL[name]])))
}

/** What is asked for, or the name of the refusal. */
export function judgeRequest(bytes: Bytes, policyOid: string): TimestampRequest | RefusalName {
  let request: TimestampRequest
  try {
    request = readTimestampRequest(bytes)
  } catch (cause) {
    if (cause instanceof Failure) return 'badDataFormat'
    throw cause
  }
  const { imprint } = request
  if (imprint.algorithm !== OID.sha256 && imprint.algorithm !== OID.sm3) return 'badAlg'
  if (imprint.digest.length !== 32) return 'badDataFormat'
  if (request.policyOid !== null && request.policyOid !== policyOid) return 'unacceptedPolicy'
  return request
}
