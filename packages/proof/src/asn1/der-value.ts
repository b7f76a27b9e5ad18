/** Values inside DER elements: numbers, object identifiers, bits, times, texts. All throw `der-malformed`. */
import { type Bytes, fromUtf8, toHex } from '@mingzheng/kernel'
import { type Der, malformed, TAG } from './der.ts'

/** A non-negative INTEGER or ENUMERATED of any size. */
export function integerOf(element: Der): bigint {
  if ((element.content[0] ?? 0x80) >= 0x80) throw malformed('a number is negative')
  return BigInt(`0x${toHex(element.content)}`)
}

/** A non-negative INTEGER that fits a JavaScript number. */
export function smallIntegerOf(element: Der): number {
  const value = integerOf(element)
  if (value > 0x7fff_ffffn) throw malformed('a number is too large')
  return Number(value)
}

/** Dotted decimal form of an OBJECT IDENTIFIER; components may be of any size (2.25.UUID). */
export function oidOf(element: Der): string {
  if (element.tag !== TAG.oid) throw malformed('an object identifier is of another type')
  const arcs: bigint[] = []
  let arc = 0n
  for (const byte of element.content) {
    arc = (arc << 7n) | BigInt(byte & 0x7f)
    if (byte >= 0x80) continue
    arcs.push(arc)
    arc = 0n
  }
  const first = arcs.shift() ?? 0n
  const top = first < 80n ? first / 40n : 2n
  return [top, first - top * 40n, ...arcs].join('.')
}

/** Bytes of a BIT STRING that is whole octets. */
export function octetsOf(element: Der): Bytes {
  if (element.content[0] !== 0) throw malformed('a bit string is not whole octets')
  return element.content.subarray(1)
}

/** Numbers of the bits that are set in a named-bit list such as keyUsage; trailing zero bits are refused (X.690 11.2.2). */
export function bitsOf(element: Der): Set<number> {
  const [unused = 0, ...bytes] = element.content
  const bits = new Set<number>()
  for (const [i, byte] of bytes.entries()) for (let b = 0; b < 8; b++) if (byte & (0x80 >> b)) bits.add(8 * i + b)
  if (bytes.length > 0 && !bits.has(8 * bytes.length - unused - 1)) throw malformed('a bit list ends in zeros')
  return bits
}

/** Milliseconds of a UTCTime or GeneralizedTime in Zulu; `fraction` allows fractions of seconds (RFC 3161), not in X.509. */
export function timeOf(element: Der, fraction = false): number {
  const text = asciiOf(element.content)
  const short = element.tag === TAG.utcTime
  if (!short && element.tag !== TAG.generalizedTime) throw malformed('a time is of another type')
  const match = (short ? /^(\d{2})(\d{10})Z$/ : /^(\d{4})(\d{10})(?:\.(\d{0,8}[1-9]))?Z$/).exec(text)
  if (match === null) throw malformed('a time is malformed')
  const [, years = '', rest = '', part] = match
  if (part !== undefined && !fraction) throw malformed('a time has fractions of seconds')
  // RFC 5280 section 4.1.2.5.1: two-digit years from 50 on are of the last century.
  const year = short ? Number(years) + (Number(years) >= 50 ? 1900 : 2000) : Number(years)
  const [month, day, hour, minute, second] = rest.match(/../g) ?? []
  const iso = `${String(year).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}`
  const ms = Date.parse(`${iso}.000Z`)
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(iso)) throw malformed('a time does not exist')
  return ms + Math.floor(Number(`0.${part ?? 0}`) * 1000)
}

/** The text of a character string. */
export function textOf(element: Der): string {
  const { tag, content } = element
  if (tag === TAG.utf8String) return fromUtf8(content)
  if (tag === TAG.printableString || tag === TAG.ia5String || tag === 0x12 || tag === 0x1a) return asciiOf(content)
  if (tag === TAG.bmpString && content.length % 2 === 0)
    return new TextDecoder('utf-16be', { fatal: true }).decode(content)
  // TeletexString of old certificates is read as Latin-1, as everybody does.
  if (tag === 0x14) return String.fromCharCode(...content)
  throw malformed('a text is of an unknown type')
}

function asciiOf(content: Bytes): string {
  if (content.some((byte) => byte > 0x7e || byte < 0x20)) throw malformed('a text is not ASCII')
  return String.fromCharCode(...content)
}

/** An AlgorithmIdentifier; `parameters` are the bytes of the element, `null` when left out or NULL. */
export interface AlgorithmIdentifier {
  oid: string
  parameters: Bytes | null
}
