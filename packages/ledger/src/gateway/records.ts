/** What the gateway's journal holds: accepted items, and which of them went under one signature. docs/formats/log-storage.md. */
import { type Bytes, type CborValue, encodeCbor } from '@mingzheng/kernel'
import { z } from 'zod'
import { readStored } from '../storage/read-stored.ts'

export type GatewayRecord =
  /** Items of one call, canonically encoded; each accepted item has a number, `first` is that of the first of these. */
  | { readonly kind: 'items'; readonly first: number; readonly items: readonly Bytes[] }
  /** One transaction: all accepted items numbered `first` to `last`. Written before it is first sent. */
  | { readonly kind: 'batch'; readonly first: number; readonly last: number }
  /** Items that were executed and refused: not to be sent again. */
  | { readonly kind: 'refused'; readonly numbers: readonly number[] }
  /** Nothing: written to find out whether the disk takes writes again. */
  | { readonly kind: 'probe' }

const natural = z.number().int().min(0)
const bytes = z.instanceof(Uint8Array)
const schema = z.discriminatedUnion('k', [
  z.strictObject({ k: z.literal('i'), f: natural, x: z.array(bytes) }),
  z.strictObject({ k: z.literal('b'), f: natural, l: natural }),
  z.strictObject({ k: z.literal('r'), n: z.array(natural) }),
  z.strictObject({ k: z.literal('p') }),
])

export function encodeRecord(record: GatewayRecord): Bytes {
  return encodeCbor(stored(record))
}

function stored(record: GatewayRecord): CborValue {
  switch (record.kind) {
    case 'items':
      return { k: 'i', f: record.first, x: [...record.items] }
    case 'batch':
      return { k: 'b', f: record.first, l: record.last }
    case 'refused':
      return { k: 'r', n: [...record.numbers] }
    case 'probe':
      return { k: 'p' }
  }
}

/** Throws `journal-corrupt`. */
export function decodeRecord(payload: Bytes): GatewayRecord {
  const record = readStored(payload, schema, 'journal-corrupt', 'a record of the gateway')
  switch (record.k) {
    case 'i':
      return { kind: 'items', first: record.f, items: record.x }
    case 'b':
      return { kind: 'batch', first: record.f, last: record.l }
    case 'r':
      return { kind: 'refused', numbers: record.n }
    case 'p':
      return { kind: 'probe' }
  }
}
