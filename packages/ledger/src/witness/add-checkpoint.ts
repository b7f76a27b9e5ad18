/** The request of C2SP tlog-witness `add-checkpoint`: `old` line, consistency proof, empty line, signed checkpoint. */
import { type Bytes, fromBase64, fromUtf8, toBase64 } from '@mingzheng/kernel'
import {
  type Checkpoint,
  formatNote,
  HASH_BYTES,
  type Note,
  parseForeignCheckpoint,
  parseNote,
  parseSignatureLine,
} from '@mingzheng/proof'

/** More would be no proof of a tree of 2^63 leaves. */
export const MOST_PROOF_LINES = 63
/** Longest request that is read; signatures with post-quantum keys take some kilobytes each. */
export const REQUEST_BYTES = 64 * 1024

export interface AddCheckpoint {
  readonly old: number
  readonly proof: readonly Bytes[]
  readonly note: Note
  readonly checkpoint: Checkpoint
}

/** Text of a request. */
export function formatAddCheckpoint(old: number, proof: readonly Bytes[], signed: string): string {
  return `old ${old}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${signed}`
}

/** Reads a request; `null` for what the specification calls malformed. */
export function parseAddCheckpoint(body: Bytes): AddCheckpoint | null {
  try {
    if (body.length > REQUEST_BYTES) return null
    const text = fromUtf8(body)
    const split = text.indexOf('\n\n')
    const [first, ...lines] = text.slice(0, Math.max(0, split)).split('\n')
    const match = /^old (0|[1-9]\d{0,15})$/.exec(first ?? '')
    if (split < 0 || match === null || lines.length > MOST_PROOF_LINES) return null
    const proof = lines.map((line) => {
      const hash = fromBase64(line)
      if (hash.length !== HASH_BYTES) throw new Error('no hash')
      return hash
    })
    const note = readNote(text.slice(split + 2))
    const old = Number(match[1])
    return Number.isSafeInteger(old) ? { old, proof, note, checkpoint: parseForeignCheckpoint(note.text) } : null
  } catch {
    return null
  }
}

const MOST_SIGNATURES = 100

/** The note; a signature line that cannot be read is one of no key that is known here. Throws for what is no note. */
function readNote(source: string): Note {
  const split = source.lastIndexOf('\n\n')
  const lines = source.slice(split + 2, -1).split('\n')
  if (split < 0 || !source.endsWith('\n') || lines.length > MOST_SIGNATURES) throw new Error('no note')
  const signatures = lines.flatMap((line) => {
    try {
      return parseSignatureLine(line)
    } catch {
      return []
    }
  })
  const text = source.slice(0, split + 1)
  return signatures.length === 0 ? { text, signatures } : parseNote(formatNote({ text, signatures }))
}
