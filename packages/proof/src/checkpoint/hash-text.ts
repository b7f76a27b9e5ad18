/** Hashes as checkpoints and proofs spell them: 32 bytes in canonical base64, which is 43 characters and `=`. */
import type { Bytes } from '@mingzheng/kernel'
import { type FormatFailureCode, formatFailure } from '../format-failure.ts'
import { HASH_BYTES } from '../merkle/merkle-hash.ts'

/** Characters of a hash. */
export const HASH_CHARACTERS = 44

/** 32 bytes in canonical base64; anything else throws `code`. */
export function parseHash(text: string, code: FormatFailureCode): Bytes {
  const hash = new Uint8Array(HASH_BYTES)
  if (text.length === HASH_CHARACTERS && readHash(text, 0, hash, 0)) return hash
  throw formatFailure(code, 'a hash is 32 bytes in canonical base64')
}

const SEXTETS = new Int32Array(0x10000).fill(-1)
for (let i = 0; i < 64; i++) {
  SEXTETS['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.charCodeAt(i)] = i
}

/**
 * Reads the hash that stands in `text` at `at` into `target` at `offset`; whether it is one. (A proof holds dozens, and the
 * general decoder costs as much as hashing them.)
 */
export function readHash(text: string, at: number, target: Bytes, offset: number): boolean {
  if (at + HASH_CHARACTERS > text.length) return false
  let bad = 0
  let out = offset
  const sextet = (from: number) => SEXTETS[text.charCodeAt(from)]!
  for (let from = at; from < at + 40; from += 4) {
    const word = (sextet(from) << 18) | (sextet(from + 1) << 12) | (sextet(from + 2) << 6) | sextet(from + 3)
    bad |= word
    target[out++] = word >> 16
    target[out++] = word >> 8
    target[out++] = word
  }
  const word = (sextet(at + 40) << 12) | (sextet(at + 41) << 6) | sextet(at + 42)
  bad |= word
  target[out++] = word >> 10
  target[out] = word >> 2
  // A negative sextet sets the sign of its word and nothing clears it; the last two bits spell nothing and must be zero.
  return bad >= 0 && (word & 3) === 0 && text.charCodeAt(at + 43) === 0x3d
}
