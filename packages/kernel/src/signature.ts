/**
 * Signatures: Ed25519 (RFC 8032), ECDSA on P-256 with SHA-256 (FIPS 186-5), SM2 with SM3 and the default identity
 * (GB/T 32918.2). Signatures here are 64 raw bytes (R||S or r||s) in their one non-malleable form.
 */

import { ed25519 } from '@noble/curves/ed25519.js'
import { p256 } from '@noble/curves/nist.js'
import { sm2 } from 'sm-crypto-v2'
import { native } from '#native'
import { type Bytes, bigEndian, concat, fromHex, toHex } from './bytes.ts'

export type SignatureAlgorithm = 'ed25519' | 'p256' | 'sm2'

/** A public key: 32 bytes for Ed25519, the 65-byte uncompressed point (04 || x || y) for the others. */
export interface PublicKey {
  readonly algorithm: SignatureAlgorithm
  readonly bytes: Bytes
}

/** The signer port: a key that can sign but not be read. Two implementations: `keySigner` here, PKCS#11 elsewhere. */
export interface Signer {
  readonly publicKey: PublicKey
  /** 64 raw bytes; P-256 signatures have a low s. */
  sign(message: Bytes): Promise<Bytes>
}

/** A private key in memory: the 32-byte Ed25519 seed or the 32-byte scalar. Secret; never log or store in clear. */
export interface PrivateKey {
  readonly algorithm: SignatureAlgorithm
  readonly secret: Bytes
}

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

const scalar = (bytes: Bytes) => BigInt(`0x${toHex(bytes)}`)

/** P-256 accepts both s and n - s; this project knows one of them, the lower (as Bitcoin's BIP 62 does). */
function lowS(signature: Bytes): Bytes {
  const s = scalar(signature.subarray(32))
  if (s <= P256_ORDER / 2n) return signature
  return concat(signature.subarray(0, 32), bigEndian(P256_ORDER - s, 32))
}

/**
 * Whether `signature` is a valid signature by `key` over `message`. A wrong length, a malformed key, or a P-256
 * signature with a high s is `false`, never an exception. Pass `foreign` for signatures made elsewhere (X.509, CMS of
 * other authorities), where a high s is legitimate.
 */
export function verifySignature(key: PublicKey, message: Bytes, signature: Bytes, origin: 'ours' | 'foreign' = 'ours') {
  if (signature.length !== 64 || key.bytes.length !== (key.algorithm === 'ed25519' ? 32 : 65)) return false
  if (key.algorithm === 'p256' && origin === 'ours' && scalar(signature.subarray(32)) > P256_ORDER / 2n) return false
  return native.verify(key.algorithm, key.bytes, message, signature)
}

/** The public key of a private one. */
export function publicKeyOf(key: PrivateKey): PublicKey {
  const { algorithm, secret } = key
  if (algorithm === 'ed25519') return { algorithm, bytes: ed25519.getPublicKey(secret) }
  if (algorithm === 'p256') return { algorithm, bytes: p256.getPublicKey(secret, false) }
  return { algorithm, bytes: fromHex(sm2.getPublicKeyFromPrivateKey(toHex(secret))) }
}

/** A new private key from the system's randomness (or from `random`, which must be as good). */
export function generatePrivateKey(algorithm: SignatureAlgorithm, random = native.random): PrivateKey {
  if (algorithm === 'ed25519') return { algorithm, secret: random(32) }
  for (;;) {
    const secret = random(32)
    const value = scalar(secret)
    // Both curve orders exceed 2^255 and are below P-256's order + 2^225: one rejection bound serves both.
    if (value > 0n && value < 0xfffffffe00000000000000000000000000000000000000000000000000000000n) {
      return { algorithm, secret }
    }
  }
}

/** A signer over a private key held in memory. */
export function keySigner(key: PrivateKey): Signer {
  const publicKey = publicKeyOf(key)
  return {
    publicKey,
    async sign(message) {
      const signature = native.sign(key.algorithm, key.secret, publicKey.bytes, message)
      return key.algorithm === 'p256' ? lowS(signature) : signature
    },
  }
}
