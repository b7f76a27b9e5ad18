/** Reads what this package stored itself: bytes that are not exactly such are damage, named as the place says. */
import { type Bytes, decodeCbor } from '@mingzheng/kernel'
import type { z } from 'zod'
import { ledgerFailure } from '../failure-codes.ts'

/** Deterministic CBOR of a value that fits the schema; else throws `code`. */
export function readStored<T>(
  bytes: Bytes,
  schema: z.ZodType<T>,
  code: 'journal-corrupt' | 'log-corrupt',
  what: string,
): T {
  let value: unknown
  try {
    value = decodeCbor(bytes)
  } catch (cause) {
    throw ledgerFailure(code, `${what} is damaged`, { cause })
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw ledgerFailure(code, `${what} is not one`)
  return parsed.data
}
