/**
 * Deterministic CBOR (RFC 8949 section 4.2.1) of plain data: shortest lengths, keys in byte order, nothing indefinite. The reader
 * takes what the writer writes and nothing else. Own code, since ledgers write and read it by the hundred thousand.
 */
import { type Bytes, compareBytes, fromUtf8, utf8 } from './bytes.ts'
import { type Failure, type KernelFailureCode, kernelFailure } from './failure.ts'

/** What ledger bytes may hold: no floats, no tags, no undefined; integers within 2^53, maps with text keys. */
export type CborValue = string | number | boolean | null | Bytes | CborValue[] | { [key: string]: CborValue }

/** Lists and maps in each other; deeper would let a small message exhaust the stack. */
const DEEPEST = 100
const TWO_32 = 2 ** 32
/** Major types (section 3.1), already shifted. */
const UNSIGNED = 0x00
const NEGATIVE = 0x20
const BYTES = 0x40
const TEXT = 0x60
const LIST = 0x80
const MAP = 0xa0
const FALSE = 0xf4
const TRUE = 0xf5
const NULL = 0xf6

/** Deterministic CBOR of a value. Throws `cbor-number`, `cbor-type`, `cbor-depth` or `text-not-unicode`. */
export function encodeCbor(value: CborValue): Bytes {
  writer.begin()
  writer.value(value, 0)
  return writer.done()
}

/** Reads deterministic CBOR; bytes that are not the one encoding of their value throw `cbor-not-canonical`. */
export function decodeCbor(bytes: Bytes): CborValue {
  const reader = new Reader(bytes)
  const value = reader.value(0)
  if (!reader.atEnd) throw notCanonical('bytes after the end')
  return value
}

/** Larger ones are given back to the collector. */
const LARGEST_KEPT = 65_536

class Writer {
  #bytes = new Uint8Array(1024)
  #length = 0

  begin(): void {
    if (this.#bytes.length > LARGEST_KEPT) this.#bytes = new Uint8Array(1024)
    this.#length = 0
  }

  done(): Bytes {
    return this.#bytes.slice(0, this.#length)
  }

  value(value: CborValue, depth: number): void {
    if (typeof value === 'number') this.#number(value)
    else if (typeof value === 'string') this.#text(value)
    else if (value instanceof Uint8Array) {
      this.#head(BYTES, value.length)
      this.#append(value)
    } else if (value === null) this.#byte(NULL)
    else if (typeof value === 'boolean') this.#byte(value ? TRUE : FALSE)
    else if (typeof value !== 'object') throw wrongType(value)
    else if (depth === DEEPEST) throw kernelFailure('cbor-depth', 'lists and maps are nested too deeply')
    else if (Array.isArray(value)) {
      this.#head(LIST, value.length)
      for (let i = 0; i < value.length; i++) this.value(value[i]!, depth + 1)
    } else this.#map(value, depth)
  }

  #map(value: { [key: string]: CborValue }, depth: number): void {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) throw wrongType(value)
    const keys = Object.keys(value)
    // Most maps of the ledger are written in order.
    for (let i = 1; i < keys.length; i++) {
      if (compareKeys(keys[i - 1]!, keys[i]!) < 0) continue
      keys.sort(compareKeys)
      break
    }
    this.#head(MAP, keys.length)
    for (const key of keys) {
      this.#text(key)
      this.value(value[key]!, depth + 1)
    }
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      throw kernelFailure('cbor-number', 'numbers on the ledger are safe integers')
    }
    if (value >= 0) this.#head(UNSIGNED, value)
    else this.#head(NEGATIVE, -1 - value)
  }

  #text(text: string): void {
    if (text.length < 64 && isAscii(text)) {
      this.#head(TEXT, text.length)
      this.#room(text.length)
      for (let i = 0; i < text.length; i++) this.#bytes[this.#length++] = text.charCodeAt(i)
    } else {
      const bytes = utf8(text)
      this.#head(TEXT, bytes.length)
      this.#append(bytes)
    }
  }

  #head(major: number, argument: number): void {
    if (argument < 24) {
      this.#byte(major | argument)
      return
    }
    const width = argument < 0x100 ? 1 : argument < 0x10000 ? 2 : argument < TWO_32 ? 4 : 8
    this.#byte(major | (width === 1 ? 24 : width === 2 ? 25 : width === 4 ? 26 : 27))
    this.#room(width)
    let rest = argument
    for (let at = this.#length + width - 1; at >= this.#length; at--) {
      this.#bytes[at] = rest % 256
      rest = Math.floor(rest / 256)
    }
    this.#length += width
  }

  #byte(byte: number): void {
    this.#room(1)
    this.#bytes[this.#length++] = byte
  }

  #append(bytes: Bytes): void {
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more))
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}

/** One for all: an array for each value would cost as much as writing it, and writing never waits for anything. */
const writer = new Writer()

class Reader {
  readonly #bytes: Bytes
  #at = 0

  constructor(bytes: Bytes) {
    this.#bytes = bytes
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  value(depth: number): CborValue {
    const first = this.#bytes[this.#at]
    if (first === undefined) throw notCanonical('cut off')
    this.#at++
    if (first === FALSE || first === TRUE) return first === TRUE
    if (first === NULL) return null
    const major = first & 0xe0
    const argument = this.#argument(first & 0x1f)
    if (major === UNSIGNED) return argument
    if (major === NEGATIVE && argument < Number.MAX_SAFE_INTEGER) return -1 - argument
    if (major === BYTES) return this.#take(argument).slice()
    if (major === TEXT) return this.#text(argument)
    if (depth === DEEPEST) throw notCanonical('nested too deeply')
    if (major === LIST) return this.#list(argument, depth + 1)
    if (major === MAP) return this.#map(argument, depth + 1)
    throw notCanonical('a type that has no place on the ledger')
  }

  #list(count: number, depth: number): CborValue[] {
    // No array of the claimed length: a short message may claim a long list.
    const list: CborValue[] = []
    for (let i = 0; i < count; i++) list.push(this.value(depth))
    return list
  }

  #map(count: number, depth: number): CborValue {
    const map: { [key: string]: CborValue } = {}
    let last: Bytes | undefined
    for (let i = 0; i < count; i++) {
      const start = this.#at
      const key = this.value(DEEPEST)
      if (typeof key !== 'string') throw notCanonical('a key that is no text')
      const encoded = this.#bytes.subarray(start, this.#at)
      if (last !== undefined && compareBytes(last, encoded) >= 0) throw notCanonical('keys out of order')
      last = encoded
      const value = this.value(depth)
      if (key === '__proto__')
        Object.defineProperty(map, key, { value, enumerable: true, writable: true, configurable: true })
      else map[key] = value
    }
    return map
  }

  #text(length: number): string {
    const bytes = this.#take(length)
    if (length < 64) {
      let text = ''
      let high = 0
      for (const byte of bytes) {
        high |= byte
        text += String.fromCharCode(byte)
      }
      if (high < 0x80) return text
    }
    try {
      return fromUtf8(bytes)
    } catch (cause) {
      throw kernelFailure('cbor-not-canonical', 'CBOR: text that is not UTF-8', { cause })
    }
  }

  #take(length: number): Bytes {
    if (length > this.#bytes.length - this.#at) throw notCanonical('cut off')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  /** The number in or after the first byte, in its shortest form. */
  #argument(short: number): number {
    if (short < 24) return short
    if (short > 27) throw notCanonical('an indefinite or reserved length')
    const width = 2 ** (short - 24)
    let argument = 0
    for (const byte of this.#take(width)) argument = argument * 256 + byte
    const least = width === 1 ? 24 : 256 ** (width / 2)
    if (argument < least || argument > Number.MAX_SAFE_INTEGER) throw notCanonical('a number too long or too large')
    return argument
  }
}

/** Order of the encodings: shorter first, then by UTF-8 bytes. */
function compareKeys(a: string, b: string): number {
  if (isAscii(a) && isAscii(b)) return a.length - b.length || (a < b ? -1 : 1)
  const [first, second] = [utf8(a), utf8(b)]
  return first.length - second.length || compareBytes(first, second)
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false
  return true
}

function wrongType(value: unknown): Failure<KernelFailureCode> {
  return kernelFailure('cbor-type', `a ${typeof value} of this kind has no place on the ledger`)
}

function notCanonical(what: string): Failure<KernelFailureCode> {
  return kernelFailure('cbor-not-canonical', `CBOR: ${what}`)
}
