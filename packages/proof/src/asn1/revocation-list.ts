/** X.509 version 2 revocation lists (RFC 5280 section 5), read strictly. Complete lists of one authority only. */
import { type Bytes, Failure, toHex } from '@mingzheng/kernel'
import { DerReader, readDer, TAG } from './der.ts'
import { type AlgorithmIdentifier, integerOf, octetsOf, smallIntegerOf, timeOf } from './der-value.ts'
import { type DistinguishedName, readName } from './distinguished-name.ts'
import { type Extension, readExtensions } from './extension.ts'
import { OID } from './object-identifier.ts'
import { readAlgorithm } from './subject-key.ts'

/** Reasons of a revocation with their numbers in a list (RFC 5280 section 5.3.1). */
export const REVOCATION_REASONS = {
  unspecified: 0,
  'key-compromise': 1,
  'ca-compromise': 2,
  'affiliation-changed': 3,
  superseded: 4,
  'cessation-of-operation': 5,
  'privilege-withdrawn': 9,
} as const
export type RevocationReason = keyof typeof REVOCATION_REASONS

interface RevokedEntry {
  /** Milliseconds: since when the certificate counts no more; the earlier of revocation and invalidity date. */
  readonly since: number
  readonly reason: RevocationReason
}

export interface ParsedRevocationList {
  readonly der: Bytes
  readonly tbs: Bytes
  readonly issuer: DistinguishedName
  readonly thisUpdate: number
  /** `null` where the list does not say; then it never goes stale. */
  readonly nextUpdate: number | null
  readonly number: bigint | null
  /** By the serial's lower-case hex, as `ParsedCertificate.serialHex`. */
  readonly revoked: ReadonlyMap<string, RevokedEntry>
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Bytes
  /** Critical extensions: a partial or indirect list, which is of no use here. */
  readonly unknownCritical: readonly string[]
}

const MAX_BYTES = 16 << 20
const NAMES = new Map<number, RevocationReason>(
  Object.entries(REVOCATION_REASONS).map(([name, number]) => [number, name as RevocationReason]),
)

/** Reads a revocation list. Throws `crl-malformed`. */
export function parseRevocationList(der: Bytes): ParsedRevocationList {
  try {
    if (der.length > MAX_BYTES) throw new Failure('crl-malformed', 'the list is too long')
    return read(der)
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause
    throw new Failure('crl-malformed', `not a revocation list: ${cause.message}`, { cause })
  }
}

function read(der: Bytes): ParsedRevocationList {
  const outer = new DerReader(readDer(der, TAG.sequence).bytes).enter(TAG.sequence, 'a revocation list')
  const tbs = outer.expect(TAG.sequence, 'the signed part')
  const outerAlgorithm = outer.expect(TAG.sequence, 'the algorithm')
  const signature = octetsOf(outer.expect(TAG.bitString, 'the signature'))
  outer.end('the list')

  const body = new DerReader(tbs.content)
  if (integerOf(body.expect(TAG.integer, 'the version')) !== 1n) throw new Failure('crl-malformed', 'not version 2')
  const innerAlgorithm = body.expect(TAG.sequence, 'the algorithm')
  if (toHex(innerAlgorithm.bytes) !== toHex(outerAlgorithm.bytes)) {
    throw new Failure('crl-malformed', 'the two names of the algorithm differ')
  }
  const issuer = readName(body.expect(TAG.sequence, 'the issuer').bytes)
  const thisUpdate = timeOf(body.read())
  const timed = body.next === TAG.utcTime || body.next === TAG.generalizedTime
  const nextUpdate = timed ? timeOf(body.read()) : null
  const list = body.optional(TAG.sequence)
  const extensionList = body.optional(0xa0)
  body.end('the signed part')
  const extensions = extensionList === undefined ? new Map<string, Extension>() : readExtensions(extensionList.content)
  const number = extensions.get(OID.crlNumber)
  return {
    der,
    tbs: tbs.bytes,
    issuer,
    thisUpdate,
    nextUpdate,
    number: number === undefined ? null : integerOf(readDer(number.value, TAG.integer)),
    revoked: list === undefined ? new Map() : entriesOf(list.content),
    signatureAlgorithm: readAlgorithm(outerAlgorithm),
    signature,
    unknownCritical: [...extensions].filter(([, { critical }]) => critical).map(([oid]) => oid),
  }
}

function entriesOf(bytes: Bytes): Map<string, RevokedEntry> {
  const revoked = new Map<string, RevokedEntry>()
  for (const item of new DerReader(bytes).each(TAG.sequence)) {
    const reader = new DerReader(item.content)
    const serial = toHex(reader.expect(TAG.integer, 'a serial number').content).replace(/^00(?=.)/, '')
    const at = timeOf(reader.read())
    const extensions = reader.next === undefined ? new Map<string, Extension>() : readExtensions(reader.read().bytes)
    reader.end('an entry')
    if ([...extensions.values()].some(({ critical }) => critical)) {
      throw new Failure('crl-malformed', 'an entry has a critical extension')
    }
    if (revoked.has(serial)) throw new Failure('crl-malformed', 'a serial number stands twice')
    const reason = extensions.get(OID.crlReason)
    const invalid = extensions.get(OID.invalidityDate)
    revoked.set(serial, {
      since: Math.min(at, invalid === undefined ? at : timeOf(readDer(invalid.value, TAG.generalizedTime))),
      reason:
        reason === undefined
          ? 'unspecified'
          : (NAMES.get(smallIntegerOf(readDer(reason.value, TAG.enumerated))) ?? 'unspecified'),
    })
  }
  return revoked
}
