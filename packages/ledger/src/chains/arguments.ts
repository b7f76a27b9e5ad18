/** Arguments of the contract `chains`. docs/formats/chains-contract.md. */
import { EQUIVOCATION_BYTES } from '@mingzheng/proof'
import { z } from 'zod'
import { DOCUMENT_PART_BYTES, MOST_DOCUMENT_PARTS } from '../contract/document-parts.ts'

const bytesOf = (length: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length === length)
const origin = z.string().min(1).max(200)
/** Signed checkpoints of both trees, with their paths, must fit an item. */
const note = z.string().min(1).max(4096)
const path = z.array(bytesOf(32)).max(64)

/** A part of a document: `d` digest of the whole, `i` place, `x` bytes. */
export const documentArguments = z.strictObject({
  d: bytesOf(32),
  i: z
    .number()
    .int()
    .min(0)
    .max(MOST_DOCUMENT_PARTS - 1),
  x: z.instanceof(Uint8Array).refine((bytes) => bytes.length > 0 && bytes.length <= DOCUMENT_PART_BYTES),
})

/** `d` id of the other ledger's policy, staged before; `o` origin of a ledger that is followed. */
export const proposeArguments = z.discriminatedUnion('k', [
  z.strictObject({ k: z.literal('register'), d: bytesOf(32) }),
  z.strictObject({ k: z.literal('retire'), o: origin }),
])
export type ProposeArguments = z.output<typeof proposeArguments>

/** `q` id of the proposal, `y` yes or no. */
export const voteArguments = z.strictObject({ q: bytesOf(16), y: z.boolean() })

/** `d` digest of a policy chain of one link (`policy-chain.json`), staged before. */
export const followArguments = z.strictObject({ d: bytesOf(32) })

/** `o` origin, `a` and `b` signed checkpoints of the SHA-256 and the SM3 tree, `p` and `q` paths from the recorded one. */
export const checkpointArguments = z.strictObject({ o: origin, a: note, b: note, p: path, q: path })
export type CheckpointArguments = z.output<typeof checkpointArguments>

/** `o` origin, `e` evidence in the bytes of docs/formats/equivocation.md. */
export const equivocationArguments = z.strictObject({
  o: origin,
  e: z.instanceof(Uint8Array).refine((bytes) => bytes.length > 0 && bytes.length <= EQUIVOCATION_BYTES),
})
export type EquivocationArguments = z.output<typeof equivocationArguments>
