/** Bytes and the text forms in which this project writes them. All functions are pure; none keeps its input. */
import { kernelFailure } from './failure.ts'

export type Bytes = Uint8Array

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 bytes of a string. Lone surrogates are refused, since two readers would restore them differently. */
export function utf8(text: string): Bytes {
  if (!text.isWellFormed()) throw kernelFailure('text-not-unicode', 'the text holds a lone surrogate')
  return encoder.encode(text)
}

/** The string that UTF-8 bytes spell. Throws `text-not-utf8`; a byte-order mark is kept as a character. */
export function fromUtf8(bytes: Bytes): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw kernelFailure('text-not-utf8', 'the bytes are not UTF-8', { cause })
  }
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

/** Lower-case hexadecimal, two digits a byte. */
export function toHex(bytes: Bytes): string {
  let out = ''
  for (const byte of bytes) out += HEX[byte]
  return out
}

/** Reads lower-case hexadecimal; upper case, odd length or other characters throw `hex-malformed`. */
export function fromHex(text: string): Bytes {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) throw kernelFailure('hex-malformed', 'not lower-case hex')
  const out = new Uint8Array(text.length / 2)
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return out
}

/** What ECMAScript 2026 gives byte arrays; browsers before it have none. */
interface Base64Bytes {
  toBase64(): string
}

/** Standard base64 with padding (RFC 4648 section 4). */
export function toBase64(bytes: Bytes): string {
  const { toBase64: native } = bytes as Partial<Base64Bytes>
  if (native !== undefined) return native.call(bytes)
  let binary = ''
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(binary)
}

/** Reads standard padded base64 in its one canonical spelling; anything else throws `base64-malformed`. */
export function fromBase64(text: string): Bytes {
  let binary: string
  try {
    binary = atob(text)
  } catch (cause) {
    throw kernelFailure('base64-malformed', 'not base64', { cause })
  }
  const out = new Uint8Array(binary.length)
  for (let i = 0; i < out.length; i++) out[i] = binary.charCodeAt(i)
  if (toBase64(out) !== text) throw kernelFailure('base64-malformed', 'not the canonical base64 spelling')
  return out
}

/** URL-safe base64 without padding (RFC 4648 section 5). */
export function toBase64Url(bytes: Bytes): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** Reads unpadded URL-safe base64 in its one canonical spelling; anything else throws `base64-malformed`. */
export function fromBase64Url(text: string): Bytes {
  if (/[^A-Za-z0-9_-]/.test(text)) throw kernelFailure('base64-malformed', 'not URL-safe base64')
  const padded = text.replaceAll('-', '+').replaceAll('_', '/')
  return fromBase64(padded + '='.repeat((4 - (padded.length % 4)) % 4))
}

/** One new array holding the given ones in order. */
export function concat(...parts: Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    out.set(part, offset)
    offset += part.length
  }
  return out
}

/** Whether two arrays hold the same bytes; time depends on the lengths alone, so it may compare secrets. */
export function equalBytes(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!
  return difference === 0
}

/** Order of two arrays as unsigned bytes, the shorter first when one begins the other (RFC 8949 section 4.2.1). */
export function compareBytes(a: Bytes, b: Bytes): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}

/** Big-endian unsigned integer in `width` bytes; throws a RangeError when it does not fit. */
export function bigEndian(value: number | bigint, width: number): Bytes {
  const out = new Uint8Array(width)
  let rest = BigInt(value)
  for (let i = width - 1; i >= 0; i--) {
    out[i] = Number(rest & 0xffn)
    rest >>= 8n
  }
  if (rest !== 0n) throw new RangeError(`${value} does not fit in ${width} bytes`)
  return out
}
