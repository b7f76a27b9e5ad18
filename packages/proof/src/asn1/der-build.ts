/** Builds DER. Pure; every function returns the bytes of one element. */
import { type Bytes, compareBytes, concat, fromHex, utf8 } from '@mingzheng/kernel'
import { TAG } from './der.ts'

function element(tag: number, content: Bytes): Bytes {
  const { length } = content
  if (length < 0x80) return concat(Uint8Array.of(tag, length), content)
  const digits: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256)
  return concat(Uint8Array.of(tag, 0x80 | digits.length, ...digits), content)
}

function integer(value: bigint | number): Bytes {
  let hex = BigInt(value).toString(16)
  if (hex.length % 2 === 1) hex = `0${hex}`
  const digits = fromHex(hex)
  return element(TAG.integer, digits[0]! >= 0x80 ? concat(Uint8Array.of(0), digits) : digits)
}

function oid(dotted: string): Bytes {
  const [top = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt)
  const bytes: number[] = []
  for (const arc of [top * 40n + second, ...rest]) {
    const digits = [Number(arc & 0x7fn)]
    for (let left = arc >> 7n; left > 0n; left >>= 7n) digits.unshift(0x80 | Number(left & 0x7fn))
    bytes.push(...digits)
  }
  return element(TAG.oid, Uint8Array.from(bytes))
}

/** Named bits, trailing zeros dropped (X.690 section 11.2.2). */
function bits(set: readonly number[]): Bytes {
  if (set.length === 0) return element(TAG.bitString, Uint8Array.of(0))
  const last = Math.max(...set)
  const out = new Uint8Array(2 + Math.floor(last / 8))
  out[0] = 7 - (last % 8)
  for (const bit of set) out[1 + Math.floor(bit / 8)]! |= 0x80 >> (bit % 8)
  return element(TAG.bitString, out)
}

const digits = (ms: number) => new Date(ms).toISOString().replace(/[-:T]/g, '')

/** Whole seconds; UTCTime before 2050 and GeneralizedTime from then on (RFC 5280 section 4.1.2.5). */
function time(ms: number): Bytes {
  const text = `${digits(ms).slice(0, 14)}Z`
  if (new Date(ms).getUTCFullYear() >= 2050) return element(TAG.generalizedTime, utf8(text))
  return element(TAG.utcTime, utf8(text.slice(2)))
}

/** GeneralizedTime with milliseconds, trailing zeros dropped (X.690 section 11.7). */
function preciseTime(ms: number): Bytes {
  const [seconds = '', fraction = ''] = digits(ms).replace('Z', '').split('.')
  const rest = fraction.replace(/0+$/, '')
  return element(TAG.generalizedTime, utf8(`${rest === '' ? seconds : `${seconds}.${rest}`}Z`))
}

/** Builders of DER elements, named for their types. */
export const der = {
  element,
  integer,
  oid,
  bits,
  time,
  preciseTime,
  sequence: (...items: Bytes[]) => element(TAG.sequence, concat(...items)),
  /** SET OF, sorted as DER asks. */
  set: (...items: Bytes[]) => element(TAG.set, concat(...items.sort(compareBytes))),
  octets: (bytes: Bytes) => element(TAG.octetString, bytes),
  bitString: (bytes: Bytes) => element(TAG.bitString, concat(Uint8Array.of(0), bytes)),
  boolean: (value: boolean) => element(TAG.boolean, Uint8Array.of(value ? 0xff : 0)),
  enumerated: (value: number) => element(TAG.enumerated, Uint8Array.of(value)),
  null: () => element(TAG.null, new Uint8Array()),
  utf8: (text: string) => element(TAG.utf8String, utf8(text)),
  printable: (text: string) => element(TAG.printableString, utf8(text)),
  ia5: (text: string) => element(TAG.ia5String, utf8(text)),
  /** Context-specific, constructed: EXPLICIT, or IMPLICIT of a constructed type. */
  context: (number: number, content: Bytes) => element(0xa0 | number, content),
  /** Context-specific, primitive: IMPLICIT of a primitive type. */
  contextPrimitive: (number: number, content: Bytes) => element(0x80 | number, content),
}
