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
}

const proofText = z.string().min(1).max(65_536)

const renewalSchema = z.strictObject({
  version: z.literal(1),
  number: certificateNumberSchema,
  edition: z.number().int().min(1).max(9999),
  package: z.strictObject({
    bytes: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  timestamp: z.base64().min(1).max(131_072),
  receipt: proofText,
  receiptSm3: proofText,
})

/** Canonical JSON of a renewal. Throws `renewal-malformed`. */
export function encodeRenewal(renewal: RenewalFile): Bytes {
  const { package: file, timestamp, ...rest } = renewal
  const value = {
    version: 1,
    ...rest,
    package: { ...file, sha256: toHex(file.sha256) },
    timestamp: toBase64(timestamp),
  }
  return encodeJson(requireRenewal(value) as unknown as JsonValue)
}

/** Reads a renewal strictly: one spelling only. Throws `renewal-malformed`. */
export function decodeRenewal(bytes: Bytes): RenewalFile {
  try {
    const value = requireRenewal(decodeJson(bytes))
    const { number, edition, receipt, receiptSm3 } = value
    const timestamp = fromBase64(value.timestamp)
    if (toBase64(timestamp) !== value.timestamp) throw new Error('the base64 has a second spelling')
    const file = { bytes: value.package.bytes, sha256: fromHex(value.package.sha256) }
    return { number, edition, package: file, timestamp, receipt, receiptSm3 }
  } catch (cause) {
    throw formatFailure('renewal-malformed', 'the renewal is not as its format says', { cause })
  }
}

function requireRenewal(value: unknown): z.infer<typeof renewalSchema> {
  const parsed = renewalSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const field = parsed.error.issues[0]?.path.join('.') ?? ''
  throw formatFailure('renewal-malformed', `the renewal's field ${field} is not as the format says`, { field })
}
