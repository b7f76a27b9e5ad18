/**
 * Signed data in CMS (RFC 5652) with one signer, as timestamps (RFC 3161) and PDF signatures (ETSI EN 319 122, PAdES) use
 * it: signed attributes, message digest, and the signer's certificate bound by ESSCertID (RFC 5035). DER only.
 */
import { type Bytes, concat, equalBytes, Failure, toHex } from '@mingzheng/kernel'
import { type ParsedCertificate, parseCertificate } from './asn1/certificate.ts'
import { type Der, DerReader, readDer, TAG } from './asn1/der.ts'
import { type AlgorithmIdentifier, integerOf, oidOf, smallIntegerOf } from './asn1/der-value.ts'
import { digestByOid, sha1Fingerprint } from './asn1/digest-by-oid.ts'
import { OID } from './asn1/object-identifier.ts'
import { judgeSignature, readAlgorithm } from './asn1/subject-key.ts'

/** Why signed data is not believed, the certificates' chain aside. */
export type CmsCode =
  | 'cms-malformed'
  | 'signer-unknown'
  | 'content-differs'
  | 'signature-invalid'
  | 'algorithm-unsupported'
  | 'signer-not-bound'

export interface SignedData {
  readonly contentType: string
  /** Content that travels inside; `null` when detached. */
  readonly content: Bytes | null
  readonly certificates: readonly Bytes[]
  /** The certificate that the signer names, if it is inside. */
  readonly signer: ParsedCertificate | null
  readonly digestAlgorithm: string
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Bytes
  /** Values by OID; the signed ones each have one value. */
  readonly signedAttributes: ReadonlyMap<string, Der>
  readonly unsignedAttributes: ReadonlyMap<string, Der>
  /** What the signature is over. */
  readonly signedBytes: Bytes
}

const MAX_BYTES = 256 << 10
const MAX_CERTIFICATES = 16

/** Reads a ContentInfo of signed data with exactly one signer. Throws `cms-malformed`. */
export function readSignedData(der: Bytes): SignedData {
  try {
    if (der.length > MAX_BYTES) throw new Failure('cms-malformed', 'the signed data are too long')
    return read(der)
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause
    throw new Failure('cms-malformed', `not signed data: ${cause.message}`, { cause })
  }
}

function read(der: Bytes): SignedData {
  const info = new DerReader(readDer(der, TAG.sequence).content)
  if (oidOf(info.expect(TAG.oid, 'the content type')) !== OID.signedData) throw refusal('not signed data')
  const wrapped = info.enter(0xa0, 'the content')
  info.end('the file')
  const data = wrapped.enter(TAG.sequence, 'the signed data')
  wrapped.end('the content')
  const version = smallIntegerOf(data.expect(TAG.integer, 'the version'))
  const digests = data.enter(TAG.set, 'the digests').each(TAG.sequence)
  const inner = data.enter(TAG.sequence, 'the content')
  const contentType = oidOf(inner.expect(TAG.oid, 'the content type'))
  const inside = inner.optional(0xa0)
  inner.end('the content')
  const content =
    inside === undefined ? null : new DerReader(inside.content).expect(TAG.octetString, 'the content').content
  const certificates = new DerReader(data.optional(0xa0)?.content ?? new Uint8Array()).each(TAG.sequence)
  data.optional(0xa1)
  const signers = data.enter(TAG.set, 'the signers')
  data.end('the signed data')
  const signerInfo = signers.enter(TAG.sequence, 'the signer')
  signers.end('the signers')
  if (certificates.length > MAX_CERTIFICATES) throw refusal('too many certificates')
  const ders = certificates.map(({ bytes }) => bytes)
  const signer = readSigner(signerInfo, ders)
  // Fields that no signature covers have one value, so that there is one spelling (RFC 5652 sections 5.1 and 5.3).
  if (version !== (contentType === OID.data && signer.version === 1 ? 1 : 3)) throw refusal('another version')
  if (digests.length !== 1 || readAlgorithm(digests[0]!).oid !== signer.digestAlgorithm) throw refusal('another digest')
  return { contentType, content, certificates: ders, ...signer }
}

type SignerPart = Omit<SignedData, 'contentType' | 'content' | 'certificates'>

function readSigner(info: DerReader, certificates: readonly Bytes[]): SignerPart & { version: number } {
  const version = smallIntegerOf(info.expect(TAG.integer, 'the version'))
  const named = info.read()
  if (version !== (named.tag === 0x80 ? 3 : 1)) throw refusal('another version')
  const digestAlgorithm = readAlgorithm(info.expect(TAG.sequence, 'the digest')).oid
  const signed = info.expect(0xa0, 'the signed attributes')
  const signatureAlgorithm = readAlgorithm(info.expect(TAG.sequence, 'the algorithm'))
  const signature = info.expect(TAG.octetString, 'the signature').content
  const unsigned = info.optional(0xa1)
  info.end('the signer')
  const parsed = certificates.map(parseCertificate)
  return {
    version,
    signer: parsed.find((certificate) => isNamed(named, certificate)) ?? null,
    digestAlgorithm,
    signatureAlgorithm,
    signature,
    signedAttributes: readAttributes(signed.content),
    unsignedAttributes: readAttributes(unsigned?.content ?? new Uint8Array()),
    // RFC 5652 section 5.4: signed with the tag of a SET, not with the context tag under which they stand.
    signedBytes: concat(Uint8Array.of(TAG.set), signed.bytes.subarray(1)),
  }
}

/** SignerIdentifier: issuer and serial number, or a subject key identifier. */
function isNamed(named: Der, certificate: ParsedCertificate): boolean {
  if (named.tag === 0x80) return certificate.subjectKeyIdentifier === toHex(named.content)
  if (named.tag !== TAG.sequence) throw refusal('the signer has no name')
  return equalBytes(named.content, concat(certificate.issuer.der, certificate.serialDer))
}

function readAttributes(bytes: Bytes): Map<string, Der> {
  const found = new Map<string, Der>()
  for (const item of new DerReader(bytes).each(TAG.sequence)) {
    const reader = new DerReader(item.content)
    const oid = oidOf(reader.expect(TAG.oid, 'an attribute'))
    const values = reader.enter(TAG.set, 'the values')
    reader.end('an attribute')
    const value = values.read()
    values.end('an attribute')
    if (found.has(oid)) throw refusal('an attribute stands twice')
    found.set(oid, value)
  }
  return found
}

const refusal = (what: string) => new Failure('cms-malformed', what)

export type CmsResult =
  | { readonly ok: true; readonly signer: ParsedCertificate; readonly certificates: readonly Bytes[] }
  | { readonly ok: false; readonly code: CmsCode; readonly detail: string }

const no = (code: CmsCode, detail: string): CmsResult => ({ ok: false, code, detail })

/**
 * Judges signed data over `content` (detached, or what stood inside): digest, signature, and that the signed attributes
 * name this signer's certificate. The certificate's chain is for `verifyChain`. Never throws for what is in the bytes.
 */
export async function verifyCms(data: SignedData, content: Bytes): Promise<CmsResult> {
  const { signer, signedAttributes } = data
  if (signer === null) return no('signer-unknown', 'the certificate of the signer is not inside')
  const type = signedAttributes.get(OID.contentType)
  const stated = signedAttributes.get(OID.messageDigest)
  if (type?.tag !== TAG.oid || oidOf(type) !== data.contentType || stated?.tag !== TAG.octetString) {
    return no('cms-malformed', 'the signed attributes lack the content type or the digest')
  }
  const computed = digestByOid(data.digestAlgorithm, content)
  if (computed === null) return no('algorithm-unsupported', `the digest ${data.digestAlgorithm}`)
  if (!equalBytes(computed, stated.content)) return no('content-differs', 'the digest is of another content')
  const { signatureAlgorithm, signedBytes, signature, digestAlgorithm } = data
  const verdict = judgeSignature(signer.publicKey, signatureAlgorithm, signedBytes, signature, digestAlgorithm)
  if (verdict === 'unsupported') return no('algorithm-unsupported', `the signature ${signatureAlgorithm.oid}`)
  if (verdict === 'invalid') return no('signature-invalid', `not signed by ${signer.subject.text}`)
  if (!isBound(signedAttributes, signer)) {
    return no('signer-not-bound', 'the signed attributes do not name the certificate of the signer')
  }
  return { ok: true, signer, certificates: data.certificates }
}

/**
 * ESSCertIDv2 (RFC 5035) or ESSCertID (RFC 2634, SHA-1): without it the certificate could be swapped for another over the
 * same key. SHA-1 is still what many timestamp authorities send; it only binds, the chain is checked by other digests.
 */
function isBound(attributes: ReadonlyMap<string, Der>, signer: ParsedCertificate): boolean {
  const v2 = attributes.get(OID.signingCertificateV2)
  const v1 = attributes.get(OID.signingCertificate)
  const value = v2 ?? v1
  if (value === undefined) return false
  try {
    const ids = new DerReader(value.content).enter(TAG.sequence, 'the certificate ids')
    const id = ids.enter(TAG.sequence, 'a certificate id')
    let oid: string = v2 === undefined ? 'sha1' : OID.sha256
    const named = id.optional(TAG.sequence)
    if (named !== undefined) oid = readAlgorithm(named).oid
    const stated = id.expect(TAG.octetString, 'the digest of a certificate').content
    if (!issuerSerialFits(id, signer)) return false
    const computed = oid === 'sha1' ? sha1Fingerprint(signer.der) : digestByOid(oid, signer.der)
    return computed !== null && equalBytes(computed, stated)
  } catch (cause) {
    if (cause instanceof Failure) return false
    throw cause
  }
}

/** IssuerSerial is optional; where it stands, its serial number must be the signer's. */
function issuerSerialFits(id: DerReader, signer: ParsedCertificate): boolean {
  if (id.next !== TAG.sequence) return true
  const reader = id.enter(TAG.sequence)
  reader.expect(TAG.sequence, 'the names of the issuer')
  return integerOf(reader.expect(TAG.integer, 'the serial number')) === BigInt(signer.serial)
}
