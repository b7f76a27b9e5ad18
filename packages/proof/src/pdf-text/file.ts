/**
 * The objects of a PDF file by way of its cross-reference tables (ISO 32000-1 section 7.5), updates included. Only
 * classical tables, no object streams, no encryption, no hybrid files: what typst writes and an incremental signature
 * adds.
 */
import { type Bytes, concat, Failure } from '@mingzheng/kernel'
import { Unzlib } from 'fflate'
import { isName, isRef, type PdfDict, PdfReader, type PdfValue, unreadable } from './syntax.ts'

const MAX_OBJECTS = 100_000
const MAX_UPDATES = 16
/** Most bytes that all streams read from one file may unpack to: many pages could share one large stream. */
const MAX_UNPACKED = 48 << 20

export class PdfFile {
  readonly trailer: PdfDict
  private readonly bytes: Bytes
  private readonly offsets = new Map<number, number>()
  private readonly resolved = new Map<number, PdfValue>()
  private unpacked = 0

  /** Reads the tables only. Throws `pdf-unreadable`. */
  constructor(bytes: Bytes) {
    this.bytes = bytes
    if (!startsWith(bytes, 0, '%PDF-1.')) throw unreadable('not a PDF file')
    const tail = String.fromCharCode(...bytes.subarray(Math.max(0, bytes.length - 64)))
    const match = /startxref\s+(\d{1,10})\s+%%EOF\s*$/.exec(tail)
    if (match === null) throw unreadable('the end of the file is malformed')
    let at: PdfValue | undefined = Number(match[1])
    const seen = new Set<number>()
    let trailer: PdfDict | undefined
    while (at !== undefined) {
      if (typeof at !== 'number' || seen.has(at) || seen.size >= MAX_UPDATES) throw unreadable('too many updates')
      seen.add(at)
      const older: PdfDict = this.readTable(at)
      trailer ??= older
      at = older.get('Prev')
    }
    this.trailer = trailer!
    if (this.trailer.has('Encrypt')) throw unreadable('the file is encrypted')
  }

  /** What a value stands for: follows one reference. */
  resolve(value: PdfValue | undefined): PdfValue {
    if (value === undefined) return null
    if (!isRef(value)) return value
    let known = this.resolved.get(value.ref)
    if (known === undefined) {
      known = this.objectAt(value.ref).value
      this.resolved.set(value.ref, known)
    }
    return known
  }

  dict(value: PdfValue | undefined, what: string): PdfDict {
    const dict = this.resolve(value)
    if (!(dict instanceof Map)) throw unreadable(`${what} is no dictionary`)
    return dict
  }

  /** The dictionary and the unpacked bytes of a stream: plain or FlateDecode without predictor. */
  stream(value: PdfValue | undefined, what: string): { dict: PdfDict; bytes: Bytes } {
    if (!isRef(value)) throw unreadable(`${what} is no stream`)
    const { value: dict, reader } = this.objectAt(value.ref)
    if (!(dict instanceof Map)) throw unreadable(`${what} is no stream`)
    reader.expect('stream')
    if (this.bytes[reader.at] === 13) reader.at++
    if (this.bytes[reader.at] !== 10) throw unreadable(`${what} does not begin on a line of its own`)
    const start = reader.at + 1
    const length = this.resolve(dict.get('Length'))
    if (typeof length !== 'number' || !Number.isInteger(length) || length < 0 || start + length > this.bytes.length) {
      throw unreadable(`${what} has no valid length`)
    }
    reader.at = start + length
    reader.expect('endstream')
    const raw = this.bytes.subarray(start, start + length)
    const filter = dict.get('Filter')
    if (dict.has('DecodeParms') || dict.has('F')) throw unreadable(`${what} is packed in an unknown way`)
    if (filter === undefined) {
      this.unpacked += raw.length
      if (this.unpacked > MAX_UNPACKED) throw unreadable(`${what} unpacks to too much`)
      return { dict, bytes: raw }
    }
    if (!isName(filter, 'FlateDecode')) throw unreadable(`${what} is packed in an unknown way`)
    const bytes = inflate(raw, MAX_UNPACKED - this.unpacked, what)
    this.unpacked += bytes.length
    return { dict, bytes }
  }

  private objectAt(number: number): { value: PdfValue; reader: PdfReader } {
    const offset = this.offsets.get(number)
    if (offset === undefined) throw unreadable(`object ${number} is missing`)
    const reader = new PdfReader(this.bytes, offset)
    if (reader.next(false) !== number || reader.next(false) !== 0) throw unreadable(`object ${number} is elsewhere`)
    reader.expect('obj')
    const value = reader.value(true)
    if (isRef(value)) throw unreadable(`object ${number} is only a reference`)
    return { value, reader }
  }

  /** One table with its trailer; entries of newer tables stand already and win. */
  private readTable(at: number): PdfDict {
    const reader = new PdfReader(this.bytes, at)
    reader.expect('xref')
    for (;;) {
      const before = reader.at
      const first = reader.next(false)
      if (typeof first !== 'number') {
        reader.at = before
        break
      }
      const count = reader.next(false)
      if (typeof count !== 'number' || first + count > MAX_OBJECTS) throw unreadable('too many objects')
      for (let i = 0; i < count; i++) this.readEntry(reader, first + i)
    }
    reader.expect('trailer')
    const trailer = reader.value(true)
    if (!(trailer instanceof Map) || trailer.has('XRefStm')) throw unreadable('the trailer is malformed')
    return trailer
  }

  private readEntry(reader: PdfReader, number: number): void {
    const offset = reader.next(false)
    const generation = reader.next(false)
    const kind = reader.next(false)
    if (typeof offset !== 'number' || typeof generation !== 'number' || typeof kind !== 'object' || kind === null) {
      throw unreadable('a cross-reference entry is malformed')
    }
    if (!('word' in kind) || (kind.word !== 'n' && kind.word !== 'f')) throw unreadable('an entry is malformed')
    if (kind.word === 'n' && !this.offsets.has(number)) this.offsets.set(number, offset)
  }
}

function startsWith(bytes: Bytes, at: number, text: string): boolean {
  return [...text].every((character, i) => bytes[at + i] === character.charCodeAt(0))
}

/** Throws when more than `limit` bytes come out. */
function inflate(raw: Bytes, limit: number, what: string): Bytes {
  const parts: Bytes[] = []
  let total = 0
  let ended = false
  const unzlib = new Unzlib((part, last) => {
    total += part.length
    if (total > limit) throw unreadable(`${what} unpacks to too much`)
    parts.push(part)
    ended = last
  })
  try {
    // Small pieces: a bomb is found out after at most a thousandfold of one of them.
    for (let at = 0; at < raw.length; at += 8192) unzlib.push(raw.subarray(at, at + 8192), at + 8192 >= raw.length)
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    throw unreadable(`${what} does not unpack`)
  }
  if (!ended) throw unreadable(`${what} does not unpack`)
  return concat(...parts)
}
