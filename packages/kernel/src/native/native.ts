/** What differs between Node and a browser: who computes digests and checks signatures. Picked by `#native`. */
import type { Bytes } from '../bytes.ts'
import type { DigestName, RunningDigest } from '../digest.ts'
import type { SignatureAlgorithm } from '../signature.ts'

export interface Native {
  digest(name: DigestName, bytes: Bytes): Bytes
  /** Writes the 32 bytes to `target` at `offset`; `target` may be `bytes`. */
  digestInto(name: DigestName, bytes: Bytes, target: Bytes, offset: number): void
  createDigest(name: DigestName): RunningDigest
  /** Signature is 64 raw bytes; the public key is 32 (Ed25519) or 65 bytes. Never throws for bad signatures. */
  verify(algorithm: SignatureAlgorithm, publicKey: Bytes, message: Bytes, signature: Bytes): boolean
  /** 64 raw bytes. The private key is the 32-byte seed or scalar, `publicKey` its point. */
  sign(algorithm: SignatureAlgorithm, privateKey: Bytes, publicKey: Bytes, message: Bytes): Bytes
  random(length: number): Bytes
}
