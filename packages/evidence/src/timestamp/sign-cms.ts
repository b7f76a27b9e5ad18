/**
 * Signed data in CMS (RFC 5652) with one signer, P-256 with SHA-256 or SM2 with SM3 (GM/T 0010 keeps the same frame):
 * content type, message digest, ESSCertIDv2 (RFC 5035). For timestamp tokens and, detached and with a timestamp over the
 * signature, for documents (PAdES B-T) and statements (CAdES B-T).
 */
import { type Bytes, concat, digest, type Signer, signatureToDer } from '@mingzheng/kernel'
import { der, OID, parseCertificate, signatureAlgorithmOf } from '@mingzheng/proof'

/** A key with its certificate and those above it, the root left out. */
export interface DocumentSigner {
  signer: Signer
  /** DER, leaf first. */
  certificates: readonly Bytes[]
}

export interface CmsInput extends DocumentSigner {
  contentType: string
  content: Bytes
  /** Whether the content travels inside. */
  attached: boolean
  /** Certificates to put inside; default all. */
  include?: readonly Bytes[]
  /** A token over the SHA-256 digest of the signature value, to be carried as an unsigned attribute. */
  stamp?: (imprintSha256: Bytes) => Promise<Bytes>
}

const attribute = (oid: string, value: Bytes) => der.sequence(der.oid(oid), der.set(value))

/** ContentInfo as DER. */
export async function signCms(input: CmsInput): Promise<Bytes> {
  const [leaf] = input.certificates
  if (leaf === undefined) throw new RangeError('a signer has at least its own certificate')
  const { issuer, serialDer } = parseCertificate(leaf)
  const { algorithm } = input.signer.publicKey
  if (algorithm === 'ed25519') throw new RangeError('documents are signed with P-256 or SM2')
  const name = algorithm === 'sm2' ? 'sm3' : 'sha256'
  const digestAlgorithm = der.sequence(der.oid(OID[name]))
  const attributes = [
    attribute(OID.contentType, der.oid(input.contentType)),
    attribute(OID.messageDigest, der.octets(digest(name, input.content))),
    attribute(OID.signingCertificateV2, signingCertificate(leaf, issuer.der, serialDer)),
  ]
  const signedSet = der.set(...attributes)
  const signature = signatureToDer(await input.signer.sign(signedSet))
  const token = await input.stamp?.(digest('sha256', signature))
  const signerInfo = der.sequence(
    der.integer(1),
    der.sequence(issuer.der, serialDer),
    digestAlgorithm,
    // The same bytes with the context tag instead of SET (RFC 5652 section 5.4).
    concat(Uint8Array.of(0xa0), signedSet.subarray(1)),
    signatureAlgorithmOf(input.signer.publicKey),
    der.octets(signature),
    ...(token === undefined ? [] : [der.context(1, attribute(OID.timeStampToken, token))]),
  )
  const inner = input.attached ? [der.context(0, der.octets(input.content))] : []
  const certificates = input.include ?? input.certificates
  const signedData = der.sequence(
    // Version 3 where the content is not plain data (section 5.1).
    der.integer(input.contentType === OID.data ? 1 : 3),
    der.set(digestAlgorithm),
    der.sequence(der.oid(input.contentType), ...inner),
    ...(certificates.length === 0 ? [] : [concat(Uint8Array.of(0xa0), der.set(...certificates).subarray(1))]),
    der.set(signerInfo),
  )
  return der.sequence(der.oid(OID.signedData), der.context(0, signedData))
}

/** SigningCertificateV2 with one ESSCertIDv2; SHA-256 is the default and so left out. */
function signingCertificate(leaf: Bytes, issuer: Bytes, serial: Bytes): Bytes {
  const issuerSerial = der.sequence(der.sequence(der.context(4, issuer)), serial)
  return der.sequence(der.sequence(der.sequence(der.octets(digest('sha256', leaf)), issuerSerial)))
}
