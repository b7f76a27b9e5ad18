/** X.509 version 3 certificates (RFC 5280, GM/T 0015), read strictly. */
import { type Bytes, Failure, toHex } from '@mingzheng/kernel'
import { type Der, DerReader, readDer, TAG } from './der.ts'
import { type AlgorithmIdentifier, bitsOf, integerOf, octetsOf, oidOf, smallIntegerOf, timeOf } from './der-value.ts'
import { type DistinguishedName, readName } from './distinguished-name.ts'
import { type Extension, readExtensions } from './extension.ts'
import { OID } from './object-identifier.ts'
import { readAlgorithm, readSubjectKey, type SubjectKey } from './subject-key.ts'

/** Bits of keyUsage that matter here (RFC 5280 section 4.2.1.3). */
export const KEY_USAGE = { digitalSignature: 0, nonRepudiation: 1, keyCertSign: 5, crlSign: 6 } as const

export interface ParsedCertificate {
  readonly der: Bytes
  /** The signed part. */
  readonly tbs: Bytes
  /** Decimal, as documents print it. */
  readonly serial: string
  /** Lower-case hex of the DER integer, as `openssl x509 -serial` prints it in upper case. */
  readonly serialHex: string
  /** The INTEGER element as it stands. */
  readonly serialDer: Bytes
  readonly issuer: DistinguishedName
  readonly subject: DistinguishedName
  /** Milliseconds; both ends belong to the validity. */
  readonly notBefore: number
  readonly notAfter: number
  readonly publicKey: SubjectKey
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Bytes
  /** Whether it may issue, and how many intermediate authorities may follow. */
  readonly authority: boolean
  readonly pathLength: number | null
  /** Bits of {@link KEY_USAGE}; `null` when the extension is missing: any use. */
  readonly keyUsage: ReadonlySet<number> | null
  readonly extendedKeyUsage: { readonly critical: boolean; readonly purposes: readonly string[] } | null
  readonly policies: readonly string[]
  readonly subjectKeyIdentifier: string | null
  /** Where the issuer publishes its revocation list: http and https addresses, as the certificate spells them. */
  readonly revocationAddresses: readonly string[]
  /** Critical extensions that this code does not understand: such a certificate must not be relied on. */
  readonly unknownCritical: readonly string[]
}

const MAX_BYTES = 64 << 10
const UNDERSTOOD = new Set<string>([
  OID.basicConstraints,
  OID.keyUsage,
  OID.extendedKeyUsage,
  OID.certificatePolicies,
  OID.subjectAltName,
  OID.subjectKeyIdentifier,
  OID.authorityKeyIdentifier,
])

/** Reads a certificate. Throws `certificate-malformed`. */
export function parseCertificate(der: Bytes): ParsedCertificate {
  try {
    if (der.length > MAX_BYTES) throw new Failure('certificate-malformed', 'the certificate is too long')
    return read(der)
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause
    throw new Failure('certificate-malformed', `not a certificate: ${cause.message}`, { cause })
  }
}

function read(der: Bytes): ParsedCertificate {
  const outer = new DerReader(readDer(der, TAG.sequence).bytes).enter(TAG.sequence, 'a certificate')
  const tbs = outer.expect(TAG.sequence, 'the signed part')
  const outerAlgorithm = outer.expect(TAG.sequence, 'the algorithm')
  const signature = octetsOf(outer.expect(TAG.bitString, 'the signature'))
  outer.end('the certificate')

  const body = new DerReader(tbs.content)
  const version = body.enter(0xa0, 'the version')
  if (integerOf(version.expect(TAG.integer)) !== 2n) throw new Failure('certificate-malformed', 'not version 3')
  const serial = body.expect(TAG.integer, 'the serial number')
  const innerAlgorithm = body.expect(TAG.sequence, 'the algorithm')
  if (toHex(innerAlgorithm.bytes) !== toHex(outerAlgorithm.bytes)) {
    throw new Failure('certificate-malformed', 'the two names of the algorithm differ')
  }
  const issuer = readName(body.expect(TAG.sequence, 'the issuer').bytes)
  const validity = body.enter(TAG.sequence, 'the validity')
  const notBefore = timeOf(validity.read())
  const notAfter = timeOf(validity.read())
  validity.end('the validity')
  const subject = readName(body.expect(TAG.sequence, 'the subject').bytes)
  const publicKey = readSubjectKey(body.expect(TAG.sequence, 'the public key').bytes)
  body.optional(0x81)
  body.optional(0x82)
  const list = body.optional(0xa3)
  body.end('the signed part')
  const extensions = list === undefined ? new Map<string, Extension>() : readExtensions(list.content)
  return {
    der,
    tbs: tbs.bytes,
    serial: integerOf(serial).toString(),
    serialHex: toHex(serial.content).replace(/^00(?=.)/, ''),
    serialDer: serial.bytes,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    signatureAlgorithm: readAlgorithm(outerAlgorithm),
    signature,
    ...constraintsOf(extensions),
  }
}

type Constraints = Pick<
  ParsedCertificate,
  | 'authority'
  | 'pathLength'
  | 'keyUsage'
  | 'extendedKeyUsage'
  | 'policies'
  | 'subjectKeyIdentifier'
  | 'revocationAddresses'
  | 'unknownCritical'
>

function constraintsOf(extensions: ReadonlyMap<string, Extension>): Constraints {
  const value = (oid: string, tag: number = TAG.sequence) => {
    const extension = extensions.get(oid)
    return extension === undefined ? null : readDer(extension.value, tag)
  }
  const basic = value(OID.basicConstraints)
  const basicReader = basic === null ? null : new DerReader(basic.content)
  const authority = basicReader?.optional(TAG.boolean)?.content[0] === 0xff
  const limit = basicReader?.optional(TAG.integer)
  basicReader?.end('the basic constraints')
  const usage = value(OID.keyUsage, TAG.bitString)
  const extended = value(OID.extendedKeyUsage)
  const policies = value(OID.certificatePolicies)
  const keyId = value(OID.subjectKeyIdentifier, TAG.octetString)
  return {
    authority,
    pathLength: limit === undefined ? null : smallIntegerOf(limit),
    keyUsage: usage === null ? null : bitsOf(usage),
    extendedKeyUsage:
      extended === null
        ? null
        : {
            critical: extensions.get(OID.extendedKeyUsage)?.critical ?? false,
            purposes: new DerReader(extended.content).each(TAG.oid).map(oidOf),
          },
    policies:
      policies === null
        ? []
        : new DerReader(policies.content)
            .each(TAG.sequence)
            .map((policy) => oidOf(new DerReader(policy.content).read())),
    subjectKeyIdentifier: keyId === null ? null : toHex(keyId.content),
    revocationAddresses: addressesOf(value(OID.crlDistributionPoints)),
    unknownCritical: [...extensions]
      .filter(([oid, { critical }]) => critical && !UNDERSTOOD.has(oid))
      .map(([oid]) => oid),
  }
}

/** CRLDistributionPoints (RFC 5280 section 4.2.1.13): full names that are addresses; points with reasons are left out. */
function addressesOf(points: Der | null): string[] {
  if (points === null) return []
  return new DerReader(points.content).each(TAG.sequence).flatMap((point) => {
    const reader = new DerReader(point.content)
    const name = reader.optional(0xa0)
    if (name === undefined || reader.next !== undefined) return []
    const full = new DerReader(name.content).optional(0xa0)
    if (full === undefined) return []
    const names = new DerReader(full.content)
    const found: string[] = []
    while (names.next !== undefined) {
      const { tag, content } = names.read()
      const text = tag === 0x86 ? String.fromCharCode(...content) : ''
      if (/^https?:\/\/[\x21-\x7e]+$/.test(text)) found.push(text)
    }
    return found
  })
}
