/**
 * Canonical JSON (RFC 8785) for documents. One value has one spelling and one spelling one reading: the reader writes again
 * and compares, so what two parsers could read differently is refused.
 */
import { type Bytes, equalBytes, fromUtf8, utf8 } from './bytes.ts'
import { kernelFailure } from './failure.ts'

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue | undefined }

/** RFC 8785 text of a value; members that are `undefined` are left out. Numbers must be finite. */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw kernelFailure('text-not-unicode', 'the text holds a lone surrogate')
    return JSON.stringify(value)
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw kernelFailure('json-number', 'JSON has no such number')
    return JSON.stringify(value)
  }
  if (value === null || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  let members = ''
  for (const key of Object.keys(value).sort()) {
    const inner = value[key]
    if (inner !== undefined) members += `${members === '' ? '' : ','}${canonicalJson(key)}:${canonicalJson(inner)}`
  }
  return `{${members}}`
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
    throw kernelFailure('json-not-canonical', 'the bytes are not canonical JSON', { cause })
  }
  throw kernelFailure('json-not-canonical', 'the JSON is not in its canonical spelling')
}
