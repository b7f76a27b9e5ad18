/**
 * Trust policies: whose signatures make a checkpoint believable, and which certificate and timestamp authorities count.
 * Canonical JSON (`proof/policy.json`); docs/formats/policy.md. A policy proves nothing of itself: one who checks pins it.
 */
import { type Bytes, decodeJson, digest, encodeJson, fromBase64, type JsonValue, toHex } from '@mingzheng/kernel'
import { z } from 'zod'
import { SM3_ORIGIN_SUFFIX } from './checkpoint/checkpoint.ts'
import { isKeyName } from './checkpoint/note.ts'
import { type NoteKeyKind, parseVerifierKey, type VerifierKey } from './checkpoint/verifier-key.ts'
import { formatFailure } from './format-failure.ts'

export const MEMBER_ROLES = ['regulator', 'court', 'notary', 'forensic', 'ca'] as const
export type MemberRole = (typeof MEMBER_ROLES)[number]

/** Which of the two trees of a log: SHA-256 with Ed25519, or the national profile, SM3 with SM2. */
export type Profile = 'sha256' | 'sm3'

const MOST_MEMBERS = 32
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

const memberSchema = z.strictObject({
  /** Short name, also the witness's name in the C2SP form of the policy. */
  id: z
    .string()
    .max(64)
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/),
  name: words(200),
  role,
  cosignerKey: vkey('cosignature'),
  sm2Key: vkey('sm2'),
  /** Whether the member is another body than the one that operates the ledger. */
  independent: z.boolean(),
})

export const policySchema = z.strictObject({
  version: z.literal(1),
  name: words(200),
  origin: z
    .string()
    .max(200)
    .refine((origin) => isKeyName(origin) && !origin.endsWith(SM3_ORIGIN_SUFFIX)),
  /** Key of the SHA-256 tree's log; its name is the origin. */
  logKey: vkey('ed25519'),
  /** Key of the SM3 tree's log; its name is the origin with `/sm3`. */
  sm2LogKey: vkey('sm2'),
  members: z.array(memberSchema).min(1).max(MOST_MEMBERS),
  quorum: z.strictObject({
    /** So many members must have signed. */
    atLeast: z.number().int().min(1).max(MOST_MEMBERS),
    /** At least one of them has one of these roles; empty: any. */
    anyOf: z.array(role).max(MEMBER_ROLES.length).refine(unique),
  }),
  /** Roots of the certificate authorities, base64 of DER. */
  certificateRoots: z.array(derBase64).max(50).refine(unique),
  /** Roots of the timestamp authorities, base64 of DER. */
  timestampRoots: z.array(derBase64).max(50).refine(unique),
  /** A demonstration: what it judges is never evidence. */
  demo: z.boolean(),
  /** What the policy's maker says of it; shown with every verdict. */
  statement: words(2000),
})

export type TrustPolicy = z.infer<typeof policySchema>
export type PolicyMember = TrustPolicy['members'][number]

/** Reads a policy strictly. Throws `policy-malformed` with the first wrong field. */
export function parsePolicy(bytes: Bytes): TrustPolicy {
  let value: JsonValue
  try {
    value = decodeJson(bytes)
  } catch (cause) {
    throw formatFailure('policy-malformed', 'the policy is not canonical JSON', { cause })
  }
  return requirePolicy(value)
}

/** Canonical bytes of a policy. Throws `policy-malformed`. */
export function encodePolicy(policy: TrustPolicy): Bytes {
  return encodeJson(requirePolicy(policy))
}

/** A policy's id: SHA-256 of its canonical bytes, as hex. */
export function policyId(policy: TrustPolicy): string {
  return toHex(digest('sha256', encodePolicy(policy)))
}

/** What the policy asks of one tree's checkpoints. `keys` stand in the order of a receipt's signature lines. */
export interface ProfileKeys {
  readonly origin: string
  readonly log: VerifierKey
  readonly members: readonly { readonly member: PolicyMember; readonly key: VerifierKey }[]
  /** The log's, then the members' in the policy's order. */
  readonly keys: readonly VerifierKey[]
}

/** The keys of one tree. Costs a few parsed keys: keep it where many receipts are checked. */
export function profileKeys(policy: TrustPolicy, profile: Profile): ProfileKeys {
  const sm3 = profile === 'sm3'
  const log = parseVerifierKey(sm3 ? policy.sm2LogKey : policy.logKey)
  const members = policy.members.map((member) => ({
    member,
    key: parseVerifierKey(sm3 ? member.sm2Key : member.cosignerKey),
  }))
  return { origin: log.name, log, members, keys: [log, ...members.map(({ key }) => key)] }
}

/** Whether these members, by id, are enough of the right ones. */
export function quorumMet(policy: TrustPolicy, signed: Iterable<string>): boolean {
  const ids = new Set(signed)
  const those = policy.members.filter((member) => ids.has(member.id))
  const { atLeast, anyOf } = policy.quorum
  return those.length >= atLeast && (anyOf.length === 0 || those.some((member) => anyOf.includes(member.role)))
}

function requirePolicy(value: unknown): TrustPolicy {
  const parsed = policySchema.safeParse(value)
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? ''
    throw formatFailure('policy-malformed', `policy: ${field} is not as the format says`, { field })
  }
  const field = contradiction(parsed.data)
  if (field !== null) throw formatFailure('policy-malformed', `policy: ${field} contradicts the rest`, { field })
  return parsed.data
}

/** The field in which a policy contradicts itself, or `null`. */
function contradiction(policy: TrustPolicy): string | null {
  const sha = profileKeys(policy, 'sha256')
  const sm3 = profileKeys(policy, 'sm3')
  if (sha.origin !== policy.origin) return 'logKey'
  if (sm3.origin !== policy.origin + SM3_ORIGIN_SUFFIX) return 'sm2LogKey'
  if (!unique(policy.members.map((member) => member.id))) return 'members'
  for (const { keys } of [sha, sm3]) {
    // One key under two names would let one body count twice.
    if (!unique(keys.map((key) => toHex(key.publicKey.bytes))) || !unique(keys.map((key) => key.name))) return 'members'
  }
  if (sha.members.some(({ key }, i) => key.name !== sm3.members[i]?.key.name)) return 'members'
  if (policy.quorum.atLeast > policy.members.length) return 'quorum.atLeast'
  const roles = policy.members.map((member) => member.role)
  if (policy.quorum.anyOf.some((wanted) => !roles.includes(wanted))) return 'quorum.anyOf'
  return null
}

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
