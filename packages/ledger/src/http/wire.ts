/**
 * How a ledger is spoken to over HTTP: `POST <call>` with deterministic CBOR both ways, errors as a map with a code. Client
 * and server share this file. docs/formats/ledger-http.md.
 */
import type { CborValue } from '@mingzheng/kernel'
import { z } from 'zod'
import type { GovernanceOverview } from '../governance/overview.ts'
import type { LedgerClientStatus, LoggedEntry, MemberHoldings, Receipt, Standing } from '../ledger-client.ts'

/** Header of every answer: the id of the policy in force, so that who asks learns of a change before anything that follows from it. */
export const POLICY_HEADER = 'mingzheng-policy'

/** Longest request and answer, bytes: a full batch of items fits. */
export const LONGEST_BODY = 8 << 20
export const MOST_ITEMS = 4096
export const MOST_ENTRIES = 4096
/** One question waits so long at most; the client asks again. */
export const LONGEST_WAIT_MS = 20_000

const bytes = z.instanceof(Uint8Array)
const id = bytes.refine((value) => value.length === 16)
const natural = z.number().int().min(0)
const text = z.string()

const refusal = z.strictObject({
  kind: z.literal('refused'),
  code: text,
  detail: text,
  field: text.optional(),
  remedy: text.optional(),
})
const standing = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('accepted'), id }),
  z.strictObject({ kind: z.literal('ordered'), id, index: natural, time: natural }),
  z.strictObject({ kind: z.literal('witnessed'), id, index: natural, time: natural, size: natural }),
  z.strictObject({ kind: z.literal('refused'), id, refusal }),
])
const loggedEntry = z.strictObject({ index: natural, entry: bytes })
const item = z.strictObject({
  id: bytes,
  contract: text.max(64),
  method: text.max(64),
  arguments: z.custom<{ [key: string]: CborValue }>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array),
  ),
})
const member = z.strictObject({ id: text, witnessedSize: natural, witnessedAt: natural.nullable() })
const roots = z.strictObject({ sha256: bytes, sm3: bytes })

const role = z.enum(['regulator', 'court', 'notary', 'forensic', 'ca'])
const anyProposal = {
  id,
  by: text,
  at: natural,
  yes: z.array(text),
  no: z.array(text),
  expires: natural,
  // A node of an earlier version does not tell of it.
  subject: z.strictObject({ zh: text, en: text }).nullable().default(null),
  needed: z.strictObject({ count: natural, roles: z.array(role) }),
}
const governanceProposal = z.strictObject({
  ...anyProposal,
  kind: z.enum(['admit', 'expel', 'remove', 'role', 'rotate', 'terms', 'software', 'contract']),
  state: z.enum(['open', 'passed', 'rejected', 'withdrawn', 'expired', 'active', 'stale', 'not-ready']),
  due: natural.nullable(),
  member: text.nullable(),
  name: text.nullable(),
  version: natural.nullable(),
  height: natural.nullable(),
  policy: bytes.nullable(),
})
const followingProposal = z.strictObject({
  ...anyProposal,
  kind: z.enum(['register', 'retire']),
  origin: text,
  state: z.enum(['open', 'passed', 'rejected']),
})

/** What each call is asked with. */
export const asked = {
  submit: z.strictObject({ items: z.array(item).max(MOST_ITEMS) }),
  standing: z.strictObject({ id }),
  wait: z.strictObject({ id, kind: z.enum(['ordered', 'witnessed']), ms: natural.max(LONGEST_WAIT_MS) }),
  receipt: z.union([z.strictObject({ id }), z.strictObject({ index: natural })]),
  lookup: z.union([
    z.strictObject({ index: natural }),
    z.strictObject({ commitment: bytes }),
    z.strictObject({ number: bytes }),
  ]),
  checkpoint: z.strictObject({ profile: z.enum(['sha256', 'sm3']) }),
  entries: z.strictObject({ from: natural, count: natural.max(MOST_ENTRIES) }),
  status: z.strictObject({}),
  policy: z.strictObject({}),
  members: z.strictObject({ size: natural.nullable() }),
  governance: z.strictObject({}),
} as const

export type Call = keyof typeof asked
export const CALLS = Object.keys(asked) as Call[]

/** What each call is answered with. */
export const answered = {
  submit: z.array(standing),
  standing: standing.nullable(),
  /** `null`: not so far within the time. */
  wait: standing.nullable(),
  receipt: z.strictObject({ index: natural, time: natural, entry: bytes, proof: text, proofSm3: text }),
  lookup: z.array(loggedEntry),
  checkpoint: text,
  entries: z.array(loggedEntry),
  status: z.strictObject({
    origin: text,
    size: natural,
    witnessedSize: natural,
    root: bytes,
    rootSm3: bytes,
    lastTime: natural.nullable(),
    waiting: natural,
    members: z.array(member),
    state: z.enum(['ready', 'stalled']),
    reason: z.strictObject({ code: text, detail: text }).optional(),
  }),
  /** Canonical bytes of the policy in force. */
  policy: bytes,
  members: z.array(
    z.strictObject({
      id: text,
      reached: z.boolean(),
      height: natural.nullable(),
      size: natural.nullable(),
      witnessedSize: natural,
      witnessedAt: natural.nullable(),
      state: text,
      detail: text,
      at: z.strictObject({ size: natural, roots: roots.nullable() }).nullable(),
      agrees: z.boolean().nullable(),
    }),
  ),
  /** `null` where nothing was decided yet. */
  governance: z
    .strictObject({
      delayMs: natural,
      windowMs: natural,
      proposals: z.array(governanceProposal),
      decided: z.array(governanceProposal).default([]),
      following: z.array(followingProposal).default([]),
      policies: z.array(z.strictObject({ policy: bytes, since: natural })),
      software: z.array(z.strictObject({ member: text, version: text.nullable() })),
      votedSoftware: text.nullable(),
    })
    .nullable(),
} as const

/** An error in place of an answer. */
export const failed = z.strictObject({
  code: text,
  message: text,
  field: text.optional(),
  remedy: text.optional(),
})

/** What the answers mean; the wire's shapes are these. */
export interface Answers {
  submit: Standing[]
  standing: Standing | null
  wait: Standing | null
  receipt: Receipt
  lookup: LoggedEntry[]
  checkpoint: string
  entries: LoggedEntry[]
  status: LedgerClientStatus
  policy: Uint8Array
  members: MemberHoldings[]
  governance: GovernanceOverview | null
}

/** Ledger data without its absent fields, which CBOR has no word for. */
export function toCbor(value: unknown): CborValue {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value as CborValue
  if (Array.isArray(value)) return value.map(toCbor)
  const present = Object.entries(value).filter(([, one]) => one !== undefined)
  return Object.fromEntries(present.map(([key, one]) => [key, toCbor(one)]))
}
