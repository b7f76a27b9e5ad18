/** The DER form of ECDSA and SM2 signatures, as X.509, CMS and OpenSSL write them (RFC 3279 section 2.2.3). */
import { type Bytes, concat, equalBytes } from './bytes.ts'
import { kernelFailure } from './failure.ts'

function derInteger(bytes: Bytes): Bytes {
  let start = 0
  while (start < 31 && bytes[start] === 0) start++
  const body = bytes.subarray(start)
  const padded = body[0]! & 0x80 ? concat(Uint8Array.of(0), body) : body
  return concat(Uint8Array.of(2, padded.length), padded)
}

/** 64 raw bytes as the DER SEQUENCE of two INTEGERs that X.509 and CMS use (RFC 3279 section 2.2.3). */
export function signatureToDer(signature: Bytes): Bytes {
  if (signature.length !== 64) throw kernelFailure('signature-malformed', 'a raw signature has 64 bytes')
  const body = concat(derInteger(signature.subarray(0, 32)), derInteger(signature.subarray(32)))
  return concat(Uint8Array.of(0x30, body.length), body)
}

/** The raw 64 bytes of a DER signature; throws `signature-malformed` for any but the one DER spelling. */
export function signatureFromDer(der: Bytes): Bytes {
  const raw = new Uint8Array(64)
  let at = 2
  for (let half = 0; half < 2; half++) {
    const length = der[at + 1] ?? 0
    const body = der.subarray(at + 2, at + 2 + length)
    const digits = body[0] === 0 ? body.subarray(1) : body
    if (digits.length > 32) throw kernelFailure('signature-malformed', 'an integer of the signature is too long')
    raw.set(digits, 32 * (half + 1) - digits.length)
    at += 2 + length
  }
  const again = signatureToDer(raw)
  if (!equalBytes(again, der)) {
    throw kernelFailure('signature-malformed', 'the signature is not canonical DER')
  }
  return raw
}
