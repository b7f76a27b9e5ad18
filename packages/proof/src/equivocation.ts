/**
 * Equivocation: evidence that a member signed what the ledger is not. Two signed checkpoints of one log that cannot both be
 * true; anybody who has the trust policy can check it. docs/formats/equivocation.md.
 */
import {
  type Bytes,
  decodeJson,
  encodeJson,
  equalBytes,
  isRefusal,
  type JsonValue,
  type Refusal,
  refuse,
  toBase64,
} from '@mingzheng/kernel'
import { z } from 'zod'
import { type Checkpoint, parseSignedCheckpoint } from './checkpoint/checkpoint.ts'
import { parseHash } from './checkpoint/hash-text.ts'
import { judgeCheckpoint } from './checkpoint/judgement.ts'
import type { Note } from './checkpoint/note.ts'
import { namesKey, verifyLine } from './checkpoint/verifier-key.ts'
import { formatFailure } from './format-failure.ts'
import { verifyConsistency } from './merkle/verify-proof.ts'
import { type Profile, type ProfileKeys, profileKeys } from './policy.ts'
import type { PolicyMember, TrustPolicy } from './policy-schema.ts'

/** Longest evidence: it must fit an item on the ledger. */
export const EQUIVOCATION_BYTES = 4096

export interface EquivocationEvidence {
  /** Signed checkpoint: of the same members at the same size, or one that the policy believes. */
  readonly believed: string
  /** Signed checkpoint of the accused, with no other lines. */
  readonly contrary: string
  /** Where `believed` is of a larger size: the root that it implies for `contrary`'s size, and why. */
  readonly consistency?: { readonly root: Bytes; readonly path: readonly Bytes[] }
}

export interface Equivocation {
  /** `double-signed`: they signed both. `against-ledger`: they signed another root than the one that the policy believes. */
  readonly kind: 'double-signed' | 'against-ledger'
  readonly profile: Profile
  readonly members: readonly PolicyMember[]
  readonly size: number
  /** The root that they signed. */
  readonly root: Bytes
  /** The root that the ledger has at that size, or that they signed as well. */
  readonly believedRoot: Bytes
}

export type EquivocationCode =
  | 'equivocation-malformed'
  | 'equivocation-other-log'
  | 'equivocation-unsigned'
  | 'equivocation-not-believed'
  | 'equivocation-sizes'
  | 'equivocation-same-root'

const note = z.string().min(1).max(EQUIVOCATION_BYTES)
const schema = z.strictObject({
  version: z.literal(1),
  believed: note,
  contrary: note,
  consistency: z.strictObject({ root: z.string(), path: z.array(z.string()).max(64) }).optional(),
})

/** Canonical JSON. Throws `equivocation-malformed` when it is longer than an item may be. */
export function encodeEquivocation({ believed, contrary, consistency }: EquivocationEvidence): Bytes {
  const proof =
    consistency === undefined
      ? {}
      : { consistency: { root: toBase64(consistency.root), path: consistency.path.map(toBase64) } }
  const bytes = encodeJson({ version: 1, believed, contrary, ...proof } as JsonValue)
  decodeEquivocation(bytes)
  return bytes
}

/** Reads evidence strictly; judges nothing. Throws `equivocation-malformed`. */
export function decodeEquivocation(bytes: Bytes): EquivocationEvidence {
  try {
    if (bytes.length > EQUIVOCATION_BYTES) throw new Error('it is too long')
    const { believed, contrary, consistency } = schema.parse(decodeJson(bytes))
    const hash = (text: string) => parseHash(text, 'proof-malformed')
    if (consistency === undefined) return { believed, contrary }
    return { believed, contrary, consistency: { root: hash(consistency.root), path: consistency.path.map(hash) } }
  } catch (cause) {
    throw formatFailure('equivocation-malformed', 'the evidence of equivocation is not as its format says', { cause })
  }
}

/** Whether the evidence proves it, under the policy in force at that size. Never throws for bad evidence. */
export function verifyEquivocation(
  evidence: EquivocationEvidence,
  policy: TrustPolicy,
): Equivocation | Refusal<EquivocationCode> {
  let first: { note: Note; checkpoint: Checkpoint }
  let second: { note: Note; checkpoint: Checkpoint }
  try {
    first = parseSignedCheckpoint(evidence.believed)
    second = parseSignedCheckpoint(evidence.contrary)
  } catch {
    return refuse('equivocation-malformed', 'one of the checkpoints cannot be read')
  }
  const { origin, size, root } = second.checkpoint
  const profile: Profile = origin === policy.origin ? 'sha256' : 'sm3'
  const keys = profileKeys(policy, profile)
  if (origin !== keys.origin || first.checkpoint.origin !== origin) {
    return refuse('equivocation-other-log', 'the checkpoints are not of this ledger')
  }
  const accused = ownersOf(second.note, keys)
  if (accused === null)
    return refuse('equivocation-unsigned', 'a line of the contrary checkpoint is no valid one of a member')
  const believedRoot = rootAt(evidence, first.checkpoint, second.checkpoint, profile)
  if (isRefusal(believedRoot)) return believedRoot
  if (equalBytes(believedRoot, root)) return refuse('equivocation-same-root', 'both checkpoints have the same root')
  const both = ownersOf(first.note, keys)
  const found = { profile, members: accused, size, root, believedRoot }
  if (both !== null && first.checkpoint.size === size && accused.every((member) => both.includes(member))) {
    return { kind: 'double-signed', ...found }
  }
  const { format, log, members, quorum } = judgeCheckpoint(evidence.believed, policy, keys)
  if ([format, log, members, quorum].some(({ status }) => status !== 'passed')) {
    return refuse('equivocation-not-believed', 'the policy does not believe the other checkpoint')
  }
  return { kind: 'against-ledger', ...found }
}

/** Members whose keys made the lines; `null` unless every line is a valid one of a member. */
function ownersOf({ text, signatures }: Note, { logs, members }: ProfileKeys): PolicyMember[] | null {
  const owners = new Set<PolicyMember>()
  for (const line of signatures) {
    const found =
      members.find(({ key }) => namesKey(line, key)) ??
      // In version 1 the log's one key is no member's.
      (logs.length === members.length && 'logKey' in members[0]!.member
        ? logs.flatMap((key, i) => (namesKey(line, key) ? { key, member: members[i]!.member } : []))[0]
        : undefined)
    if (found === undefined || !verifyLine({ text }, line, found.key).valid) return null
    owners.add(found.member)
  }
  return [...owners]
}

function rootAt(
  { consistency }: EquivocationEvidence,
  believed: Checkpoint,
  contrary: Checkpoint,
  profile: Profile,
): Bytes | Refusal<EquivocationCode> {
  if (consistency === undefined) {
    if (believed.size === contrary.size) return believed.root
    return refuse(
      'equivocation-sizes',
      'the checkpoints are of different sizes, and nothing leads from one to the other',
    )
  }
  const { root, path } = consistency
  const claim = { name: profile, from: contrary.size, to: believed.size, fromRoot: root, toRoot: believed.root, path }
  if (contrary.size < believed.size && verifyConsistency(claim)) return root
  return refuse('equivocation-sizes', 'the consistency proof does not lead from one checkpoint to the other')
}
