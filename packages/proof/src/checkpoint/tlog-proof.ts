/** Offline proofs of inclusion as text (C2SP tlog-proof). Reads exactly what it writes. */
import { type Bytes, Failure, fromBase64, fromUtf8, toBase64 } from '@mingzheng/kernel'
import { parseDecimal, parseHash } from './checkpoint.ts'

const HEADER = 'c2sp.org/tlog-proof@v1'
/** A path in a tree of 2^63 leaves. */
const LONGEST_PATH = 63
const LONGEST_EXTRA = 65_536

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
  const lines = [
    HEADER,
    ...(extra === undefined ? [] : [`extra ${toBase64(extra)}`]),
    `index ${index}`,
    ...path.map(toBase64),
  ]
  const text = `${lines.join('\n')}\n\n${checkpoint}`
  parseTlogProof(text)
  return text
}

/**
 * Reads a proof given as text or UTF-8 bytes. Throws `proof-malformed`: leading zeroes, CRLF, other spellings of base64,
 * paths of more than 63 hashes. The checkpoint is cut out, not judged.
 */
export function parseTlogProof(source: string | Bytes): TlogProof {
  const text = typeof source === 'string' ? source : decode(source)
  const split = text.indexOf('\n\n')
  if (split < 0) throw malformed('no empty line before the checkpoint')
  const lines = text.slice(0, split).split('\n')
  if (lines[0] !== HEADER) throw malformed(`the first line is not ${HEADER}`)
  let at = 1
  let extra: Bytes | undefined
  if (lines[at]?.startsWith('extra ')) extra = parseExtra(lines[at++]!.slice(6))
  const index = lines[at++]
  if (index === undefined || !index.startsWith('index ')) throw malformed('no index line')
  if (lines.length - at > LONGEST_PATH) throw malformed('the path is too long')
  const path: Bytes[] = []
  for (; at < lines.length; at++) path.push(parseHash(lines[at]!, 'proof-malformed'))
  const proof = { index: parseDecimal(index.slice(6), 'proof-malformed'), path, checkpoint: text.slice(split + 2) }
  return extra === undefined ? proof : { ...proof, extra }
}

function parseExtra(text: string): Bytes {
  try {
    const extra = fromBase64(text)
    if (extra.length > 0 && extra.length <= LONGEST_EXTRA) return extra
  } catch (cause) {
    throw new Failure('proof-malformed', 'proof: extra data that is not canonical base64', { cause })
  }
  throw malformed('extra data that is empty or too long')
}

function decode(bytes: Bytes): string {
  try {
    return fromUtf8(bytes)
  } catch (cause) {
    throw new Failure('proof-malformed', 'proof: not UTF-8', { cause })
  }
}

function malformed(what: string): Failure<'proof-malformed'> {
  return new Failure('proof-malformed', `proof: ${what}`)
}
