/**
 * Public keys as certificates carry them (SubjectPublicKeyInfo) and signatures by them. P-256, SM2 and Ed25519 go to the
 * kernel; RSA, P-384 and P-521 of foreign authorities go to WebCrypto, where there is one.
 */
import { type Bytes, Failure, type PublicKey, signatureFromDer, verifySignature } from '@mingzheng/kernel'
import { type Der, DerReader, malformed, TAG } from './der.ts'
import { der } from './der-build.ts'
import { type AlgorithmIdentifier, integerOf, octetsOf, oidOf } from './der-value.ts'
import { OID } from './object-identifier.ts'

export type SubjectKey =
  | { readonly kind: 'known'; readonly key: PublicKey }
  | { readonly kind: 'foreign'; readonly family: 'rsa' | 'P-384' | 'P-521'; readonly spki: Bytes }
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
    const modulus = integerOf(new DerReader(bytes).enter(TAG.sequence).read())
    if (modulus.toString(2).length < 2048) return { kind: 'unsupported', algorithm: 'RSA below 2048 bits' }
    return { kind: 'foreign', family: 'rsa', spki }
  }
  const curve = algorithm.parameters?.[0] === TAG.oid ? oidOf(new DerReader(algorithm.parameters).read()) : ''
  // GM/T 0006 gives SM2 keys either the curve as a parameter or an algorithm of their own.
  const sm2 = curve === OID.sm2 || algorithm.oid === OID.sm2
  const point = bytes.length === 65 && bytes[0] === 4
  if (point && sm2) return known({ algorithm: 'sm2', bytes })
  if (point && algorithm.oid === OID.ecPublicKey && curve === OID.p256) return known({ algorithm: 'p256', bytes })
  if (algorithm.oid === OID.ecPublicKey && curve === OID.p384) return { kind: 'foreign', family: 'P-384', spki }
  if (algorithm.oid === OID.ecPublicKey && curve === OID.p521) return { kind: 'foreign', family: 'P-521', spki }
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

const HASH_OF: Record<string, string> = {
  [OID.ecdsaSha256]: 'SHA-256',
  [OID.ecdsaSha384]: 'SHA-384',
  [OID.ecdsaSha512]: 'SHA-512',
  [OID.rsaSha256]: 'SHA-256',
  [OID.rsaSha384]: 'SHA-384',
  [OID.rsaSha512]: 'SHA-512',
}
const KERNEL: Record<string, string[]> = {
  p256: [OID.ecdsaSha256, OID.ecPublicKey],
  sm2: [OID.sm2Sm3, OID.sm2, `${OID.sm2}.1`],
  ed25519: [OID.ed25519],
}

/** What became of a signature: `unsupported` when its algorithm cannot be computed here. */
export type SignatureVerdict = 'valid' | 'invalid' | 'unsupported'

/**
 * Judges a signature in its X.509 or CMS form (DER for ECDSA and SM2). `hash` names the digest where the signature's
 * algorithm does not (CMS with rsaEncryption). Never throws for bad signatures.
 */
export async function judgeSignature(
  key: SubjectKey,
  algorithm: AlgorithmIdentifier,
  message: Bytes,
  signature: Bytes,
  hash?: string,
): Promise<SignatureVerdict> {
  if (key.kind === 'unsupported') return 'unsupported'
  const { oid } = algorithm
  if (key.kind === 'known' && KERNEL[key.key.algorithm]?.includes(oid)) {
    if (oid === OID.ecPublicKey && hash !== 'SHA-256') return 'unsupported'
    const raw = key.key.algorithm === 'ed25519' ? signature : rawSignature(signature)
    return raw !== null && verifySignature(key.key, message, raw, 'foreign') ? 'valid' : 'invalid'
  }
  if (key.kind === 'known') return 'unsupported'
  const named = HASH_OF[oid] ?? (oid === OID.rsaEncryption || oid === OID.ecPublicKey ? hash : undefined)
  const subtle = globalThis.crypto?.subtle
  if (named === undefined || subtle === undefined) return 'unsupported'
  const rsa = key.family === 'rsa'
  if (rsa !== (oid === OID.rsaEncryption || oid.startsWith('1.2.840.113549.'))) return 'invalid'
  try {
    const size = key.family === 'P-384' ? 48 : 66
    const raw = rsa ? signature : wideSignature(signature, size)
    const method = rsa ? { name: 'RSASSA-PKCS1-v1_5', hash: named } : { name: 'ECDSA', namedCurve: key.family }
    const imported = await subtle.importKey('spki', owned(key.spki), method, false, ['verify'])
    const how = rsa ? 'RSASSA-PKCS1-v1_5' : { name: 'ECDSA', hash: named }
    return (await subtle.verify(how, imported, owned(raw), owned(message))) ? 'valid' : 'invalid'
  } catch {
    return 'invalid'
  }
}

/** WebCrypto takes only bytes of a buffer that nobody shares. */
export const owned = (bytes: Bytes): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

function rawSignature(signature: Bytes): Bytes | null {
  try {
    return signatureFromDer(signature)
  } catch (cause) {
    if (cause instanceof Failure) return null
    throw cause
  }
}

function wideSignature(signature: Bytes, size: number): Bytes {
  const reader = new DerReader(signature).enter(TAG.sequence)
  const out = new Uint8Array(2 * size)
  for (const [i, element] of reader.each(TAG.integer).entries()) {
    const hex = integerOf(element)
      .toString(16)
      .padStart(2 * size, '0')
    for (let at = 0; at < size; at++) out[i * size + at] = Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16)
  }
  return out
}
