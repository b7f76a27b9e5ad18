/** Builds X.509 certificates and revocation lists as DER (RFC 5280). Pure but for the signer. */
import { type Bytes, concat, digest, type PublicKey, type Signer, signatureToDer } from '@mingzheng/kernel'
import {
  type CertificatePurpose,
  der,
  encodeExtension,
  encodeSubjectKey,
  KEY_USAGE,
  OID,
  PURPOSE_POLICY,
  REVOCATION_REASONS,
  type RevocationReason,
  signatureAlgorithmOf,
} from '@mingzheng/proof'

/** Whom a certificate names. Texts are UTF-8; the country is always CN. */
export interface CertificateSubject {
  commonName: string
  organisation: string
  unit?: string
  /** Number of the enforcement card of an officer. */
  serialNumber?: string
}

/** A Name with the attributes in the order in which authorities write them. */
export function encodeName(subject: CertificateSubject): Bytes {
  const attribute = (oid: string, value: Bytes) => der.set(der.sequence(der.oid(oid), value))
  const { unit, serialNumber } = subject
  return der.sequence(
    attribute(OID.countryName, der.printable('CN')),
    attribute(OID.organizationName, der.utf8(subject.organisation)),
    ...(unit === undefined ? [] : [attribute(OID.organizationalUnitName, der.utf8(unit))]),
    attribute(OID.commonName, der.utf8(subject.commonName)),
    ...(serialNumber === undefined ? [] : [attribute(OID.serialNumber, der.printable(serialNumber))]),
  )
}

/** What a certificate is for: the root itself, or one of the purposes. */
type CertificateProfile = 'root' | CertificatePurpose

export interface CertificateTemplate {
  serial: bigint
  issuer: Bytes
  subject: Bytes
  /** Milliseconds; cut to whole seconds. */
  notBefore: number
  notAfter: number
  publicKey: PublicKey
  issuerKey: PublicKey
  profile: CertificateProfile
  /** Only for `server`. */
  dnsNames?: readonly string[]
}

/** SHA-256 of the key, the first 20 bytes (RFC 7093 method 1). */
const keyIdentifier = (key: PublicKey): Bytes => digest('sha256', key.bytes).slice(0, 20)

function extensionsOf(template: CertificateTemplate): Bytes[] {
  const { profile } = template
  const root = profile === 'root'
  const usage: number[] = root ? [KEY_USAGE.keyCertSign, KEY_USAGE.crlSign] : [KEY_USAGE.digitalSignature]
  // A signature that binds its maker; not for TLS.
  if (!root && profile !== 'server') usage.push(KEY_USAGE.nonRepudiation)
  const extensions = [
    // The root issues to owners of keys only, never to further authorities.
    encodeExtension(
      OID.basicConstraints,
      true,
      root ? der.sequence(der.boolean(true), der.integer(0)) : der.sequence(),
    ),
    encodeExtension(OID.keyUsage, true, der.bits(usage)),
    encodeExtension(OID.subjectKeyIdentifier, false, der.octets(keyIdentifier(template.publicKey))),
    encodeExtension(
      OID.authorityKeyIdentifier,
      false,
      der.sequence(der.contextPrimitive(0, keyIdentifier(template.issuerKey))),
    ),
  ]
  if (root) return extensions
  const purposes = {
    // poppler believes a document's signer only with emailProtection or without any extended key usage.
    organisation: [OID.emailProtection, OID.documentSigning],
    officer: [OID.emailProtection, OID.documentSigning],
    timestamp: [OID.timeStamping],
    server: [OID.serverAuth],
  }[profile]
  extensions.push(
    encodeExtension(OID.extendedKeyUsage, profile === 'timestamp', der.sequence(...purposes.map(der.oid))),
    encodeExtension(OID.certificatePolicies, false, der.sequence(der.sequence(der.oid(PURPOSE_POLICY[profile])))),
  )
  const names = (template.dnsNames ?? []).map((name) => der.contextPrimitive(2, new TextEncoder().encode(name)))
  if (names.length > 0) extensions.push(encodeExtension(OID.subjectAltName, false, der.sequence(...names)))
  return extensions
}

/** A signed certificate as DER. */
export function buildCertificate(template: CertificateTemplate, issuer: Signer): Promise<Bytes> {
  const tbs = der.sequence(
    der.context(0, der.integer(2)),
    der.integer(template.serial),
    signatureAlgorithmOf(issuer.publicKey),
    template.issuer,
    der.sequence(der.time(template.notBefore), der.time(template.notAfter)),
    template.subject,
    encodeSubjectKey(template.publicKey),
    der.context(3, der.sequence(...extensionsOf(template))),
  )
  return signed(tbs, issuer)
}

export interface RevocationListTemplate {
  issuer: Bytes
  number: number
  thisUpdate: number
  nextUpdate: number
  revoked: readonly { serial: bigint; at: number; reason: RevocationReason }[]
}

/** A signed complete revocation list, version 2, as DER. */
export function buildRevocationList(template: RevocationListTemplate, issuer: Signer): Promise<Bytes> {
  const entries = template.revoked.map(({ serial, at, reason }) => {
    // "unspecified" is said by leaving the reason out (RFC 5280 section 5.3.1).
    const why = encodeExtension(OID.crlReason, false, der.enumerated(REVOCATION_REASONS[reason]))
    const extensions = reason === 'unspecified' ? [] : [der.sequence(why)]
    return der.sequence(der.integer(serial), der.time(at), ...extensions)
  })
  const extensions = der.sequence(
    encodeExtension(
      OID.authorityKeyIdentifier,
      false,
      der.sequence(der.contextPrimitive(0, keyIdentifier(issuer.publicKey))),
    ),
    encodeExtension(OID.crlNumber, false, der.integer(template.number)),
  )
  const tbs = der.sequence(
    der.integer(1),
    signatureAlgorithmOf(issuer.publicKey),
    template.issuer,
    der.time(template.thisUpdate),
    der.time(template.nextUpdate),
    ...(entries.length > 0 ? [der.sequence(...entries)] : []),
    der.context(0, extensions),
  )
  return signed(tbs, issuer)
}

async function signed(tbs: Bytes, issuer: Signer): Promise<Bytes> {
  const raw = await issuer.sign(tbs)
  const signature = issuer.publicKey.algorithm === 'ed25519' ? raw : signatureToDer(raw)
  return der.sequence(concat(tbs, signatureAlgorithmOf(issuer.publicKey), der.bitString(signature)))
}
