/** Arguments that registers share: ids, salted commitments, times, actors. */
import { z } from 'zod'

const bytesOf = (length: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length === length)

/** Id of a record, 16 bytes, made by whom registers it and saying nothing of it. */
export const id = bytesOf(16)
/** Actor of another organisation: first 16 bytes of SHA-256 of its key. */
export const actor = bytesOf(16)
/** Salted commitment to what is kept elsewhere, 32 bytes: nobody can tell persons or contents from it. */
export const commitment = bytesOf(32)
/** Ledger time, milliseconds. */
export const time = z.number().int().min(0).max(253_402_300_799_999)
/** The only argument of a step that says no more than that it happened. */
export const only = z.strictObject({ k: id })
/** A step for whose reasons a document answers. */
export const reasoned = z.strictObject({ k: id, r: commitment })

export const DAY_MS = 86_400_000
