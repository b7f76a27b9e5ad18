/** Arguments of the governance contract's methods. docs/formats/governance-contract.md. */
import { EQUIVOCATION_BYTES } from '@mingzheng/proof'
import { z } from 'zod'
import { DOCUMENT_PART_BYTES, MOST_DOCUMENT_PARTS } from '../contract/document-parts.ts'

const bytesOf = (length: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length === length)
const memberId = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/)
const contractName = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/)
const softwareVersion = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$/)
const natural = z.number().int().min(0)

/** A part of a policy document: `d` digest of the whole, `i` place, `x` bytes. */
export const documentArguments = z.strictObject({
  d: bytesOf(32),
  i: natural.max(MOST_DOCUMENT_PARTS - 1),
  x: z.instanceof(Uint8Array).refine((bytes) => bytes.length > 0 && bytes.length <= DOCUMENT_PART_BYTES),
})

const policyProposal = { p: bytesOf(32), m: memberId }

/** `k` kind, `p` id of the proposed policy, `m` the member that it is about, `x` that member's consensus key. */
export const proposeArguments = z.discriminatedUnion('k', [
  z.strictObject({ k: z.literal('admit'), ...policyProposal, x: bytesOf(32) }),
  z.strictObject({ k: z.literal('expel'), ...policyProposal }),
  z.strictObject({ k: z.literal('remove'), ...policyProposal }),
  z.strictObject({ k: z.literal('role'), ...policyProposal }),
  z.strictObject({ k: z.literal('rotate'), ...policyProposal, x: bytesOf(32).optional() }),
  z.strictObject({ k: z.literal('terms'), p: bytesOf(32) }),
  /** `w` the software version that every member shall run. */
  z.strictObject({ k: z.literal('software'), w: softwareVersion }),
  /** `n` contract, `v` version, `h` first height that shall run under it. */
  z.strictObject({ k: z.literal('contract'), n: contractName, v: natural.min(1), h: natural.min(1) }),
])
export type ProposeArguments = z.output<typeof proposeArguments>

/** `q` id of the proposal, `y` yes or no. */
export const voteArguments = z.strictObject({ q: bytesOf(16), y: z.boolean() })
export const withdrawArguments = z.strictObject({ q: bytesOf(16) })

/** `w` software version, `c` contracts with the versions installed. */
export const announceArguments = z.strictObject({
  w: softwareVersion,
  c: z.record(contractName, z.array(natural.min(1)).min(1).max(16)),
})

/** `k` an organisation's Ed25519 key, `g` permissions or prefixes of such that end with a dot. */
export const enrolArguments = z.strictObject({
  k: bytesOf(32),
  g: z
    .array(z.string().regex(/^[a-z][a-z0-9-]{0,63}\.([a-z][a-z0-9-]{0,63})?$/))
    .min(1)
    .max(32),
})
/** `i` id of the key. */
export const dismissArguments = z.strictObject({ i: bytesOf(16) })

/** `e` evidence in the bytes of docs/formats/equivocation.md. */
export const equivocationArguments = z.strictObject({
  e: z.instanceof(Uint8Array).refine((bytes) => bytes.length > 0 && bytes.length <= EQUIVOCATION_BYTES),
})
