/** What a trust policy looks like: version 1 (one log key) and version 2 (every member keeps the log). docs/formats/policy.md. */
import { fromBase64 } from '@mingzheng/kernel'
import { z } from 'zod'
import { SM3_ORIGIN_SUFFIX } from './checkpoint/checkpoint.ts'
import { isKeyName } from './checkpoint/note.ts'
import { type NoteKeyKind, parseVerifierKey } from './checkpoint/verifier-key.ts'

export const MEMBER_ROLES = ['regulator', 'court', 'notary', 'forensic', 'ca'] as const
export type MemberRole = (typeof MEMBER_ROLES)[number]

export const MOST_MEMBERS = 32
/** A receipt must stay short, and every line costs its reader a signature to check. */
const MOST_WITNESSES = 32

const vkey = (kind: NoteKeyKind) =>
  z
    .string()
    .max(500)
    .refine((text) => isVerifierKey(text, kind))
const words = (limit: number) => z.strictObject({ zh: z.string().min(1).max(limit), en: z.string().min(1).max(limit) })
const role = z.enum(MEMBER_ROLES)
const derBase64 = z
  .string()
  .max(100_000)
  .refine((text) => isDer(text))
const unique = (list: readonly unknown[]) => new Set(list).size === list.length
/** Short name, also the witness's name in the C2SP form of the policy. */
const id = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/)
const httpUrl = z
  .string()
  .max(500)
  .refine((text) => isHttpUrl(text))

const memberFields = {
  id,
  name: words(200),
  role,
  cosignerKey: vkey('cosignature'),
  sm2Key: vkey('sm2'),
  /** Whether the member is another body than the one that operates the ledger. */
  independent: z.boolean(),
}

const consortiumMember = z.strictObject({
  ...memberFields,
  /** The member's own key of the SHA-256 tree's log; its name is the origin. */
  logKey: vkey('ed25519'),
  /** The member's own key of the SM3 tree's log; its name is the origin with `/sm3`. */
  sm2LogKey: vkey('sm2'),
  /** Where its node serves the log, without a slash at the end. */
  url: httpUrl.optional(),
  /** Base64 of the X25519 public key to which files are sealed for it. */
  boxKey: z
    .string()
    .max(100)
    .refine((text) => isBoxKey(text))
    .optional(),
  /** Hex of the Ed25519 public key that signs its transactions; `actorOf` it is the member's actor. */
  gatewayKey: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
})

/** A C2SP witness that is no member: it sees the SHA-256 tree's checkpoints only. */
const witnessSchema = z.strictObject({
  id,
  name: words(200),
  key: vkey('cosignature'),
  /** Its submission prefix (C2SP tlog-witness). */
  url: httpUrl.optional(),
})

const quorumFields = {
  /** So many members must have signed. */
  atLeast: z.number().int().min(1).max(MOST_MEMBERS),
  /** At least one of them has one of these roles; empty: any. */
  anyOf: z.array(role).max(MEMBER_ROLES.length).refine(unique),
}

const commonFields = {
  name: words(200),
  origin: z
    .string()
    .max(200)
    .refine((origin) => isKeyName(origin) && !origin.endsWith(SM3_ORIGIN_SUFFIX)),
  /** Roots of the certificate authorities, base64 of DER. */
  certificateRoots: z.array(derBase64).max(50).refine(unique),
  /** Roots of the timestamp authorities, base64 of DER. */
  timestampRoots: z.array(derBase64).max(50).refine(unique),
  /** A demonstration: what it judges is never evidence. */
  demo: z.boolean(),
  /** What the policy's maker says of it; shown with every verdict. */
  statement: words(2000),
}

const policyVersion1 = z.strictObject({
  version: z.literal(1),
  ...commonFields,
  /** Key of the SHA-256 tree's log; its name is the origin. */
  logKey: vkey('ed25519'),
  /** Key of the SM3 tree's log; its name is the origin with `/sm3`. */
  sm2LogKey: vkey('sm2'),
  members: z.array(z.strictObject(memberFields)).min(1).max(MOST_MEMBERS),
  quorum: z.strictObject(quorumFields),
})

const policyVersion2 = z.strictObject({
  version: z.literal(2),
  ...commonFields,
  /** Id of the policy that it succeeds; absent in a ledger's first. */
  former: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  members: z.array(consortiumMember).min(1).max(MOST_MEMBERS),
  quorum: z.strictObject({
    ...quorumFields,
    /** So many of `witnesses` must have signed the SHA-256 tree besides; absent: none need. */
    witnesses: z.number().int().min(1).max(MOST_WITNESSES).optional(),
  }),
  witnesses: z.array(witnessSchema).min(1).max(MOST_WITNESSES).optional(),
})

export const policySchema = z.discriminatedUnion('version', [policyVersion1, policyVersion2])

export type TrustPolicy = z.infer<typeof policySchema>
/** The policy of an embedded ledger. */
export type SinglePolicy = z.infer<typeof policyVersion1>
/** The policy of a ledger whose members each keep the log. */
export type ConsortiumPolicy = z.infer<typeof policyVersion2>
export type ConsortiumMember = ConsortiumPolicy['members'][number]
export type PolicyMember = SinglePolicy['members'][number] | ConsortiumMember
export type PolicyWitness = NonNullable<ConsortiumPolicy['witnesses']>[number]

function isVerifierKey(text: string, kind: NoteKeyKind): boolean {
  try {
    return parseVerifierKey(text).kind === kind
  } catch {
    return false
  }
}

function isDer(text: string): boolean {
  try {
    return fromBase64(text)[0] === 0x30
  } catch {
    return false
  }
}

function isBoxKey(text: string): boolean {
  try {
    return fromBase64(text).length === 32
  } catch {
    return false
  }
}

/** `http` or `https`, in the one spelling that the URL standard gives it, without credentials, query, fragment, or slash at its end. */
function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text) || text.endsWith('/')) return false
  const { protocol, username, password, href, search, hash } = new URL(text)
  if (!/^https?:$/.test(protocol) || username !== '' || password !== '' || search !== '' || hash !== '') return false
  return href === text || href === `${text}/`
}
