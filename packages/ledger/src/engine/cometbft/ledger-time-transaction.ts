/** The first transaction of every block: the proposer's ledger time. docs/formats/engine.md. */
import { type Bytes, decodeCbor, encodeCbor } from '@mingzheng/kernel'
import { z } from 'zod'

export interface LedgerTimeStatement {
  readonly time: number
  readonly clockStep: number
}

/** Longer bytes are something else, and not looked at. */
const LONGEST = 32
const schema = z.strictObject({ v: z.literal(1), t: z.number().int().min(0), s: z.number().int() })

export function encodeLedgerTime({ time, clockStep }: LedgerTimeStatement): Bytes {
  return encodeCbor({ v: 1, t: time, s: clockStep })
}

/** `null` when the bytes are anything else. */
export function decodeLedgerTime(bytes: Bytes): LedgerTimeStatement | null {
  if (bytes.length > LONGEST) return null
  try {
    const { t, s } = schema.parse(decodeCbor(bytes))
    return { time: t, clockStep: s }
  } catch {
    return null
  }
}
