/** RFC 3161 timestamps: reading a response or a token, and judging it. docs/formats/timestamp.md. */
import { type Bytes, equalBytes, Failure, toHex } from '@mingzheng/kernel'
import type { ParsedCertificate } from './asn1/certificate.ts'
import { type Der, DerReader, readDer, TAG } from './asn1/der.ts'
import { integerOf, oidOf, smallIntegerOf, timeOf } from './asn1/der-value.ts'
import { displayName } from './asn1/distinguished-name.ts'
import { readExtensions } from './asn1/extension.ts'
import { OID } from './asn1/object-identifier.ts'
import { readAlgorithm } from './asn1/subject-key.ts'
import { type ChainCode, verifyChain } from './certificate-chain.ts'
import { type CmsCode, readSignedData, type SignedData, verifyCms } from './cms.ts'

export interface Timestamp {
  /** Milliseconds: genTime. */
  readonly time: number
  /** Decimal. */
  readonly serial: string
  readonly policyOid: string
  /** OID of the digest and the digest that was stamped. */
  readonly imprint: { readonly algorithm: string; readonly digest: Bytes }
  /** How far the authority says that it may be off; `null` where it does not say. */
  readonly accuracyMs: number | null
  readonly nonce: bigint | null
  /** Common name of the certificate that signed it; empty when the certificate is not inside. */
  readonly authority: string
  readonly signer: ParsedCertificate | null
  readonly token: SignedData
}

export type TimestampCode = 'timestamp-malformed' | 'timestamp-refused' | 'timestamp-imprint' | CmsCode | ChainCode

/** Reads `proof/timestamp.tsr`, a TimeStampResp. Throws `timestamp-malformed`, `timestamp-refused` when no token was granted. */
export function readTimestamp(tsr: Bytes): Timestamp {
  return readTimestampToken(tokenOfResponse(tsr))
}

/** The token in a TimeStampResp (RFC 3161 section 2.4.2). Throws as {@link readTimestamp}. */
export function tokenOfResponse(tsr: Bytes): Bytes {
  return reading(() => {
    const response = new DerReader(readDer(tsr, TAG.sequence).content)
    const status = new DerReader(response.expect(TAG.sequence, 'the status').content)
    const code = smallIntegerOf(status.expect(TAG.integer, 'the status'))
    if (code > 1) throw new Failure('timestamp-refused', `the authority refused with status ${code}`)
    const token = response.expect(TAG.sequence, 'the token').bytes
    response.end('the response')
    return token
  })
}

/** Reads a bare TimeStampToken, as it stands in a signature's unsigned attribute. Throws `timestamp-malformed`. */
export function readTimestampToken(der: Bytes): Timestamp {
  return reading(() => {
    const token = readSignedData(der)
    if (token.contentType !== OID.tstInfo || token.content === null) {
      throw new Failure('timestamp-malformed', 'the token holds no TSTInfo')
    }
    const signer = token.signer
    const authority = signer === null ? '' : displayName(signer.subject)
    return { ...readInfo(readDer(token.content, TAG.sequence)), authority, signer, token }
  })
}

function readInfo(info: Der): Omit<Timestamp, 'authority' | 'signer' | 'token'> {
  const reader = new DerReader(info.content)
  if (integerOf(reader.expect(TAG.integer, 'the version')) !== 1n) {
    throw new Failure('timestamp-malformed', 'not version 1')
  }
  const policyOid = oidOf(reader.expect(TAG.oid, 'the policy'))
  const imprint = reader.enter(TAG.sequence, 'the imprint')
  const algorithm = readAlgorithm(imprint.expect(TAG.sequence, 'the digest')).oid
  const stamped = imprint.expect(TAG.octetString, 'the digest').content
  imprint.end('the imprint')
  const serial = integerOf(reader.expect(TAG.integer, 'the serial number')).toString()
  const time = timeOf(reader.expect(TAG.generalizedTime, 'the time'), true)
  const accuracy = reader.optional(TAG.sequence)
  reader.optional(TAG.boolean)
  const nonce = reader.optional(TAG.integer)
  reader.optional(0xa0)
  const extensions = reader.optional(0xa1)
  reader.end('TSTInfo')
  if (extensions !== undefined) requireKnown(extensions)
  return {
    time,
    serial,
    policyOid,
    imprint: { algorithm, digest: stamped },
    accuracyMs: accuracy === undefined ? null : accuracyOf(accuracy),
    nonce: nonce === undefined ? null : integerOf(nonce),
  }
}

/** IMPLICIT tag over SEQUENCE OF Extension; a critical one would change what the token means. */
function requireKnown(extensions: Der): void {
  const list = new Uint8Array(extensions.bytes)
  list[0] = TAG.sequence
  const critical = [...readExtensions(list)].find(([, extension]) => extension.critical)
  if (critical !== undefined) throw new Failure('timestamp-malformed', `unknown critical extension ${critical[0]}`)
}

/** Seconds, milliseconds, microseconds, each optional (RFC 3161 section 2.4.2); rounded up. */
function accuracyOf(accuracy: Der): number {
  const reader = new DerReader(accuracy.content)
  const seconds = reader.optional(TAG.integer)
  const millis = reader.optional(0x80)
  const micros = reader.optional(0x81)
  reader.end('the accuracy')
  const value = (element: Der | undefined) => (element === undefined ? 0 : smallIntegerOf(element))
  return value(seconds) * 1000 + value(millis) + Math.ceil(value(micros) / 1000)
}

function reading<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof Failure) || cause.code === 'timestamp-refused') throw cause
    throw new Failure('timestamp-malformed', `not a timestamp: ${cause.message}`, { cause })
  }
}

export interface TimestampInput {
  /** TimeStampResp (`proof/timestamp.tsr`); or give `token`. */
  tsr?: Bytes
  token?: Bytes
  /** What must have been stamped: the SHA-256 digest of the bytes. */
  imprintSha256: Bytes
  roots: readonly Bytes[]
  crls: readonly Bytes[]
  /** Time at which the authority's certificate is judged; default: the token's own time. */
  at?: number
  revocation?: 'required' | 'if-present'
}

export type TimestampResult =
  | {
      readonly ok: true
      readonly timestamp: Timestamp
      readonly chain: readonly ParsedCertificate[]
      readonly revocation: 'good' | 'unknown'
    }
  | {
      readonly ok: false
      /** Whether the token itself or its authority's certificates are at fault. */
      readonly part: 'token' | 'chain'
      readonly code: TimestampCode
      readonly detail: string
      /** What was read, where it could be. */
      readonly timestamp: Timestamp | null
    }

/** Judges a timestamp over a SHA-256 digest. Never throws for what is in the bytes. */
export async function verifyTimestamp(input: TimestampInput): Promise<TimestampResult> {
  let timestamp: Timestamp
  try {
    timestamp = readTimestampToken(input.token ?? tokenOfResponse(input.tsr ?? new Uint8Array()))
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause
    const code = cause.code === 'timestamp-refused' ? 'timestamp-refused' : 'timestamp-malformed'
    return { ok: false, part: 'token', code, detail: cause.message, timestamp: null }
  }
  const { imprint, token } = timestamp
  if (imprint.algorithm !== OID.sha256 || !equalBytes(imprint.digest, input.imprintSha256)) {
    const detail = `it stamps ${toHex(imprint.digest)}, not ${toHex(input.imprintSha256)}`
    return { ok: false, part: 'token', code: 'timestamp-imprint', detail, timestamp }
  }
  const signed = await verifyCms(token, token.content!)
  if (!signed.ok) return { ok: false, part: 'token', code: signed.code, detail: signed.detail, timestamp }
  const result = await verifyChain({
    leaf: signed.signer.der,
    intermediates: signed.certificates,
    roots: input.roots,
    at: input.at ?? timestamp.time,
    crls: input.crls,
    purpose: 'timestamp',
    revocation: input.revocation ?? 'required',
  })
  if (!result.ok) return { ok: false, part: 'chain', code: result.code, detail: result.detail, timestamp }
  return { ok: true, timestamp, chain: result.chain, revocation: result.revocation }
}
