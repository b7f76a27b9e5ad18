/**
 * DER (ITU-T X.690 section 10) read strictly: one element, definite minimal lengths, low tag numbers, no bytes left over.
 * What BER would also allow is refused, so that no two readers see different things. Depth and work are bounded.
 */
import { type Bytes, Failure } from '@mingzheng/kernel'

/** Identifier octets of the universal types used here; context tags are `0xa0 | n` constructed, `0x80 | n` primitive. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const

const MAX_DEPTH = 48

/** One element: its identifier octet, its contents, and all its bytes. */
export interface Der {
  readonly tag: number
  readonly content: Bytes
  readonly bytes: Bytes
}

export const malformed = (what: string): Failure<'der-malformed'> => new Failure('der-malformed', what)

/** Reads elements one after another. Every method throws `der-malformed`. */
export class DerReader {
  private readonly bytes: Bytes
  private at = 0

  constructor(bytes: Bytes) {
    this.bytes = bytes
  }

  /** Identifier octet of the next element, `undefined` at the end. */
  get next(): number | undefined {
    return this.bytes[this.at]
  }

  read(): Der {
    const { bytes, at: start } = this
    const tag = bytes[start]
    const first = bytes[start + 1]
    if (tag === undefined || first === undefined) throw malformed('an element is cut off')
    if ((tag & 0x1f) === 0x1f) throw malformed('a tag number is too high')
    let at = start + 2
    let length = first
    if (first >= 0x80) {
      const octets = first & 0x7f
      if (octets < 1 || octets > 4) throw malformed('a length is indefinite or too long')
      length = 0
      for (let i = 0; i < octets; i++) length = length * 256 + (bytes[at++] ?? 0)
      if (length < 0x80 || length < 256 ** (octets - 1)) throw malformed('a length is not minimal')
    }
    const end = at + length
    if (end > bytes.length) throw malformed('an element is cut off')
    this.at = end
    return { tag, content: bytes.subarray(at, end), bytes: bytes.subarray(start, end) }
  }

  expect(tag: number, what = 'an element'): Der {
    if (this.next !== tag) throw malformed(`${what} is not there or of another type`)
    return this.read()
  }

  optional(tag: number): Der | undefined {
    return this.next === tag ? this.read() : undefined
  }

  /** The reader of the contents of the next element. */
  enter(tag: number, what?: string): DerReader {
    return new DerReader(this.expect(tag, what).content)
  }

  /** All elements that are left, each of this type. */
  each(tag: number, what?: string): Der[] {
    const out: Der[] = []
    while (this.next !== undefined) out.push(this.expect(tag, what))
    return out
  }

  end(what = 'an element'): void {
    if (this.at !== this.bytes.length) throw malformed(`${what} holds more than it may`)
  }
}

/**
 * The one element that `bytes` are, checked through to its leaves (contents of OCTET STRINGs aside). Throws
 * `der-malformed`, also when it is not of the type `tag`. Time grows with the length.
 */
export function readDer(bytes: Bytes, tag: number): Der {
  const reader = new DerReader(bytes)
  const element = reader.expect(tag, 'the file')
  reader.end('the file')
  requireStrict(element, 0)
  return element
}

function requireStrict(element: Der, depth: number): void {
  if (depth > MAX_DEPTH) throw malformed('elements are nested too deeply')
  const { tag, content } = element
  if (tag & 0x20) {
    if ((tag & 0xc0) === 0 && tag !== TAG.sequence && tag !== TAG.set) throw malformed('a string is in pieces')
    const reader = new DerReader(content)
    while (reader.next !== undefined) requireStrict(reader.read(), depth + 1)
    return
  }
  const [first = 0, second = 0] = content
  switch (tag) {
    case TAG.boolean:
      if (content.length !== 1 || (first !== 0 && first !== 0xff)) throw malformed('a boolean is not 00 or FF')
      break
    case TAG.integer:
    case TAG.enumerated:
      if (content.length === 0) throw malformed('an integer is empty')
      if (content.length > 1 && (first === 0 ? second < 0x80 : first === 0xff && second >= 0x80)) {
        throw malformed('an integer is not minimal')
      }
      break
    case TAG.bitString: {
      const last = content[content.length - 1] ?? 0
      if (content.length === 0 || first > 7 || (content.length === 1 && first !== 0)) throw malformed('a bit string')
      if (content.length > 1 && last & ((1 << first) - 1)) throw malformed('unused bits are set')
      break
    }
    case TAG.null:
      if (content.length !== 0) throw malformed('a null has contents')
      break
    case TAG.oid:
      requireObjectIdentifier(content)
      break
    case TAG.sequence & 0x1f:
    case TAG.set & 0x1f:
      throw malformed('a list is primitive')
  }
}

function requireObjectIdentifier(content: Bytes): void {
  let fresh = true
  for (const byte of content) {
    if (fresh && byte === 0x80) throw malformed('an object identifier is not minimal')
    fresh = byte < 0x80
  }
  if (content.length === 0 || !fresh) throw malformed('an object identifier is cut off')
}
