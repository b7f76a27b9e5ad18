/** Signatures of other authorities: ECDSA on the NIST curves with any SHA-2, RSA as PKCS #1 version 1.5 (RFC 8017 section 8.2). */
import { type Bytes, concat, equalBytes, Failure, fromHex, toHex } from '@mingzheng/kernel'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { DerReader, TAG } from './der.ts'
import { der } from './der-build.ts'
import { integerOf } from './der-value.ts'
import { digestByOid } from './digest-by-oid.ts'

export type NistCurve = 'P-256' | 'P-384' | 'P-521'
const CURVES = { 'P-256': p256, 'P-384': p384, 'P-521': p521 } as const
const WIDTH = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const

/** Whether `signature` (DER) is one by the uncompressed `point`. `null` when the digest is unknown. */
export function verifyEcdsa(
  curve: NistCurve,
  point: Bytes,
  digestOid: string,
  message: Bytes,
  signature: Bytes,
): boolean | null {
  const hash = digestByOid(digestOid, message)
  if (hash === null) return null
  try {
    const raw = rawOf(signature, WIDTH[curve])
    return CURVES[curve].verify(raw, hash, point, { prehash: false, lowS: false, format: 'compact' })
  } catch {
    return false
  }
}

/** r || s of the one DER spelling. */
function rawOf(signature: Bytes, width: number): Bytes {
  const outer = new DerReader(signature)
  const reader = outer.enter(TAG.sequence, 'a signature')
  outer.end('a signature')
  const numbers = reader.each(TAG.integer).map(integerOf)
  const again = der.sequence(...numbers.map(der.integer))
  if (numbers.length !== 2 || !equalBytes(again, signature)) throw new Failure('signature-malformed', 'not DER')
  return concat(...numbers.map((number) => fixed(number, width)))
}

function fixed(number: bigint, width: number): Bytes {
  const hex = number.toString(16).padStart(2 * width, '0')
  if (hex.length !== 2 * width) throw new Failure('signature-malformed', 'a number is too long')
  return fromHex(hex)
}

const MAX_MODULUS_BITS = 8192

export interface RsaKey {
  readonly modulus: bigint
  readonly exponent: bigint
}

/** Reads an RSAPublicKey; `null` for keys that are too small, or so large that they would only cost time. */
export function readRsaKey(bytes: Bytes): RsaKey | null {
  const reader = new DerReader(bytes).enter(TAG.sequence, 'an RSA key')
  const modulus = integerOf(reader.expect(TAG.integer, 'the modulus'))
  const exponent = integerOf(reader.expect(TAG.integer, 'the exponent'))
  reader.end('an RSA key')
  const bits = modulus.toString(2).length
  if (bits < 2048 || bits > MAX_MODULUS_BITS || exponent < 3n || exponent > 0xffffffffn) return null
  return { modulus, exponent }
}

/** Whether `signature` is one of PKCS #1 version 1.5: the whole padded block is made anew and compared. */
export function verifyRsa(key: RsaKey, digestOid: string, message: Bytes, signature: Bytes): boolean | null {
  const hash = digestByOid(digestOid, message)
  if (hash === null) return null
  const length = Math.ceil(key.modulus.toString(16).length / 2)
  const value = signature.length === length ? BigInt(`0x${toHex(signature)}`) : key.modulus
  if (value >= key.modulus) return false
  const info = der.sequence(der.sequence(der.oid(digestOid), der.null()), der.octets(hash))
  const padding = new Uint8Array(length - 3 - info.length).fill(0xff)
  const expected = concat(Uint8Array.of(0, 1), padding, Uint8Array.of(0), info)
  return equalBytes(fixed(power(value, key), length), expected)
}

/** value ^ exponent mod modulus, by squaring. */
function power(value: bigint, { modulus, exponent }: RsaKey): bigint {
  let result = 1n
  let base = value
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * base) % modulus
    base = (base * base) % modulus
  }
  return result
}
