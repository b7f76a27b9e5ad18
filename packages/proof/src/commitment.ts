/**
 * Salted commitments: what stands on the ledger instead of a digest, so that nobody can test a guess of the content.
 * The salts travel in the package (`proof/opening.json`). docs/formats/commitment.md.
 */
import {
  type Bytes,
  concat,
  type DigestName,
  type DigestPair,
  decodeJson,
  encodeJson,
  equalBytes,
  fromHex,
  hmac,
  randomBytes,
  toHex,
  utf8,
} from '@mingzheng/kernel'
import { z } from 'zod'
import { formatFailure } from './format-failure.ts'

/** Domain of commitments to a manifest. */
export const MANIFEST_DOMAIN = 'mingzheng manifest v1'
const SALT_BYTES = 32
const DIGEST_BYTES = 32

/** What opens a pair of commitments. The salts are secret until the package is handed out. */
export interface Opening {
  readonly domain: string
  readonly salt: DigestPair
}

const hex32 = z.string().regex(/^[0-9a-f]{64}$/)
const openingSchema = z.strictObject({
  version: z.literal(1),
  domain: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[\x20-\x7e]+$/),
  salt: z.strictObject({ sha256: hex32, sm3: hex32 }),
})

/** `HMAC_name(salt, utf8(domain) || 0x00 || digest)`, 32 bytes. Salt and digest have 32 bytes; the domain has no NUL. */
export function commit(name: DigestName, salt: Bytes, domain: string, digest: Bytes): Bytes {
  if (salt.length !== SALT_BYTES || digest.length !== DIGEST_BYTES || domain.includes('\0')) {
    throw formatFailure('commitment-malformed', 'salt and digest have 32 bytes, the domain no NUL')
  }
  return hmac(name, salt, concat(utf8(domain), Uint8Array.of(0), digest))
}

/** New random salts for a domain. */
export function newOpening(domain: string, random = randomBytes): Opening {
  return { domain, salt: { sha256: random(SALT_BYTES), sm3: random(SALT_BYTES) } }
}

/** Both commitments to a pair of digests: the SHA-256 one commits to the SHA-256 digest, the SM3 one to the SM3 digest. */
export function commitPair({ domain, salt }: Opening, digests: DigestPair): DigestPair {
  return {
    sha256: commit('sha256', salt.sha256, domain, digests.sha256),
    sm3: commit('sm3', salt.sm3, domain, digests.sm3),
  }
}

/** Per digest, whether the commitment opens to it. */
export function checkOpening(
  opening: Opening,
  digests: DigestPair,
  commitments: DigestPair,
): { sha256: boolean; sm3: boolean } {
  const made = commitPair(opening, digests)
  return { sha256: equalBytes(made.sha256, commitments.sha256), sm3: equalBytes(made.sm3, commitments.sm3) }
}

/** Canonical JSON of an opening. Throws `opening-malformed`. */
export function encodeOpening({ domain, salt }: Opening): Bytes {
  return encodeJson(requireOpening({ version: 1, domain, salt: { sha256: toHex(salt.sha256), sm3: toHex(salt.sm3) } }))
}

/** Reads an opening strictly. Throws `opening-malformed`. */
export function decodeOpening(bytes: Bytes): Opening {
  let value: unknown
  try {
    value = decodeJson(bytes)
  } catch (cause) {
    throw formatFailure('opening-malformed', 'the opening is not canonical JSON', { cause })
  }
  const { domain, salt } = requireOpening(value)
  return { domain, salt: { sha256: fromHex(salt.sha256), sm3: fromHex(salt.sm3) } }
}

function requireOpening(value: unknown) {
  const parsed = openingSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const field = parsed.error.issues[0]?.path.join('.') ?? ''
  throw formatFailure('opening-malformed', `the opening's field ${field} is not as the format says`, { field })
}
