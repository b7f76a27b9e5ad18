/** Signed notes (C2SP signed-note): a text and signature lines. Reads exactly what it writes; judges no signature. */
import { type Bytes, concat, type Failure, fromBase64, fromUtf8, toBase64, toHex, utf8 } from '@mingzheng/kernel'
import { type FormatFailureCode, formatFailure } from '../format-failure.ts'

/** One signature line. `keyId` and name say which key; a reader ignores keys that it does not know. */
export interface NoteSignature {
  readonly name: string
  /** Four bytes as lower-case hex. */
  readonly keyId: string
  /** What follows the key id; its form depends on the key's type. */
  readonly signature: Bytes
}

export interface Note {
  /** The signed text with its final newline, without the separating empty line. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** The specification asks for at least 16; Go's library stops at 100 as well. */
const MOST_SIGNATURES = 100
const LONGEST_NOTE = 1_000_000
const KEY_ID_BYTES = 4

/** Whether a text may name a key: not empty, no Unicode space, no `+`, no control character. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\p{White_Space}+\p{Cc}]/u.test(name)
}

/** Reads a note given as text or UTF-8 bytes. Throws `note-malformed`. */
export function parseNote(source: string | Bytes): Note {
  const whole = typeof source === 'string' ? source : decode(source)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the specification forbids exactly these.
  if (whole.length > LONGEST_NOTE || !whole.isWellFormed() || /[\x00-\x09\x0b-\x1f]/.test(whole)) {
    throw malformed('too long, not Unicode, or with a control character')
  }
  const split = whole.lastIndexOf('\n\n')
  if (split < 0 || !whole.endsWith('\n')) throw malformed('no empty line, or no newline at the end')
  const lines = whole.slice(split + 2, -1).split('\n')
  if (lines.length > MOST_SIGNATURES) throw malformed('too many signatures')
  return { text: whole.slice(0, split + 1), signatures: lines.map(parseSignatureLine) }
}

/** Text of a note: what `parseNote` reads. Throws `note-malformed` when there is no signature or the text is none. */
export function formatNote({ text, signatures }: Note): string {
  const whole = `${text}\n${signatures.map(formatSignatureLine).join('')}`
  parseNote(whole)
  return whole
}

/** `— name base64(key id || signature)` and a newline. */
export function formatSignatureLine({ name, keyId, signature }: NoteSignature): string {
  const id = Uint8Array.from({ length: KEY_ID_BYTES }, (_, i) => Number.parseInt(keyId.slice(2 * i, 2 * i + 2), 16))
  return `— ${name} ${toBase64(concat(id, signature))}\n`
}

/** Reads one signature line without its newline. Throws `note-malformed`. */
export function parseSignatureLine(line: string): NoteSignature {
  const parts = line.split(' ')
  const [dash, name, encoded] = parts
  if (parts.length !== 3 || dash !== '—' || !isKeyName(name!)) throw malformed('a line that is no signature line')
  let blob: Bytes
  try {
    blob = fromBase64(encoded!)
  } catch (cause) {
    throw formatFailure('note-malformed', 'note: a signature that is not canonical base64', { cause })
  }
  if (blob.length <= KEY_ID_BYTES) throw malformed('an empty signature')
  return { name: name!, keyId: toHex(blob.subarray(0, KEY_ID_BYTES)), signature: blob.slice(KEY_ID_BYTES) }
}

/** The signed bytes of a note. */
export function noteBytes(note: Pick<Note, 'text'>): Bytes {
  return utf8(note.text)
}

function decode(bytes: Bytes): string {
  try {
    return fromUtf8(bytes)
  } catch (cause) {
    throw formatFailure('note-malformed', 'note: not UTF-8', { cause })
  }
}

function malformed(what: string): Failure<FormatFailureCode> {
  return formatFailure('note-malformed', `note: ${what}`)
}
