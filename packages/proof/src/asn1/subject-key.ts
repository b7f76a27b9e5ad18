/**
 * Public keys as certificates carry them (SubjectPublicKeyInfo) and signatures by them. P-256, SM2 and Ed25519 go to the
 * kernel; RSA, P-384 and P-521 belong to other authorities. WebCrypto is not asked: pages that came over plain HTTP have none.
 */
import { type Bytes, Failure, type PublicKey, signatureFromDer, verifySignature } from '@mingzheng/kernel'
import { type Der, DerReader, malformed, TAG } from './der.ts'
import { der } from './der-build.ts'
import { type AlgorithmIdentifier, octetsOf, oidOf } from './der-value.ts'
import { type NistCurve, type RsaKey, readRsaKey, verifyEcdsa, verifyRsa } from './foreign-signature.ts'
import { OID } from './object-identifier.ts'

export type SubjectKey =
  | { readonly kind: 'known'; readonly key: PublicKey }
  | { readonly kind: 'rsa'; readonly key: RsaKey }
  | { readonly kind: 'nist'; readonly curve: NistCurve; readonly point: Bytes }
  | { readonly kind: 'unsupported'; readonly algorithm: string }

/** Reads an AlgorithmIdentifier. Throws `der-malformed`. */
export function readAlgorithm(element: Der): AlgorithmIdentifier {
  if (element.tag !== TAG.sequence) throw malformed('an algorithm is of another type')
  const reader = new DerReader(element.content)
  const oid = oidOf(reader.read())
  const parameters = reader.next === undefined ? null : reader.read()
  reader.end('an algorithm')
  return { oid, parameters: parameters === null || parameters.tag === TAG.null ? null : parameters.bytes }
}

/** Reads a SubjectPublicKeyInfo. Throws `der-malformed`; an algorithm that is not known here is `unsupported`. */
export function readSubjectKey(spki: Bytes): SubjectKey {
  const reader = new DerReader(spki).enter(TAG.sequence, 'a public key')
  const algorithm = readAlgorithm(reader.expect(TAG.sequence, 'an algorithm'))
  const bits = reader.expect(TAG.bitString, 'a key')
  reader.end('a public key')
  const bytes = octetsOf(bits)
  if (algorithm.oid === OID.ed25519 && bytes.length === 32) return known({ algorithm: 'ed25519', bytes })
  if (algorithm.oid === OID.rsaEncryption) {
    const key = readRsaKey(bytes)
    return key === null ? { kind: 'unsupported', algorithm: 'RSA of another size' } : { kind: 'rsa', key }
  }
  const curve = algorithm.parameters?.[0] === TAG.oid ? oidOf(new DerReader(algorithm.parameters).read()) : ''
  // GM/T 0006 gives SM2 keys either the curve as a parameter or an algorithm of their own.
  const sm2 = curve === OID.sm2 || algorithm.oid === OID.sm2
  const point = bytes.length === 65 && bytes[0] === 4
  if (point && sm2) return known({ algorithm: 'sm2', bytes })
  if (point && algorithm.oid === OID.ecPublicKey && curve === OID.p256) return known({ algorithm: 'p256', bytes })
  if (algorithm.oid === OID.ecPublicKey && curve === OID.p384) return { kind: 'nist', curve: 'P-384', point: bytes }
  if (algorithm.oid === OID.ecPublicKey && curve === OID.p521) return { kind: 'nist', curve: 'P-521', point: bytes }
  return { kind: 'unsupported', algorithm: curve === '' ? algorithm.oid : curve }
}

const known = (key: PublicKey): SubjectKey => ({ kind: 'known', key })

/** SubjectPublicKeyInfo of one of our keys. */
export function encodeSubjectKey(key: PublicKey): Bytes {
  if (key.algorithm === 'ed25519') return der.sequence(der.sequence(der.oid(OID.ed25519)), der.bitString(key.bytes))
  const curve = key.algorithm === 'sm2' ? OID.sm2 : OID.p256
  return der.sequence(der.sequence(der.oid(OID.ecPublicKey), der.oid(curve)), der.bitString(key.bytes))
}

/** AlgorithmIdentifier of signatures by one of our keys: ECDSA with SHA-256, SM2 with SM3, Ed25519; no parameters. */
export function signatureAlgorithmOf(key: PublicKey): Bytes {
  const oid = { p256: OID.ecdsaSha256, sm2: OID.sm2Sm3, ed25519: OID.ed25519 }[key.algorithm]
  return der.sequence(der.oid(oid))
}

const DIGEST_OF: Record<string, string> = {
  [OID.ecdsaSha256]: OID.sha256,
  [OID.ecdsaSha384]: OID.sha384,
  [OID.ecdsaSha512]: OID.sha512,
  [OID.rsaSha256]: OID.sha256,
  [OID.rsaSha384]: OID.sha384,
  [OID.rsaSha512]: OID.sha512,
}
const RSA = new Set<string>([OID.rsaEncryption, OID.rsaSha256, OID.rsaSha384, OID.rsaSha512])
const ECDSA = new Set<string>([OID.ecPublicKey, OID.ecdsaSha256, OID.ecdsaSha384, OID.ecdsaSha512])
const SM2 = new Set<string>([OID.sm2Sm3, OID.sm2, `${OID.sm2}.1`])

/** What became of a signature: `unsupported` when its algorithm is none of those above. */
export type SignatureVerdict = 'valid' | 'invalid' | 'unsupported'

/**
 * Judges a signature in its X.509 or CMS form (DER for ECDSA and SM2). `digestOid` names the digest where the signature's
 * algorithm does not (CMS with rsaEncryption). Never throws for bad signatures.
 */
export function judgeSignature(
  key: SubjectKey,
  algorithm: AlgorithmIdentifier,
  message: Bytes,
  signature: Bytes,
  digestOid?: string,
): SignatureVerdict {
  const { oid } = algorithm
  const named = DIGEST_OF[oid] ?? digestOid ?? ''
  if (key.kind === 'rsa') return RSA.has(oid) ? verdict(verifyRsa(key.key, named, message, signature)) : 'unsupported'
  if (key.kind === 'nist') return ecdsa(key.curve, key.point)
  if (key.kind === 'unsupported') return 'unsupported'
  switch (key.key.algorithm) {
    case 'p256':
      // The kernel's P-256 signs SHA-256, and is the fast one.
      if (!ECDSA.has(oid) || named !== OID.sha256) return ecdsa('P-256', key.key.bytes)
      return verdict(verifyKnown(key.key, message, rawSignature(signature)))
    case 'sm2':
      return SM2.has(oid) ? verdict(verifyKnown(key.key, message, rawSignature(signature))) : 'unsupported'
    case 'ed25519':
      return oid === OID.ed25519 ? verdict(verifyKnown(key.key, message, signature)) : 'unsupported'
  }

  function ecdsa(curve: NistCurve, point: Bytes): SignatureVerdict {
    if (!ECDSA.has(oid)) return 'unsupported'
    return verdict(verifyEcdsa(curve, point, named, message, signature))
  }
}

const verdict = (valid: boolean | null): SignatureVerdict =>
  valid === null ? 'unsupported' : valid ? 'valid' : 'invalid'

const verifyKnown = (key: PublicKey, message: Bytes, raw: Bytes | null): boolean =>
  raw !== null && verifySignature(key, message, raw, 'foreign')

function rawSignature(signature: Bytes): Bytes | null {
  try {
    return signatureFromDer(signature)
  } catch (cause) {
    if (cause instanceof Failure) return null
    throw cause
  }
}
