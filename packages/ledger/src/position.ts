/** How far a member got, as its state file keeps it: written in the same transaction as the state it belongs to. */
import { type Bytes, decodeCbor, encodeCbor } from '@mingzheng/kernel'
import { z } from 'zod'
import { ledgerFailure } from './failure-codes.ts'
import type { LogState } from './log/log.ts'

export interface Position {
  readonly origin: string
  readonly height: number
  /** Ledger time of the last block, or of genesis. */
  readonly time: number
  readonly log: LogState
  /** `StateDigest.vector()`. */
  readonly vector: Bytes
}

const bytes = z.instanceof(Uint8Array)
const natural = z.number().int().min(0)
const schema = z.strictObject({
  v: z.literal(1),
  origin: z.string(),
  height: natural,
  time: natural,
  size: natural,
  sha256: z.array(bytes),
  sm3: z.array(bytes),
  vector: bytes,
})

export function encodePosition({ origin, height, time, log, vector }: Position): Bytes {
  const { size, sha256, sm3 } = log
  return encodeCbor({ v: 1, origin, height, time, size, sha256: [...sha256], sm3: [...sm3], vector })
}

/** Throws `log-corrupt`. */
export function decodePosition(stored: Bytes): Position {
  const parsed = schema.safeParse(decodeCbor(new Uint8Array(stored)))
  if (!parsed.success) throw ledgerFailure('log-corrupt', 'the stored position is not one')
  const { origin, height, time, size, sha256, sm3, vector } = parsed.data
  return { origin, height, time, log: { size, sha256, sm3 }, vector }
}
