/** Browser side of `#native`: noble for SHA-256, Ed25519 and P-256, sm-crypto-v2 for SM2. */
import { ed25519 } from '@noble/curves/ed25519.js'
import { p256 } from '@noble/curves/nist.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { sm2 } from 'sm-crypto-v2'
import { type Bytes, concat, equalBytes, fromHex, toHex } from '../bytes.ts'
import type { Native } from './native.ts'
import { Sm3 } from './sm3.ts'

const create = (name: 'sha256' | 'sm3') => (name === 'sha256' ? sha256.create() : new Sm3())

/** A little-endian number. */
const number = (bytes: Bytes) => BigInt(`0x${toHex(bytes.slice().reverse())}`)

/**
 * RFC 8032 section 5.1.7 with the equation SB = R + kA itself, as OpenSSL checks it. noble multiplies both sides by 8 and so
 * accepts, of a dishonest signer, what Node refuses.
 */
function verifyEd25519(publicKey: Bytes, message: Bytes, signature: Bytes): boolean {
  const { Point } = ed25519
  const r = signature.subarray(0, 32)
  const s = number(signature.subarray(32))
  if (signature.length !== 64 || s >= Point.Fn.ORDER) return false
  const key = Point.fromBytes(publicKey, false)
  const k = Point.Fn.create(number(sha512(concat(r, publicKey, message))))
  const expected = Point.BASE.multiplyUnsafe(s).add(key.negate().multiplyUnsafe(k))
  return equalBytes(expected.toBytes(), r)
}

export const native: Native = {
  digest: (name, bytes) => create(name).update(bytes).digest(),
  digestInto: (name, bytes, target, offset) => target.set(create(name).update(bytes).digest(), offset),
  createDigest: create,
  verify(algorithm, publicKey, message, signature) {
    try {
      if (algorithm === 'ed25519') return verifyEd25519(publicKey, message, signature)
      if (algorithm === 'p256') return p256.verify(signature, message, publicKey, { lowS: false })
      return sm2.doVerifySignature(message, toHex(signature), toHex(publicKey), { hash: true })
    } catch {
      return false
    }
  },
  sign(algorithm, privateKey, publicKey, message) {
    if (algorithm === 'ed25519') return ed25519.sign(message, privateKey)
    if (algorithm === 'p256') return p256.sign(message, privateKey)
    return fromHex(sm2.doSignature(message, toHex(privateKey), { hash: true, publicKey: toHex(publicKey) }))
  },
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
}
