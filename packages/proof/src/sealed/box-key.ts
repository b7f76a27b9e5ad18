/** Box keys: X25519 pairs (RFC 7748) to which files are sealed. They sign nothing and stand in no certificate. */
import { type Bytes, randomBytes } from '@mingzheng/kernel'
import { x25519 } from '@noble/curves/ed25519.js'
import { formatFailure } from '../format-failure.ts'

/** Bytes of either half. */
export const BOX_KEY_BYTES = 32

export interface BoxKey {
  readonly privateKey: Bytes
  readonly publicKey: Bytes
}

/** The pair of a private key; any 32 bytes are one. Throws `sealed-malformed` for another length. */
export function boxKeyOf(privateKey: Bytes): BoxKey {
  if (privateKey.length !== BOX_KEY_BYTES) throw formatFailure('sealed-malformed', 'a box key has 32 bytes')
  return { privateKey, publicKey: x25519.getPublicKey(privateKey) }
}

/** A fresh pair. */
export function newBoxKey(): BoxKey {
  return boxKeyOf(randomBytes(BOX_KEY_BYTES))
}
