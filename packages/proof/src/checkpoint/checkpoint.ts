/**
 * Checkpoints (C2SP tlog-checkpoint): origin, size and root of a log as a signed note. Extension lines are refused, since
 * nobody audits them.
 */
import { type Bytes, type Failure, toBase64 } from '@mingzheng/kernel'
import { type FormatFailureCode, formatFailure } from '../format-failure.ts'
import { parseHash } from './hash-text.ts'
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

/**
 * Reads the text of any log's checkpoint (C2SP tlog-checkpoint): extension lines, which ours do not have, are passed over.
 * Throws `checkpoint-malformed`.
 */
export function parseForeignCheckpoint(text: string): Checkpoint {
  const [origin, size, root, ...rest] = text.split('\n')
  if (rest.at(-1) !== '' || rest.slice(0, -1).includes('')) throw malformed('an extension line is empty')
  return parseCheckpoint(`${[origin, size, root].join('\n')}\n`)
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
export function parseDecimal(text: string, code: FormatFailureCode): number {
  const value = Number(text)
  if (!/^(0|[1-9]\d{0,15})$/.test(text) || !Number.isSafeInteger(value)) {
    throw formatFailure(code, `${JSON.stringify(text.slice(0, 40))} is not a whole number in its one spelling`)
  }
  return value
}

function malformed(what: string): Failure<FormatFailureCode> {
  return formatFailure('checkpoint-malformed', `checkpoint: ${what}`)
}
