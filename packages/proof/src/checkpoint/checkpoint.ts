/**
 * Checkpoints (C2SP tlog-checkpoint): origin, size and root of a log as a signed note. Extension lines are refused, since
 * nobody audits them.
 */
import { type Bytes, Failure, toBase64 } from '@mingzheng/kernel'
import { HASH_BYTES } from '../merkle/merkle-hash.ts'
import { type Note, parseNote } from './note.ts'
import { type NoteSigner, signNote } from './note-signer.ts'

export interface Checkpoint {
  readonly origin: string
  /** Number of leaves. */
  readonly size: number
  /** 32 bytes. */
  readonly root: Bytes
}

/** A log's SM3 tree has this after its origin. */
export const SM3_ORIGIN_SUFFIX = '/sm3'

/** Text of a checkpoint, which is what gets signed. Throws `checkpoint-malformed`. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  const text = `${origin}\n${size}\n${toBase64(root)}\n`
  parseCheckpoint(text)
  return text
}

/** Reads the text of a checkpoint in its one spelling. Throws `checkpoint-malformed`. */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n')
  const [origin, size, root, end] = lines
  if (lines.length !== 4 || end !== '' || origin === undefined || origin === '') {
    throw malformed('a checkpoint has three lines')
  }
  return { origin, size: parseDecimal(size!, 'checkpoint-malformed'), root: parseHash(root!, 'checkpoint-malformed') }
}

/** Reads a signed checkpoint: its note and what it says. Signatures are not judged. Throws `note-malformed`, `checkpoint-malformed`. */
export function parseSignedCheckpoint(source: string | Bytes): { note: Note; checkpoint: Checkpoint } {
  const note = parseNote(source)
  return { note, checkpoint: parseCheckpoint(note.text) }
}

/** A checkpoint signed by all signers, in their order. */
export function makeCheckpoint(checkpoint: Checkpoint, signers: readonly NoteSigner[]): Promise<string> {
  return signNote(formatCheckpoint(checkpoint), signers)
}

/** A safe integer in ASCII decimal, no sign and no leading zero; else throws `code`. */
export function parseDecimal<Code extends string>(text: string, code: Code): number {
  const value = Number(text)
  if (!/^(0|[1-9]\d{0,15})$/.test(text) || !Number.isSafeInteger(value)) {
    throw new Failure(code, `${JSON.stringify(text.slice(0, 40))} is not a whole number in its one spelling`)
  }
  return value
}

const HASH_CHARACTERS = 44

/** 32 bytes in canonical base64; else throws `code`. */
export function parseHash<Code extends string>(text: string, code: Code): Bytes {
  if (text.length === HASH_CHARACTERS) {
    const hash = decodeHash(text)
    if (hash !== null) return hash
  }
  throw new Failure(code, 'a hash is 32 bytes in canonical base64')
}

const SEXTETS = new Int8Array(128).fill(-1)
for (let i = 0; i < 64; i++) {
  SEXTETS['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.charCodeAt(i)] = i
}

/** A proof holds dozens of hashes, and the general decoder costs as much as hashing: 43 sextets, two zero bits and `=`. */
function decodeHash(text: string): Bytes | null {
  const hash = new Uint8Array(HASH_BYTES)
  let bad = 0
  const sextet = (at: number) => {
    const code = text.charCodeAt(at)
    const value = code < 128 ? SEXTETS[code]! : -1
    bad |= value
    return value
  }
  let out = 0
  for (let at = 0; at < 40; at += 4) {
    const word = (sextet(at) << 18) | (sextet(at + 1) << 12) | (sextet(at + 2) << 6) | sextet(at + 3)
    hash[out++] = word >> 16
    hash[out++] = word >> 8
    hash[out++] = word
  }
  const word = (sextet(40) << 12) | (sextet(41) << 6) | sextet(42)
  hash[out++] = word >> 10
  hash[out] = word >> 2
  // A negative sextet sets the sign of `bad` and nothing clears it.
  return bad < 0 || (word & 3) !== 0 || text.charCodeAt(43) !== 0x3d ? null : hash
}

function malformed(what: string): Failure<'checkpoint-malformed'> {
  return new Failure('checkpoint-malformed', `checkpoint: ${what}`)
}
