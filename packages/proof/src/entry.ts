/** An entry: what stands at one place of the log. Its bytes are the leaf data of both trees. docs/formats/entry.md. */
import { type Bytes, type CborValue, decodeCbor, digest, encodeCbor, type PublicKey } from '@mingzheng/kernel'
import { z } from 'zod'
import { EntryForm } from './entry-form.ts'
import { formatFailure } from './format-failure.ts'

/** Bytes of an item's id and of an actor. */
const ENTRY_ID_BYTES = 16
/** More would not fit an entry bundle's length prefix with room to spare; contracts hold far less. */
const LONGEST_ENTRY_BYTES = 16_384

export interface Entry {
  /** What happened, as its contract calls it: `evidence.fix`. */
  readonly kind: string
  /** Id of the item, 16 bytes: the same id of the same actor stands once. */
  readonly id: Bytes
  /** Who asked for it: `actorOf` the organisation's key. */
  readonly actor: Bytes
  /** Ledger time, milliseconds since the epoch. */
  readonly time: number
  /** What the contract emitted; commitments and digests, never contents. */
  readonly body: { readonly [key: string]: CborValue }
}

/** 9999-12-31T23:59:59.999Z: beyond it a time could not be printed. */
const LATEST_MS = 253_402_300_799_999
const sixteen = z.instanceof(Uint8Array).refine((bytes) => bytes.length === ENTRY_ID_BYTES)
const storedSchema = z.strictObject({
  v: z.literal(1),
  k: z
    .string()
    .max(64)
    .regex(/^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/),
  i: sixteen,
  a: sixteen,
  t: z.number().int().min(0).max(LATEST_MS),
  b: z.custom<{ [key: string]: CborValue }>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array),
  ),
})

/** First 16 bytes of SHA-256 over the public key's bytes. */
export function actorOf(key: PublicKey): Bytes {
  return digest('sha256', key.bytes).slice(0, ENTRY_ID_BYTES)
}

/** Of the entry of each kind that was encoded last: in a block the next of that kind is like it. */
const forms = new Map<string, EntryForm>()
const MOST_FORMS = 64

/** Canonical bytes of an entry. Throws `entry-malformed`. */
export function encodeEntry(entry: Entry): Bytes {
  const formed = forms.get(entry.kind)?.write(entry) ?? null
  if (formed !== null) return formed
  const bytes = encodeWhole(entry)
  const form = EntryForm.of(entry, bytes)
  if (form !== null) {
    if (forms.size >= MOST_FORMS) forms.clear()
    forms.set(entry.kind, form)
  }
  return bytes
}

function encodeWhole({ kind, id, actor, time, body }: Entry): Bytes {
  const stored = { v: 1, k: kind, i: id, a: actor, t: time, b: body as { [key: string]: CborValue } }
  // Blocks hold entries by the thousand: what is plainly right is not judged by the schema, which says what is wrong.
  const bytes = encodeCbor(isPlainlyRight(stored) ? stored : requireStored(stored))
  if (bytes.length > LONGEST_ENTRY_BYTES) throw formatFailure('entry-malformed', 'the entry is too long')
  return bytes
}

/** Reads an entry strictly. Throws `entry-malformed`; no other bytes decode to the same entry. */
export function decodeEntry(bytes: Bytes): Entry {
  if (bytes.length > LONGEST_ENTRY_BYTES) throw formatFailure('entry-malformed', 'the entry is too long')
  let value: CborValue
  try {
    value = decodeCbor(bytes)
  } catch (cause) {
    throw formatFailure('entry-malformed', 'the entry is not deterministic CBOR', { cause })
  }
  const { k, i, a, t, b } = requireStored(value)
  return { kind: k, id: i, actor: a, time: t, body: b }
}

/** Kinds that the schema has taken, so that it is asked once for each. */
const knownKinds = new Set<string>()
const MOST_KINDS = 256

function isPlainlyRight({ k, i, a, t, b }: { k: string; i: Bytes; a: Bytes; t: number; b: unknown }): boolean {
  if (!knownKinds.has(k)) {
    if (knownKinds.size >= MOST_KINDS || !storedSchema.shape.k.safeParse(k).success) return false
    knownKinds.add(k)
  }
  const sized = i instanceof Uint8Array && a instanceof Uint8Array && i.length + a.length === 2 * ENTRY_ID_BYTES
  const timed = Number.isSafeInteger(t) && t >= 0 && t <= LATEST_MS
  const plain = typeof b === 'object' && b !== null && Object.getPrototypeOf(b) === Object.prototype
  return sized && i.length === ENTRY_ID_BYTES && timed && plain
}

function requireStored(value: unknown) {
  const parsed = storedSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const field = String(parsed.error.issues[0]?.path[0] ?? '')
  throw formatFailure('entry-malformed', `the entry's field ${field} is not as the format says`, { field })
}

const thirtyTwo = z.instanceof(Uint8Array).refine((bytes) => bytes.length === 32)
const fixBodySchema = z.strictObject({ c: thirtyTwo, s: thirtyTwo, n: thirtyTwo.optional() })

/**
 * Kind of a log's first entry. Its body: `o` origin, `p` the policy's id, `q` and `r` the last checkpoints of the log that it
 * continues, if any, SHA-256 and SM3, verbatim.
 */
export const GENESIS_ENTRY_KIND = 'ledger.genesis'

/** Kind of the entry that fixes a manifest. */
export const FIX_ENTRY_KIND = 'evidence.fix'

/** Body of an `evidence.fix` entry. */
export interface FixBody {
  /** Commitment to the manifest's SHA-256. */
  commitment: Bytes
  /** Commitment to the manifest's SM3. */
  commitmentSm3: Bytes
  /** `numberDigest` of the certificate's number; absent where no certificate is issued. */
  number?: Bytes
}

/** The body to put into the entry. */
export function fixBody({ commitment, commitmentSm3, number }: FixBody): Entry['body'] {
  return { c: commitment, s: commitmentSm3, ...(number === undefined ? {} : { n: number }) }
}

/** Reads the body of an `evidence.fix` entry. Throws `entry-malformed` for any other kind or body. */
export function readFixBody(entry: Entry): FixBody {
  const parsed = fixBodySchema.safeParse(entry.body)
  if (entry.kind !== FIX_ENTRY_KIND || !parsed.success) {
    throw formatFailure('entry-malformed', 'the entry does not fix evidence', { field: 'b' })
  }
  const { c, s, n } = parsed.data
  return { commitment: c, commitmentSm3: s, ...(n === undefined ? {} : { number: n }) }
}
