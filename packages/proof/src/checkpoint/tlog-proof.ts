/** Offline proofs of inclusion as text (C2SP tlog-proof). Reads exactly what it writes. */
import { type Bytes, type Failure, fromBase64, fromUtf8, toBase64 } from '@mingzheng/kernel'
import { type FormatFailureCode, formatFailure } from '../format-failure.ts'
import { HASH_BYTES } from '../merkle/merkle-hash.ts'
import { parseDecimal } from './checkpoint.ts'
import { HASH_CHARACTERS, readHash } from './hash-text.ts'

const HEADER = 'c2sp.org/tlog-proof@v1'
const FIRST_LINE = `${HEADER}\n`
/** A path in a tree of 2^63 leaves. */
export const LONGEST_PATH = 63
const LONGEST_EXTRA = 65_536
const NEWLINE = 0x0a

export interface TlogProof {
  readonly index: number
  /** Leaf's sibling first; 32 bytes each. */
  readonly path: readonly Bytes[]
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string
  /** Unauthenticated data; our receipts have none. */
  readonly extra?: Bytes
}

/** Text of a proof. Throws `proof-malformed`. */
export function formatTlogProof({ index, path, checkpoint, extra }: TlogProof): string {
  if (!Number.isSafeInteger(index) || index < 0) throw malformed('the index is not a natural number')
  if (path.length > LONGEST_PATH) throw malformed('a path that is too long or not of hashes')
  if (extra !== undefined && (extra.length === 0 || extra.length > LONGEST_EXTRA)) {
    throw malformed('extra data that is empty or too long')
  }
  let text = extra === undefined ? FIRST_LINE : `${FIRST_LINE}extra ${toBase64(extra)}\n`
  text += `index ${index}\n`
  for (const hash of path) {
    if (hash.length !== HASH_BYTES) throw malformed('a hash of the path is not 32 bytes')
    text += `${toBase64(hash)}\n`
  }
  return `${text}\n${checkpoint}`
}

/** A proof taken apart without copying: the hashes one after another, and where the checkpoint begins. */
export interface ProofLayout {
  readonly index: number
  /** 32 bytes for each hash of the path. */
  readonly hashes: Bytes
  readonly checkpointAt: number
  readonly extra?: Bytes
}

/**
 * Reads a proof given as text or UTF-8 bytes. Throws `proof-malformed`: leading zeroes, CRLF, other spellings of base64,
 * paths of more than 63 hashes. The checkpoint is cut out, not judged.
 */
export function parseTlogProof(source: string | Bytes): TlogProof {
  const text = proofText(source)
  const { index, hashes, checkpointAt, extra } = layOutProof(text)
  const path = Array.from({ length: hashes.length / HASH_BYTES }, (_, i) =>
    hashes.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  )
  const proof = { index, path, checkpoint: text.slice(checkpointAt) }
  return extra === undefined ? proof : { ...proof, extra }
}

/**
 * As `parseTlogProof`, of a text, for whoever reads very many: `room` has 32 bytes for each of `LONGEST_PATH` hashes, and the
 * next call may have the same.
 */
export function layOutProof(text: string, room: Bytes = new Uint8Array(LONGEST_PATH * HASH_BYTES)): ProofLayout {
  if (!text.startsWith(FIRST_LINE)) throw malformed(`the first line is not ${HEADER}`)
  let at = FIRST_LINE.length
  let extra: Bytes | undefined
  if (text.startsWith('extra ', at)) {
    const end = lineEnd(text, at)
    extra = parseExtra(text.slice(at + 'extra '.length, end))
    at = end + 1
  }
  if (!text.startsWith('index ', at)) throw malformed('no index line')
  const end = lineEnd(text, at)
  const index = parseDecimal(text.slice(at + 'index '.length, end), 'proof-malformed')
  const first = end + 1
  at = first
  while (text.charCodeAt(at) !== NEWLINE && at < text.length) at += HASH_CHARACTERS + 1
  const count = (at - first) / (HASH_CHARACTERS + 1)
  if (count > LONGEST_PATH || at >= text.length) throw malformed('a path that is too long or not of hashes')
  const hashes = room.subarray(0, count * HASH_BYTES)
  for (let i = 0, from = first; i < count; i++, from += HASH_CHARACTERS + 1) {
    if (!readHash(text, from, hashes, i * HASH_BYTES) || text.charCodeAt(from + HASH_CHARACTERS) !== NEWLINE) {
      throw malformed('a hash of the path is not 32 bytes in canonical base64')
    }
  }
  const layout = { index, hashes, checkpointAt: at + 1 }
  return extra === undefined ? layout : { ...layout, extra }
}

/** Text of a proof that may be given as bytes. Throws `proof-malformed`. */
export function proofText(source: string | Bytes): string {
  if (typeof source === 'string') return source
  try {
    return fromUtf8(source)
  } catch (cause) {
    throw formatFailure('proof-malformed', 'proof: not UTF-8', { cause })
  }
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  if (end < 0) throw malformed('a line without an end')
  return end
}

function parseExtra(text: string): Bytes {
  try {
    const extra = fromBase64(text)
    if (extra.length > 0 && extra.length <= LONGEST_EXTRA) return extra
  } catch (cause) {
    throw formatFailure('proof-malformed', 'proof: extra data that is not canonical base64', { cause })
  }
  throw malformed('extra data that is empty or too long')
}

function malformed(what: string): Failure<FormatFailureCode> {
  return formatFailure('proof-malformed', `proof: ${what}`)
}
