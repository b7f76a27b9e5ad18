/** A block as the embedded engine stores it: deterministic CBOR. docs/formats/log-storage.md. */
import { type Bytes, encodeCbor } from '@mingzheng/kernel'
import { z } from 'zod'
import { readStored } from '../storage/read-stored.ts'
import type { Block } from './engine.ts'

const natural = z.number().int().min(0)
const schema = z.strictObject({
  v: z.literal(1),
  h: natural,
  t: natural,
  s: z.number().int(),
  x: z.array(z.instanceof(Uint8Array)),
})

export function encodeBlock({ height, time, clockStep, transactions }: Block): Bytes {
  return encodeCbor({ v: 1, h: height, t: time, s: clockStep, x: [...transactions] })
}

/** Throws `journal-corrupt`: what was acknowledged must be readable. */
export function decodeBlock(bytes: Bytes): Block {
  const { h, t, s, x } = readStored(bytes, schema, 'journal-corrupt', 'a stored block')
  return { height: h, time: t, clockStep: s, transactions: x }
}
