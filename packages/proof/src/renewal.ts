/**
 * `NUMBER.renewal`: what is taken anew over a package years later and kept beside it: a timestamp over the whole file and
 * receipts of its entry under a later checkpoint. docs/formats/renewal.md.
 */
import {
  type Bytes,
  decodeJson,
  encodeJson,
  fromBase64,
  fromHex,
  type JsonValue,
  toBase64,
  toHex,
} from '@mingzheng/kernel'
import { z } from 'zod'
import { formatFailure } from './format-failure.ts'
import { certificateNumberSchema } from './package/manifest.ts'
import { decodePolicyChain, encodePolicyChain, type PolicyLink } from './policy-chain.ts'

export interface RenewalFile {
  number: string
  edition: number
  /** The package file: its length, and its SHA-256 (32 bytes), which the timestamp stamps. */
  package: { bytes: number; sha256: Bytes }
  /** RFC 3161 TimeStampResp, DER. */
  timestamp: Bytes
  /** C2SP tlog-proofs of the package's entry, one for each tree. */
  receipt: string
  receiptSm3: string
  /** Where another ledger continues the one of the package: its first entry, which holds the last checkpoints, and its receipts. */
  continuation?: { entry: Bytes; receipt: string; receiptSm3: string }
  /** Changes of policy since the package was made. */
  chain?: readonly PolicyLink[]
}

const proofText = z.string().min(1).max(65_536)

const fields = {
  number: certificateNumberSchema,
  edition: z.number().int().min(1).max(9999),
  package: z.strictObject({
    bytes: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  timestamp: z.base64().min(1).max(131_072),
  receipt: proofText,
  receiptSm3: proofText,
}

const renewalSchema = z.discriminatedUnion('version', [
  z.strictObject({ version: z.literal(1), ...fields }),
  z.strictObject({
    version: z.literal(2),
    ...fields,
    continuation: z
      .strictObject({ entry: z.base64().min(1).max(32_768), receipt: proofText, receiptSm3: proofText })
      .optional(),
    chain: z.json().optional(),
  }),
])

/** Canonical JSON of a renewal; version 2 where it says more than version 1 can. Throws `renewal-malformed`. */
export function encodeRenewal({ package: file, timestamp, continuation, chain, ...rest }: RenewalFile): Bytes {
  const more = {
    ...(continuation === undefined ? {} : { continuation: { ...continuation, entry: toBase64(continuation.entry) } }),
    ...(chain === undefined ? {} : { chain: decodeJson(encodePolicyChain(chain)) }),
  }
  const version = Object.keys(more).length === 0 ? 1 : 2
  const value = {
    version,
    ...rest,
    package: { ...file, sha256: toHex(file.sha256) },
    timestamp: toBase64(timestamp),
    ...more,
  }
  return encodeJson(requireRenewal(value) as unknown as JsonValue)
}

/** Reads a renewal strictly: one spelling only. Throws `renewal-malformed`. */
export function decodeRenewal(bytes: Bytes): RenewalFile {
  try {
    const value = requireRenewal(decodeJson(bytes))
    const { number, edition, receipt, receiptSm3 } = value
    const file = { bytes: value.package.bytes, sha256: fromHex(value.package.sha256) }
    const plain = { number, edition, package: file, timestamp: oneSpelling(value.timestamp), receipt, receiptSm3 }
    if (value.version === 1) return plain
    const { continuation, chain } = value
    if (continuation === undefined && chain === undefined) throw new Error('it says no more than version 1')
    return {
      ...plain,
      ...(continuation === undefined
        ? {}
        : { continuation: { ...continuation, entry: oneSpelling(continuation.entry) } }),
      ...(chain === undefined ? {} : { chain: decodePolicyChain(encodeJson(chain as JsonValue)) }),
    }
  } catch (cause) {
    throw formatFailure('renewal-malformed', 'the renewal is not as its format says', { cause })
  }
}

function oneSpelling(text: string): Bytes {
  const bytes = fromBase64(text)
  if (toBase64(bytes) !== text) throw new Error('the base64 has a second spelling')
  return bytes
}

function requireRenewal(value: unknown): z.infer<typeof renewalSchema> {
  const parsed = renewalSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const field = parsed.error.issues[0]?.path.join('.') ?? ''
  throw formatFailure('renewal-malformed', `the renewal's field ${field} is not as the format says`, { field })
}
