/**
 * Transactions: signed, canonically encoded calls that are idempotent by their items' ids. docs/formats/transaction.md.
 * A gateway puts many items under one signature (`ledger.batch`); each keeps its own id, entry and receipt.
 */
import {
  type Bytes,
  bigEndian,
  type CborValue,
  concat,
  decodeCbor,
  encodeCbor,
  Failure,
  type Signer,
  utf8,
  verifySignature,
} from '@mingzheng/kernel'
import { z } from 'zod'
import { callName, ITEM_ID_BYTES, isMap, itemSchema, unpackItems } from './batch-items.ts'
import { ledgerFailure } from './failure-codes.ts'
import type { LedgerItem } from './ledger-client.ts'

/** Longest encoded item: an entry of it must fit the log. */
export const LONGEST_ITEM = 12_288
/** CometBFT is configured for the same `max_tx_bytes`. */
export const LONGEST_TRANSACTION = 2 << 20

/** The built-in call of a gateway. */
export const BATCH_CONTRACT = 'ledger'
export const BATCH_METHOD = 'batch'

const DOMAIN = utf8('mingzheng transaction v1\n')
const SIGNATURE_FIELD = concat(Uint8Array.of(0x69), utf8('signature'), Uint8Array.of(0x58, 64))

export interface Transaction {
  /** The log's origin. */
  readonly chain: string
  /** Ed25519 public key, 32 bytes. */
  readonly actor: Bytes
  /** 16 bytes. */
  readonly id: Bytes
  /** The items of a batch in order, or the one call itself. */
  readonly items: readonly LedgerItem[]
  /** What a gateway says of its batch's place; `null` for a call that is no batch. */
  readonly batch: BatchPlace | null
  /** What is signed, the domain included. */
  readonly signed: Bytes
  readonly signature: Bytes
}

/** Where a batch stands among those of its gateway. */
export interface BatchPlace {
  /** Id of the batch that is to be executed before this one; `null` when nothing waits before it. */
  readonly after: Bytes | null
}

const bytesOf = (length: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length === length)
const transactionSchema = z.strictObject({
  id: bytesOf(ITEM_ID_BYTES),
  actor: bytesOf(32),
  chain: z.string().min(1).max(200),
  method: callName,
  contract: callName,
  arguments: z.custom<{ [key: string]: CborValue }>(isMap),
  signature: bytesOf(64),
})
const batchSchema = z.strictObject({
  after: bytesOf(ITEM_ID_BYTES).optional(),
  items: z.custom<CborValue[]>(Array.isArray),
})

/**
 * A copy that shares nothing with the caller's item, without its absent arguments: what is signed, stored and executed
 * must not change under way. Throws `ledger-item-malformed`.
 */
export function copyItem({ id, contract, method, arguments: given }: LedgerItem): LedgerItem {
  if (!(id instanceof Uint8Array) || id.length !== ITEM_ID_BYTES) {
    throw ledgerFailure('ledger-item-malformed', 'an id has 16 bytes', { field: 'id' })
  }
  if (typeof given !== 'object' || given === null) {
    throw ledgerFailure('ledger-item-malformed', 'arguments are a map', { field: 'arguments' })
  }
  return { id: new Uint8Array(id), contract, method, arguments: copyValue(given, 0) as LedgerItem['arguments'] }
}

const DEEPEST = 100

function copyValue(value: CborValue | LedgerItem['arguments'], depth: number): CborValue {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return new Uint8Array(value)
  if (depth > DEEPEST) throw ledgerFailure('ledger-item-malformed', 'arguments are too deep', { field: 'arguments' })
  if (Array.isArray(value)) return value.map((one) => copyValue(one, depth + 1))
  const copy: { [key: string]: CborValue } = {}
  for (const key of Object.keys(value)) {
    const one = (value as LedgerItem['arguments'])[key]
    if (one !== undefined) copy[key] = copyValue(one, depth + 1)
  }
  return copy
}

/** Canonical bytes of an item, as they stand inside a batch. Throws `ledger-item-malformed`. */
export function encodeItem(item: LedgerItem): Bytes {
  let bytes: Bytes
  try {
    const { id, contract, method } = item
    bytes = encodeCbor({ id, method, contract, arguments: item.arguments as { [key: string]: CborValue } })
  } catch (cause) {
    throw ledgerFailure('ledger-item-malformed', 'arguments are no ledger data', { field: 'arguments', cause })
  }
  if (bytes.length > LONGEST_ITEM) {
    throw ledgerFailure('ledger-item-malformed', `an item has at most ${LONGEST_ITEM} bytes`, { field: 'arguments' })
  }
  return bytes
}

/** Reads an item strictly. Throws `transaction-malformed`. */
export function decodeItem(bytes: Bytes): LedgerItem {
  const parsed = itemSchema.safeParse(decodeStrictly(bytes))
  if (!parsed.success) throw malformed(`item: ${parsed.error.issues[0]?.path.join('.') ?? ''}`)
  return parsed.data
}

/** A transaction's bytes with the parts that its reader needs. */
export type SignedBatch = Pick<Transaction, 'chain' | 'actor' | 'id' | 'batch' | 'signed' | 'signature'> & {
  readonly bytes: Bytes
}

/** A signed batch, from what `packItems` gives: the same items, id, place and key give the same bytes. */
export async function signBatch(
  chain: string,
  signer: Signer,
  id: Bytes,
  items: readonly Bytes[],
  after: Bytes | null = null,
): Promise<SignedBatch> {
  const body = concat(
    Uint8Array.of(0x62),
    utf8('id'),
    encodeCbor(id),
    encodeCbor('actor'),
    encodeCbor(signer.publicKey.bytes),
    encodeCbor('chain'),
    encodeCbor(chain),
    encodeCbor('method'),
    encodeCbor(BATCH_METHOD),
    encodeCbor('contract'),
    encodeCbor(BATCH_CONTRACT),
    encodeCbor('arguments'),
    Uint8Array.of(after === null ? 0xa1 : 0xa2),
    ...(after === null ? [] : [encodeCbor('after'), encodeCbor(after)]),
    encodeCbor('items'),
    listHead(items.length),
    ...items,
  )
  const signed = concat(DOMAIN, Uint8Array.of(0xa6), body)
  const signature = await signer.sign(signed)
  const bytes = concat(Uint8Array.of(0xa7), body, SIGNATURE_FIELD, signature)
  return { bytes, chain, actor: signer.publicKey.bytes, id, batch: { after }, signed, signature }
}

/** Reads a transaction strictly; the signature is not judged yet. Throws `transaction-malformed`. */
export function decodeTransaction(bytes: Bytes): Transaction {
  if (bytes.length > LONGEST_TRANSACTION) throw malformed('too long')
  const parsed = transactionSchema.safeParse(decodeStrictly(bytes))
  if (!parsed.success) throw malformed(parsed.error.issues[0]?.path.join('.') ?? '')
  const { id, actor, chain, contract, method, signature } = parsed.data
  const isBatch = contract === BATCH_CONTRACT && method === BATCH_METHOD
  const given = isBatch ? batchSchema.safeParse(parsed.data.arguments) : null
  if (given?.success === false) throw malformed(`batch: ${given.error.issues[0]?.path.join('.') ?? ''}`)
  const batch = given === null ? null : { after: given.data.after ?? null }
  const alone = [{ id, contract, method, arguments: parsed.data.arguments }]
  const items = given === null ? alone : unpackItems(given.data.items)
  if (typeof items === 'string') throw malformed(`batch: ${items}`)
  // `signature` sorts last: what is signed is everything before it, as a map of one field less.
  const body = bytes.subarray(1, bytes.length - SIGNATURE_FIELD.length - 64)
  return { chain, actor, id, items, batch, signed: concat(DOMAIN, Uint8Array.of(0xa6), body), signature }
}

/** Whether the actor signed it. */
export function transactionHolds({ actor, signed, signature }: Transaction): boolean {
  return verifySignature({ algorithm: 'ed25519', bytes: actor }, signed, signature)
}

/** Head of a CBOR list of fewer than 65,536 values. */
export function listHead(length: number): Bytes {
  if (length < 24) return Uint8Array.of(0x80 + length)
  if (length < 256) return Uint8Array.of(0x98, length)
  return concat(Uint8Array.of(0x99), bigEndian(length, 2))
}

function decodeStrictly(bytes: Bytes): CborValue {
  try {
    return decodeCbor(bytes)
  } catch (cause) {
    if (cause instanceof Failure) throw ledgerFailure('transaction-malformed', 'not deterministic CBOR', { cause })
    throw cause
  }
}

function malformed(what: string) {
  return ledgerFailure('transaction-malformed', `transaction: ${what}`)
}
