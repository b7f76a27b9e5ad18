/** How far a member got, as its state file keeps it: written in the same transaction as the state it belongs to. */
import { type Bytes, encodeCbor } from '@mingzheng/kernel'
import { z } from 'zod'
import type { LogState } from './log/log.ts'
import { readStored } from './storage/read-stored.ts'

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
  const position = readStored(new Uint8Array(stored), schema, 'log-corrupt', 'the stored position')
  const { origin, height, time, size, sha256, sm3, vector } = position
  return { origin, height, time, log: { size, sha256, sm3 }, vector }
}
