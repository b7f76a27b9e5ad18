/** Browser side of `#native`: noble for SHA-256, Ed25519 and P-256, sm-crypto-v2 for SM2. */
import { ed25519 } from '@noble/curves/ed25519.js'
import { p256 } from '@noble/curves/nist.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { sm2 } from 'sm-crypto-v2'
import { fromHex, toHex } from '../bytes.ts'
import type { Native } from './native.ts'
import { Sm3 } from './sm3.ts'

const create = (name: 'sha256' | 'sm3') => (name === 'sha256' ? sha256.create() : new Sm3())

export const native: Native = {
  digest: (name, bytes) => create(name).update(bytes).digest(),
  digestInto: (name, bytes, target, offset) => target.set(create(name).update(bytes).digest(), offset),
  createDigest: create,
  verify(algorithm, publicKey, message, signature) {
    try {
      if (algorithm === 'ed25519') return ed25519.verify(signature, message, publicKey, { zip215: false })
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
