/** CMS signed data and RFC 3161 tokens for tests. */
import { type Bytes, digest, signatureToDer } from '@mingzheng/kernel'
import { der } from '../asn1/der-build.ts'
import { EMBEDDED_TIMESTAMP_POLICY, OID } from '../asn1/object-identifier.ts'
import { signatureAlgorithmOf } from '../asn1/subject-key.ts'
import type { SampleIdentity } from './sample-authority.ts'

const SHA256 = () => der.sequence(der.oid(OID.sha256))
const attribute = (oid: string, value: Bytes) => der.sequence(der.oid(oid), der.set(value))

/** Signed data over content; `inside` puts it in, `unsigned` adds an unsigned attribute made of the signature. */
async function signedData(
  type: string,
  content: Bytes,
  inside: boolean,
  identity: SampleIdentity,
  unsigned?: (signature: Bytes) => Promise<Bytes>,
): Promise<Bytes> {
  const attributes = der.set(
    attribute(OID.contentType, der.oid(type)),
    attribute(OID.messageDigest, der.octets(digest('sha256', content))),
    attribute(
      OID.signingCertificateV2,
      der.sequence(der.sequence(der.sequence(der.octets(digest('sha256', identity.certificate))))),
    ),
  )
  const signature = signatureToDer(await identity.signer.sign(attributes))
  const implicit = new Uint8Array(attributes)
  implicit[0] = 0xa0
  const info = der.sequence(
    der.integer(1),
    der.sequence(identity.name, identity.serial),
    SHA256(),
    implicit,
    signatureAlgorithmOf(identity.signer.publicKey),
    der.octets(signature),
    ...(unsigned === undefined ? [] : [der.context(1, await unsigned(signature))]),
  )
  const data = der.sequence(
    der.integer(inside ? 3 : 1),
    der.set(SHA256()),
    der.sequence(der.oid(type), ...(inside ? [der.context(0, der.octets(content))] : [])),
    der.context(0, identity.certificate),
    der.set(info),
  )
  return der.sequence(der.oid(OID.signedData), der.context(0, data))
}

/** A bare token over a SHA-256 digest. */
function timestampToken(sha256: Bytes, time: number, authority: SampleIdentity): Promise<Bytes> {
  const info = der.sequence(
    der.integer(1),
    der.oid(EMBEDDED_TIMESTAMP_POLICY),
    der.sequence(SHA256(), der.octets(sha256)),
    der.integer(Math.floor(time / 1000)),
    der.preciseTime(time),
  )
  return signedData(OID.tstInfo, info, true, authority)
}

/** A granted TimeStampResp over a SHA-256 digest. */
export async function sampleTimestamp(sha256: Bytes, time: number, authority: SampleIdentity): Promise<Bytes> {
  return der.sequence(der.sequence(der.integer(0)), await timestampToken(sha256, time, authority))
}

/** A detached signature over content with a timestamp over its value. */
export function sampleDetachedSignature(
  content: Bytes,
  identity: SampleIdentity,
  time: number,
  authority: SampleIdentity,
): Promise<Bytes> {
  return signedData(OID.data, content, false, identity, async (signature) =>
    attribute(OID.timeStampToken, await timestampToken(digest('sha256', signature), time, authority)),
  )
}
