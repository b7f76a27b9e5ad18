/** What peers send each other: signed checkpoints with members' lines, canonical JSON. docs/formats/cosignatures.md. */
import { type Bytes, decodeJson, encodeJson } from '@mingzheng/kernel'
import { type Checkpoint, type Note, parseSignedCheckpoint } from '@mingzheng/proof'
import { z } from 'zod'

/** Longest message that is read, and longest that is sent. */
export const MESSAGE_BYTES = 256 * 1024
export const MESSAGE_NOTES = 64
/** A checkpoint of 32 members and 32 witnesses stays below it. */
const NOTE_CHARACTERS = 16_384

const schema = z.strictObject({
  v: z.literal(1),
  notes: z.array(z.string().min(1).max(NOTE_CHARACTERS)).max(MESSAGE_NOTES),
})

export interface SignedCheckpoint {
  readonly note: Note
  readonly checkpoint: Checkpoint
}

/** Bytes of a message; the notes that fit, in their order. */
export function formatCosignatures(notes: readonly string[]): Bytes {
  let room = MESSAGE_BYTES - 32
  const taken = notes.slice(0, MESSAGE_NOTES).filter((note) => {
    // Escaping makes a newline two characters, and no character of a note more than twice as long as its UTF-8 spelling.
    room -= 2 * Buffer.byteLength(note) + 3
    return room >= 0
  })
  return encodeJson({ v: 1, notes: taken })
}

/** Reads a message, or answers with what is wrong with it. No signature is judged. */
export function parseCosignatures(bytes: Bytes): readonly SignedCheckpoint[] | string {
  if (bytes.length > MESSAGE_BYTES) return 'the message is too long'
  try {
    return schema.parse(decodeJson(bytes)).notes.map(parseSignedCheckpoint)
  } catch {
    return 'the message is not as the format says'
  }
}
