/**
 * What a snapshot consists of, so that every chunk can be judged alone against the app hash that the members voted for: the log
 * as aligned full subtrees, the state as slices whose digests add up. docs/formats/snapshot.md.
 */
import { type Bytes, decodeCbor, encodeCbor } from '@mingzheng/kernel'
import { CompactRange, HASH_BYTES, type Profile } from '@mingzheng/proof'
import { z } from 'zod'
import { appHash } from '../app-hash.ts'
import { StateDigest, VECTOR_BYTES } from '../contract/state-digest.ts'
import { ledgerFailure } from '../failure-codes.ts'

export const SNAPSHOT_FORMAT = 1
/** Largest chunk: CometBFT carries 16 MiB. */
export const CHUNK_BYTES = 8 << 20
/** Entries of the largest subtree: 2^12. */
const HIGHEST = 12
/** Entries of a bundle: smaller subtrees are smaller than a chunk whatever is in them. */
const BUNDLE_LEVEL = 8

/** A full subtree of the log: the entries from `first` on, 2^`level` of them. */
export interface LogChunk {
  readonly level: number
  readonly first: number
  readonly sha256: Bytes
  readonly sm3: Bytes
}

export interface SnapshotManifest {
  readonly origin: string
  readonly height: number
  /** Ledger time of the block of that height. */
  readonly time: number
  /** Entries of the log. */
  readonly size: number
  readonly log: readonly LogChunk[]
  /** `StateDigest.vector()` of each slice of the state. */
  readonly state: readonly Bytes[]
}

const hash = z.instanceof(Uint8Array).refine((bytes) => bytes.length === HASH_BYTES)
const natural = z.number().int().min(0)
const schema = z.strictObject({
  v: z.literal(SNAPSHOT_FORMAT),
  o: z.string().max(200),
  h: natural.min(1),
  t: natural,
  n: natural.min(1),
  l: z.array(z.tuple([natural.max(HIGHEST), hash, hash])).min(1),
  s: z.array(z.instanceof(Uint8Array).refine((bytes) => bytes.length === VECTOR_BYTES)),
})

export function encodeManifest({ origin, height, time, size, log, state }: SnapshotManifest): Bytes {
  const subtrees = log.map(({ level, sha256, sm3 }) => [level, sha256, sm3])
  return encodeCbor({ v: SNAPSHOT_FORMAT, o: origin, h: height, t: time, n: size, l: subtrees, s: [...state] })
}

/** Reads a manifest strictly; whether it is the members' says `manifestHash`. Throws `snapshot-malformed`. */
export function decodeManifest(bytes: Bytes): SnapshotManifest {
  let parsed: z.infer<typeof schema>
  try {
    parsed = schema.parse(decodeCbor(bytes))
  } catch (cause) {
    throw malformed('it is not as its format says', cause)
  }
  const { o, h, t, n, l, s } = parsed
  let first = 0
  const log = l.map(([level, sha256, sm3]): LogChunk => {
    const chunk = { level, first, sha256, sm3 }
    if (first % 2 ** level !== 0) throw malformed('a subtree of the log is not aligned')
    first += 2 ** level
    return chunk
  })
  if (first !== n) throw malformed('its subtrees are not the whole log')
  return { origin: o, height: h, time: t, size: n, log, state: s }
}

/** The app hash that a member has who holds exactly this. */
export function manifestHash({ size, log, state }: SnapshotManifest): Bytes {
  const root = (profile: Profile) => new CompactRange(profile, size, rangeNodes(profile, log)).root()
  return appHash(size, { sha256: root('sha256'), sm3: root('sm3') }, new StateDigest(sumOf(state)).digest())
}

/** Vector of the whole state. */
export function sumOf(slices: readonly Bytes[]): Bytes {
  const sum = new StateDigest()
  for (const vector of slices) sum.add(new StateDigest(vector))
  return sum.vector()
}

/** How a log of `size` entries is cut: the largest aligned subtrees that fit a chunk. */
export function* cutLog(size: number, bytesOf: (first: number, count: number) => number) {
  for (let first = 0; first < size; ) {
    let level = HIGHEST
    while (first % 2 ** level !== 0 || first + 2 ** level > size) level--
    while (level > BUNDLE_LEVEL && bytesOf(first, 2 ** level) > CHUNK_BYTES) level--
    yield { level, first }
    first += 2 ** level
  }
}

/** Nodes of the compact range over subtrees that follow each other. */
function rangeNodes(profile: Profile, log: readonly LogChunk[]): Bytes[] {
  const { hash: tree } = new CompactRange(profile)
  const stack: { level: number; node: Bytes }[] = []
  for (const chunk of log) {
    let { level } = chunk
    let node = chunk[profile]
    // Full and aligned from the left: two neighbours of one level are always siblings.
    while (stack.at(-1)?.level === level) {
      node = tree.node(stack.pop()!.node, node)
      level++
    }
    stack.push({ level, node })
  }
  return stack.map((one) => one.node)
}

function malformed(what: string, cause?: unknown) {
  return ledgerFailure('snapshot-malformed', `the snapshot: ${what}`, { cause })
}
