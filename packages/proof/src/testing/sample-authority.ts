/** A certificate authority for tests: a root, certificates below it, revocation lists. Throwaway keys from a seed. */
import {
  type Bytes,
  digest,
  generatePrivateKey,
  keySigner,
  type SignatureAlgorithm,
  type Signer,
  signatureToDer,
} from '@mingzheng/kernel'
import { der } from '../asn1/der-build.ts'
import { OID, PURPOSE_POLICY } from '../asn1/object-identifier.ts'
import { encodeSubjectKey, signatureAlgorithmOf } from '../asn1/subject-key.ts'
import type { CertificatePurpose } from '../certificate-chain.ts'

const DAY = 86_400_000

export interface SampleIdentity {
  signer: Signer
  /** DER. */
  certificate: Bytes
  name: Bytes
  serial: Bytes
}

export interface SampleSubject {
  commonName: string
  organisation: string
  purpose: CertificatePurpose
  /** Milliseconds; default: a year around the authority's time. */
  notBefore?: number
  notAfter?: number
}

export interface SampleAuthority {
  root: Bytes
  issue(subject: SampleSubject, algorithm: SignatureAlgorithm): Promise<SampleIdentity>
  /** A list that was issued at the authority's time and holds for ten days. */
  crl(revoked?: { serial: Bytes; at: number }[]): Promise<Bytes>
}

export interface SampleAuthorityOptions {
  name: string
  algorithm: SignatureAlgorithm
  random: (length: number) => Bytes
  at: number
}

const nameOf = (commonName: string, organisation: string) =>
  der.sequence(
    der.set(der.sequence(der.oid(OID.countryName), der.printable('CN'))),
    der.set(der.sequence(der.oid(OID.organizationName), der.utf8(organisation))),
    der.set(der.sequence(der.oid(OID.commonName), der.utf8(commonName))),
  )

const extension = (oid: string, value: Bytes, critical = false) =>
  critical
    ? der.sequence(der.oid(oid), der.boolean(true), der.octets(value))
    : der.sequence(der.oid(oid), der.octets(value))

/** Signed structure: the body, the algorithm, the signature as DER in a bit string. */
async function signed(body: Bytes, signer: Signer): Promise<Bytes> {
  const signature = signatureToDer(await signer.sign(body))
  return der.sequence(body, signatureAlgorithmOf(signer.publicKey), der.bitString(signature))
}

const PURPOSE: Record<CertificatePurpose, Bytes[]> = {
  organisation: [extension(OID.extendedKeyUsage, der.sequence(der.oid(OID.documentSigning)))],
  officer: [extension(OID.extendedKeyUsage, der.sequence(der.oid(OID.documentSigning)))],
  timestamp: [extension(OID.extendedKeyUsage, der.sequence(der.oid(OID.timeStamping)), true)],
  server: [extension(OID.extendedKeyUsage, der.sequence(der.oid(OID.serverAuth)))],
}

/** Makes an authority with a root of its own. */
export async function createSampleAuthority(options: SampleAuthorityOptions): Promise<SampleAuthority> {
  const { name, algorithm, random, at } = options
  const signer = keySigner(generatePrivateKey(algorithm, random))
  const issuer = nameOf(`${name} root`, name)
  let serials = 1
  const certificate = (
    subject: Bytes,
    key: Signer,
    serial: Bytes,
    validity: [number, number],
    extensions: Bytes[],
  ): Promise<Bytes> => {
    const body = der.sequence(
      der.context(0, der.integer(2)),
      serial,
      signatureAlgorithmOf(signer.publicKey),
      issuer,
      der.sequence(der.time(validity[0]), der.time(validity[1])),
      subject,
      encodeSubjectKey(key.publicKey),
      der.context(3, der.sequence(...extensions)),
    )
    return signed(body, signer)
  }
  const root = await certificate(
    issuer,
    signer,
    der.integer(serials++),
    [at - 1000 * DAY, at + 5000 * DAY],
    [
      extension(OID.basicConstraints, der.sequence(der.boolean(true)), true),
      extension(OID.keyUsage, der.bits([5, 6]), true),
      extension(OID.subjectKeyIdentifier, der.octets(digest('sha256', signer.publicKey.bytes).slice(0, 20))),
    ],
  )
  return {
    root,
    async issue(subject, keyAlgorithm) {
      const key = keySigner(generatePrivateKey(keyAlgorithm, random))
      const serial = der.integer(1000 + serials++)
      const subjectName = nameOf(subject.commonName, subject.organisation)
      const validity: [number, number] = [subject.notBefore ?? at - 180 * DAY, subject.notAfter ?? at + 180 * DAY]
      const made = await certificate(subjectName, key, serial, validity, [
        extension(OID.keyUsage, der.bits([0, 1]), true),
        ...PURPOSE[subject.purpose],
        extension(OID.certificatePolicies, der.sequence(der.sequence(der.oid(PURPOSE_POLICY[subject.purpose])))),
      ])
      return { signer: key, certificate: made, name: issuer, serial }
    },
    crl(revoked = []) {
      const entries = revoked.map((entry) => der.sequence(entry.serial, der.time(entry.at)))
      const body = der.sequence(
        der.integer(1),
        signatureAlgorithmOf(signer.publicKey),
        issuer,
        der.time(at - DAY),
        der.time(at + 9 * DAY),
        ...(entries.length === 0 ? [] : [der.sequence(...entries)]),
        der.context(0, der.sequence(extension(OID.crlNumber, der.integer(1)))),
      )
      return signed(body, signer)
    },
  }
}
