/**
 * Canonical encodings: deterministic CBOR (RFC 8949 section 4.2.1) for ledger bytes, RFC 8785 JSON for documents.
 * One value has one encoding and one encoding one reading: a decoder re-encodes and compares, so what two parsers could
 * read differently is refused.
 */
import * as cborg from 'cborg'
import { type Bytes, equalBytes, fromUtf8, utf8 } from './bytes.ts'
import { Failure } from './failure.ts'

/** What ledger bytes may hold: no floats, no tags, no undefined; integers within 2^53, maps with text keys. */
export type CborValue = string | number | boolean | null | Bytes | CborValue[] | { [key: string]: CborValue }

function requireCbor(value: unknown): void {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      throw new Failure('cbor-number', 'numbers on the ledger are safe integers')
    }
  } else if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new Failure('text-not-unicode', 'the text holds a lone surrogate')
  } else if (Array.isArray(value)) {
    for (const item of value) requireCbor(item)
  } else if (value !== null && typeof value === 'object' && !(value instanceof Uint8Array)) {
    for (const [key, item] of Object.entries(value)) {
      requireCbor(key)
      requireCbor(item)
    }
  } else if (typeof value !== 'boolean' && value !== null && !(value instanceof Uint8Array)) {
    throw new Failure('cbor-type', `a ${typeof value} has no place on the ledger`)
  }
}

/** Deterministic CBOR of a value. Throws `cbor-number`, `cbor-type` or `text-not-unicode`. */
export function encodeCbor(value: CborValue): Bytes {
  requireCbor(value)
  return cborg.encode(value, { mapSorter: cborg.rfc8949EncodeOptions.mapSorter! })
}

/** Reads deterministic CBOR; bytes that are not the one encoding of their value throw `cbor-not-canonical`. */
export function decodeCbor(bytes: Bytes): CborValue {
  let value: CborValue
  try {
    value = cborg.decode(bytes, {
      allowIndefinite: false,
      allowUndefined: false,
      allowBigInt: false,
      allowNaN: false,
      allowInfinity: false,
      strict: true,
      rejectDuplicateMapKeys: true,
    })
    if (equalBytes(encodeCbor(value), bytes)) return value
  } catch (cause) {
    throw new Failure('cbor-not-canonical', 'the bytes are not deterministic CBOR', { cause })
  }
  throw new Failure('cbor-not-canonical', 'the bytes are not the canonical encoding of what they say')
}

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue | undefined }

/** RFC 8785 text of a value; members that are `undefined` are left out. Numbers must be finite. */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new Failure('text-not-unicode', 'the text holds a lone surrogate')
    return JSON.stringify(value)
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Failure('json-number', 'JSON has no such number')
    return JSON.stringify(value)
  }
  if (value === null || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${canonicalJson(key)}:${canonicalJson(value[key] as JsonValue)}`)
  return `{${members.join(',')}}`
}

/** UTF-8 of `canonicalJson`, without a final newline. */
export function encodeJson(value: JsonValue): Bytes {
  return utf8(canonicalJson(value))
}

/** Reads RFC 8785 JSON; any other spelling (spaces, order, duplicate names, escapes) throws `json-not-canonical`. */
export function decodeJson(bytes: Bytes): JsonValue {
  let value: JsonValue
  try {
    value = JSON.parse(fromUtf8(bytes))
    if (equalBytes(encodeJson(value), bytes)) return value
  } catch (cause) {
    throw new Failure('json-not-canonical', 'the bytes are not canonical JSON', { cause })
  }
  throw new Failure('json-not-canonical', 'the JSON is not in its canonical spelling')
}
