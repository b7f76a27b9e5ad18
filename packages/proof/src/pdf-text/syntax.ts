/** PDF objects as ISO 32000-1 section 7.3 writes them, read strictly and with bounded depth. */
import { type Bytes, Failure } from '@mingzheng/kernel'

export interface PdfName {
  name: string
}
export interface PdfRef {
  ref: number
}
export type PdfDict = Map<string, PdfValue>
export type PdfValue = number | boolean | null | Bytes | PdfName | PdfRef | PdfDict | PdfValue[]
/** A bare word: an operator of a content stream, or `obj`, `stream`, `xref`... */
export interface PdfWord {
  word: string
}

const MAX_DEPTH = 20
const SPACE = new Set([0, 9, 10, 12, 13, 32])
const DELIMITER = new Set([...'()<>[]{}/%'].map((c) => c.charCodeAt(0)))

/** Anything that this reader does not understand in exactly one way. */
export function unreadable(why: string): Failure<'pdf-unreadable'> {
  return new Failure('pdf-unreadable', `PDF: ${why}`)
}

export const isName = (value: unknown, name?: string): value is PdfName =>
  typeof value === 'object' && value !== null && 'name' in value && (name === undefined || value.name === name)
export const isRef = (value: unknown): value is PdfRef =>
  typeof value === 'object' && value !== null && 'ref' in value && !(value instanceof Map)
export const isWord = (value: unknown, word?: string): value is PdfWord =>
  typeof value === 'object' && value !== null && 'word' in value && (word === undefined || value.word === word)

/** A cursor over bytes that yields objects and bare words. */
export class PdfReader {
  readonly bytes: Bytes
  at: number

  constructor(bytes: Bytes, at = 0) {
    this.bytes = bytes
    this.at = at
  }

  /** The next object or word, or `undefined` at the end. With `refs`, `3 0 R` is read as a reference. */
  next(refs: boolean, depth = 0): PdfValue | PdfWord | undefined {
    if (depth > MAX_DEPTH) throw unreadable('objects are nested too deeply')
    this.skipSpace()
    const byte = this.bytes[this.at]
    if (byte === undefined) return undefined
    const character = String.fromCharCode(byte)
    if (character === '/') return this.name()
    if (character === '(') return this.literalString()
    if (character === '<') return this.bytes[this.at + 1] === 0x3c ? this.dict(refs, depth) : this.hexString()
    if (character === '[') return this.array(refs, depth)
    if (DELIMITER.has(byte)) throw unreadable(`unexpected ${character}`)
    const token = this.token()
    if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(token)) return refs ? this.numberOrRef(token) : Number(token)
    if (token === 'true') return true
    if (token === 'false') return false
    if (token === 'null') return null
    return { word: token }
  }

  /** The next object; a bare word or the end is unreadable. */
  value(refs: boolean, depth = 0): PdfValue {
    const value = this.next(refs, depth)
    if (value === undefined || isWord(value)) throw unreadable('an object was expected')
    return value
  }

  /** Takes a bare word that must come next. */
  expect(word: string): void {
    if (!isWord(this.next(false), word)) throw unreadable(`${word} was expected`)
  }

  skipSpace(): void {
    for (;;) {
      const byte = this.bytes[this.at]
      if (byte === 0x25) {
        while (this.at < this.bytes.length && this.bytes[this.at] !== 10 && this.bytes[this.at] !== 13) this.at++
      } else if (byte !== undefined && SPACE.has(byte)) this.at++
      else return
    }
  }

  private token(): string {
    const start = this.at
    while (this.at < this.bytes.length) {
      const byte = this.bytes[this.at]!
      if (SPACE.has(byte) || DELIMITER.has(byte)) break
      this.at++
    }
    if (this.at - start > 200) throw unreadable('a word is too long')
    return String.fromCharCode(...this.bytes.subarray(start, this.at))
  }

  private numberOrRef(token: string): PdfValue {
    const after = this.at
    if (/^\d{1,9}$/.test(token)) {
      this.skipSpace()
      if (this.token() === '0') {
        this.skipSpace()
        if (this.token() === 'R') return { ref: Number(token) }
      }
    }
    this.at = after
    return Number(token)
  }

  private name(): PdfName {
    this.at++
    const raw = this.token()
    return {
      name: raw.replace(/#([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    }
  }

  private dict(refs: boolean, depth: number): PdfDict {
    this.at += 2
    const dict: PdfDict = new Map()
    for (;;) {
      this.skipSpace()
      if (this.bytes[this.at] === 0x3e && this.bytes[this.at + 1] === 0x3e) {
        this.at += 2
        return dict
      }
      const key = this.value(refs, depth + 1)
      if (!isName(key)) throw unreadable('a dictionary key is no name')
      if (dict.has(key.name)) throw unreadable(`the key ${key.name} stands twice`)
      dict.set(key.name, this.value(refs, depth + 1))
    }
  }

  private array(refs: boolean, depth: number): PdfValue[] {
    this.at++
    const items: PdfValue[] = []
    for (;;) {
      this.skipSpace()
      if (this.bytes[this.at] === 0x5d) {
        this.at++
        return items
      }
      items.push(this.value(refs, depth + 1))
    }
  }

  private hexString(): Bytes {
    const end = this.bytes.indexOf(0x3e, this.at)
    if (end < 0) throw unreadable('a string does not end')
    const out = new Uint8Array((end - this.at) >> 1)
    let digits = 0
    for (let at = this.at + 1; at < end; at++) {
      const byte = this.bytes[at]!
      if (SPACE.has(byte)) continue
      const value = hexValue(byte)
      out[digits >> 1]! |= digits % 2 === 0 ? value << 4 : value
      digits++
    }
    this.at = end + 1
    return out.subarray(0, (digits + 1) >> 1)
  }

  private literalString(): Bytes {
    this.at++
    const out: number[] = []
    let open = 1
    for (;;) {
      const byte = this.bytes[this.at++]
      if (byte === undefined) throw unreadable('a string does not end')
      if (byte === 0x5c) this.escape(out)
      else if (byte === 0x29 && --open === 0) return Uint8Array.from(out)
      else {
        if (byte === 0x28) open++
        out.push(byte)
      }
    }
  }

  /** 7.3.4.2, table 3. */
  private escape(out: number[]): void {
    const byte = this.bytes[this.at++]
    if (byte === undefined) throw unreadable('a string does not end')
    const character = String.fromCharCode(byte)
    const plain = { n: 10, r: 13, t: 9, b: 8, f: 12, '(': 40, ')': 41, '\\': 92 }[character]
    if (plain !== undefined) out.push(plain)
    else if (/[0-7]/.test(character)) {
      let octal = character
      while (octal.length < 3 && /[0-7]/.test(String.fromCharCode(this.bytes[this.at] ?? 0))) {
        octal += String.fromCharCode(this.bytes[this.at++]!)
      }
      out.push(Number.parseInt(octal, 8) & 0xff)
    } else throw unreadable('a string holds an unknown escape')
  }
}

function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  if (letter >= 0x61 && letter <= 0x66) return letter - 0x57
  throw unreadable('a hexadecimal string holds other characters')
}
