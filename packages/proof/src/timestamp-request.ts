/** TimeStampReq (RFC 3161 section 2.4.1), read strictly. */
import { type Bytes, Failure } from '@mingzheng/kernel'
import { DerReader, readDer, TAG } from './asn1/der.ts'
import { integerOf, oidOf } from './asn1/der-value.ts'
import { readAlgorithm } from './asn1/subject-key.ts'

export interface TimestampRequest {
  /** OID of the digest and the digest. */
  readonly imprint: { readonly algorithm: string; readonly digest: Bytes }
  readonly policyOid: string | null
  readonly nonce: bigint | null
  readonly certificateWanted: boolean
}

/** Throws `timestamp-request-malformed`. */
export function readTimestampRequest(bytes: Bytes): TimestampRequest {
  try {
    const reader = new DerReader(readDer(bytes, TAG.sequence).content)
    if (integerOf(reader.expect(TAG.integer, 'the version')) !== 1n) {
      throw new Failure('timestamp-request-malformed', 'not version 1')
    }
    const imprint = reader.enter(TAG.sequence, 'the imprint')
    const algorithm = readAlgorithm(imprint.expect(TAG.sequence, 'the digest')).oid
    const digest = imprint.expect(TAG.octetString, 'the digest').content
    imprint.end('the imprint')
    const policy = reader.optional(TAG.oid)
    const nonce = reader.optional(TAG.integer)
    const wanted = reader.optional(TAG.boolean)
    reader.end('the request')
    return {
      imprint: { algorithm, digest },
      policyOid: policy === undefined ? null : oidOf(policy),
      nonce: nonce === undefined ? null : integerOf(nonce),
      certificateWanted: wanted?.content[0] === 0xff,
    }
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause
    throw new Failure('timestamp-request-malformed', `not a request: ${cause.message}`, { cause })
  }
}
