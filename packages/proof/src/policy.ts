/**
 * Trust policies: whose signatures make a checkpoint believable, and which certificate and timestamp authorities count.
 * Canonical JSON (`proof/policy.json`); docs/formats/policy.md. A policy proves nothing of itself: one who checks pins it.
 */
import { type Bytes, decodeJson, digest, encodeJson, type JsonValue, toHex } from '@mingzheng/kernel'
import { SM3_ORIGIN_SUFFIX } from './checkpoint/checkpoint.ts'
import { parseVerifierKey, type VerifierKey } from './checkpoint/verifier-key.ts'
import { formatFailure } from './format-failure.ts'
import { type PolicyMember, type PolicyWitness, policySchema, type TrustPolicy } from './policy-schema.ts'

/** Which of the two trees of a log: SHA-256 with Ed25519, or the national profile, SM3 with SM2. */
export type Profile = 'sha256' | 'sm3'

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
  return encodeJson(requirePolicy(policy) as JsonValue)
}

const ids = new WeakMap<TrustPolicy, string>()

/** A policy's id: SHA-256 of its canonical bytes, as hex. Policies are taken for immutable. Throws `policy-malformed`. */
export function policyId(policy: TrustPolicy): string {
  let id = ids.get(policy)
  if (id === undefined) {
    id = toHex(digest('sha256', encodePolicy(policy)))
    ids.set(policy, id)
  }
  return id
}

/** What the policy asks of one tree's checkpoints. `keys` stand in the order of a receipt's signature lines. */
export interface ProfileKeys {
  readonly origin: string
  /** Keys of the log, one for each member that keeps it; a receipt carries the line of exactly one of them. */
  readonly logs: readonly VerifierKey[]
  readonly members: readonly { readonly member: PolicyMember; readonly key: VerifierKey }[]
  /** Witnesses that are no members; none for the SM3 tree. */
  readonly witnesses: readonly { readonly witness: PolicyWitness; readonly key: VerifierKey }[]
  /** The logs', then the members', then the witnesses' in the policy's order. */
  readonly keys: readonly VerifierKey[]
}

/** The keys of one tree. Costs a few parsed keys: keep it where many receipts are checked. */
export function profileKeys(policy: TrustPolicy, profile: Profile): ProfileKeys {
  const sm3 = profile === 'sm3'
  const logKeys =
    policy.version === 1
      ? [sm3 ? policy.sm2LogKey : policy.logKey]
      : policy.members.map((member) => (sm3 ? member.sm2LogKey : member.logKey))
  const logs = logKeys.map(parseVerifierKey)
  const members = policy.members.map((member) => ({
    member,
    key: parseVerifierKey(sm3 ? member.sm2Key : member.cosignerKey),
  }))
  const witnesses = sm3 ? [] : witnessesOf(policy).map((witness) => ({ witness, key: parseVerifierKey(witness.key) }))
  const origin = sm3 ? policy.origin + SM3_ORIGIN_SUFFIX : policy.origin
  const keys = [...logs, ...members.map(({ key }) => key), ...witnesses.map(({ key }) => key)]
  return { origin, logs, members, witnesses, keys }
}

/** Witnesses of a policy that are no members. */
export function witnessesOf(policy: TrustPolicy): readonly PolicyWitness[] {
  return policy.version === 1 ? [] : (policy.witnesses ?? [])
}

/** How many such witnesses must have signed the SHA-256 tree's checkpoint. */
export function witnessesWanted(policy: TrustPolicy): number {
  return policy.version === 1 ? 0 : (policy.quorum.witnesses ?? 0)
}

/** Whether these members, by id, are enough of the right ones. */
export function quorumMet(policy: TrustPolicy, signed: Iterable<string>): boolean {
  const ids = new Set(signed)
  const those: readonly PolicyMember[] = policy.members.filter(({ id }) => ids.has(id))
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
  for (const [field, { logs, origin }] of [
    ['logKey', sha],
    ['sm2LogKey', sm3],
  ] as const) {
    const wrong = logs.findIndex((key) => key.name !== origin)
    if (wrong >= 0) return policy.version === 1 ? field : `members.${wrong}.${field}`
  }
  for (const { logs, members, witnesses, keys } of [sha, sm3]) {
    // One key under two names would let one body count twice.
    if (!unique(keys.map((key) => toHex(key.publicKey.bytes)))) return 'members'
    // All log keys have one name: a line must still say by whose it was made.
    if (!unique(keys.map((key) => `${key.name} ${key.keyId}`))) return 'members'
    const names = [logs[0]!, ...[...members, ...witnesses].map(({ key }) => key)].map((key) => key.name)
    if (!unique(names)) return 'members'
  }
  if (sha.members.some(({ key }, i) => key.name !== sm3.members[i]?.key.name)) return 'members'
  const witnesses = witnessesOf(policy)
  if (!unique([...policy.members, ...witnesses].map(({ id }) => id))) return 'members'
  if (policy.version === 2) {
    const actors = policy.members.flatMap(({ gatewayKey }) => gatewayKey ?? [])
    if (!unique(actors)) return 'members'
  }
  if (policy.quorum.atLeast > policy.members.length) return 'quorum.atLeast'
  const roles = policy.members.map((member) => member.role)
  if (policy.quorum.anyOf.some((wanted) => !roles.includes(wanted))) return 'quorum.anyOf'
  if (witnessesWanted(policy) > witnesses.length) return 'quorum.witnesses'
  return null
}

const unique = (list: readonly unknown[]) => new Set(list).size === list.length
