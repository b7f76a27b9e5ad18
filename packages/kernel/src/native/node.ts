/** Node side of `#native`: OpenSSL through node:crypto. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSign,
  createVerify,
  hash,
  type KeyObject,
  randomBytes,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto'
import { type Bytes, concat, fromHex, toHex } from '../bytes.ts'
import type { SignatureAlgorithm } from '../signature.ts'
import { signatureFromDer, signatureToDer } from '../signature-der.ts'
import { sm2IdentityBytes } from '../sm2-identity.ts'
import type { Native } from './native.ts'

/** DER before the raw key: SubjectPublicKeyInfo (RFC 8410, RFC 5480, GB/T 35276) up to the key bits. */
const SPKI_PREFIX: Record<SignatureAlgorithm, Bytes> = {
  ed25519: fromHex('302a300506032b6570032100'),
  p256: fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200'),
  sm2: fromHex('3059301306072a8648ce3d020106082a811ccf5501822d034200'),
}
/** DER of a PKCS#8 key before the 32 private bytes; EC keys go on with the public point. */
const PKCS8_PREFIX: Record<SignatureAlgorithm, Bytes> = {
  ed25519: fromHex('302e020100300506032b657004220420'),
  p256: fromHex('308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420'),
  sm2: fromHex('308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420'),
}
const EC_PUBLIC = fromHex('a144034200')

const DIGEST_BYTES = 32
const KEYS_KEPT = 256
const publicKeys = new Map<string, KeyObject | null>()

/** Z of the signer (GB/T 32918.2-2016 section 5.5). */
const sm2Identity = (publicKey: Bytes): Bytes => hash('sm3', sm2IdentityBytes(publicKey), 'buffer')

/** Importing a key costs more than a verification: the last few hundred are kept. A malformed key is `null`. */
function importPublic(algorithm: SignatureAlgorithm, publicKey: Bytes): KeyObject | null {
  const name = algorithm + toHex(publicKey)
  let key = publicKeys.get(name)
  if (key === undefined) {
    try {
      key = createPublicKey({
        key: Buffer.from(concat(SPKI_PREFIX[algorithm], publicKey)),
        format: 'der',
        type: 'spki',
      })
    } catch {
      key = null
    }
    if (publicKeys.size >= KEYS_KEPT) publicKeys.delete(publicKeys.keys().next().value!)
    publicKeys.set(name, key)
  }
  return key
}

function importPrivate(algorithm: SignatureAlgorithm, privateKey: Bytes, publicKey: Bytes): KeyObject {
  const tail = algorithm === 'ed25519' ? new Uint8Array() : concat(EC_PUBLIC, publicKey)
  const der = concat(PKCS8_PREFIX[algorithm], privateKey, tail)
  return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })
}

/** A plain array out of a Buffer, whose `slice` would share memory. */
const plain = (buffer: Buffer): Bytes => new Uint8Array(buffer)

export const native: Native = {
  digest(name, bytes) {
    const out = new Uint8Array(DIGEST_BYTES)
    native.digestInto(name, bytes, out, 0)
    return out
  },
  digestInto(name, bytes, target, offset) {
    // A Buffer costs more than the hash of a Merkle node: a one-byte string and our own array take half the time.
    const text = hash(name, bytes, 'latin1')
    for (let i = 0; i < DIGEST_BYTES; i++) target[offset + i] = text.charCodeAt(i)
  },
  createDigest(name) {
    const running = createHash(name)
    const handle = {
      update(chunk: Bytes) {
        running.update(chunk)
        return handle
      },
      digest: () => plain(running.digest()),
    }
    return handle
  },
  verify(algorithm, publicKey, message, signature) {
    const key = importPublic(algorithm, publicKey)
    if (key === null) return false
    try {
      if (algorithm === 'ed25519') return verifyBytes(null, message, key, signature)
      const dsa = { key, dsaEncoding: 'ieee-p1363' } as const
      if (algorithm === 'p256') return verifyBytes('sha256', message, dsa, signature)
      // The one-shot call would add an empty identity of its own; hash-then-sign lets us prepend Z (GB/T 32918.2 5.5).
      // OpenSSL knows SM2 signatures in DER alone.
      return createVerify('sm3').update(sm2Identity(publicKey)).update(message).verify(key, signatureToDer(signature))
    } catch {
      return false
    }
  },
  sign(algorithm, privateKey, publicKey, message) {
    const key = importPrivate(algorithm, privateKey, publicKey)
    if (algorithm === 'ed25519') return plain(signBytes(null, message, key))
    const dsa = { key, dsaEncoding: 'ieee-p1363' } as const
    if (algorithm === 'p256') return plain(signBytes('sha256', message, dsa))
    return signatureFromDer(createSign('sm3').update(sm2Identity(publicKey)).update(message).sign(key))
  },
  random: (length) => new Uint8Array(randomBytes(length)),
}
