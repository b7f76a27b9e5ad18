/** Text of hostile pages may be no Unicode, or hold NUL, which neither JSON documents nor the database take. */
import type { JsonValue } from '@mingzheng/kernel'

const text = (value: string) =>
  value.isWellFormed() && !value.includes('\0') ? value : value.toWellFormed().replaceAll('\0', '\ufffd')

/** The value with every such text mended by U+FFFD; keys too. */
export function mended(value: JsonValue): JsonValue {
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return value.map(mended)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [text(key), inner === undefined ? undefined : mended(inner)]),
  )
}
