/** A founding file: the genesis document with the requests it follows from and the approvals it has. docs/formats/genesis.md */
import {
  type Bytes,
  concat,
  decodeJson,
  encodeJson,
  equalBytes,
  fromBase64,
  type JsonValue,
  type Signer,
  toBase64,
  toHex,
  utf8,
  verifySignature,
} from '@mingzheng/kernel'
import {
  chainIdOf,
  encodeGenesis,
  type Genesis,
  genesisDigest,
  type PreviousCheckpoints,
  parseGenesis,
} from '@mingzheng/ledger'
import { parseVerifierKey, type TrustPolicy } from '@mingzheng/proof'
import { z } from 'zod'
import { ceremonyFailure } from './ceremony-failure.ts'
import {
  keysOf,
  type MemberRequest,
  memberRequestSchema,
  policyMember,
  requestDigest,
  requireHonestRequest,
} from './member-request.ts'

const approvalSchema = z.strictObject({
  version: z.literal(1),
  member: z.string(),
  /** Hex of the genesis document's digest. */
  genesis: z.string().regex(/^[0-9a-f]{64}$/),
  ed25519: z.base64().length(88),
  sm2: z.base64().length(88),
})
export type Approval = z.infer<typeof approvalSchema>

const schema = z.strictObject({
  version: z.literal(1),
  genesis: z.json(),
  requests: z.array(memberRequestSchema).min(1).max(32),
  approvals: z.array(approvalSchema).max(32),
})

export interface Founding {
  readonly genesis: Genesis
  /** In the policy's order of members. */
  readonly requests: readonly MemberRequest[]
  readonly approvals: readonly Approval[]
}

/** What a founder decides besides who takes part. */
export interface FoundingWords {
  readonly origin: string
  readonly name: { readonly zh: string; readonly en: string }
  readonly statement: { readonly zh: string; readonly en: string }
  readonly demo: boolean
  /** Milliseconds. */
  readonly time: number
  readonly quorum: { readonly atLeast: number; readonly anyOf: readonly MemberRequest['member']['role'][] }
  /** Base64 of DER. */
  readonly certificateRoots: readonly string[]
  readonly timestampRoots: readonly string[]
  readonly previous: PreviousCheckpoints | null
  readonly contracts: { readonly [name: string]: number }
  /** How long governance waits; absent: as the genesis document says. */
  readonly governance?: Genesis['governance']
}

/** A draft from the members' requests, in their order. Throws `founding-request-forged`, `founding-members-clash`, `genesis-malformed`. */
export function draftFounding(requests: readonly MemberRequest[], words: FoundingWords): Founding {
  const { origin, name, statement, demo, time, quorum, previous, contracts, governance } = words
  requireMembersApart(requests)
  const policy: TrustPolicy = {
    version: 2,
    name,
    origin,
    members: requests.map(policyMember),
    quorum: { atLeast: quorum.atLeast, anyOf: [...quorum.anyOf] },
    certificateRoots: [...words.certificateRoots],
    timestampRoots: [...words.timestampRoots],
    demo,
    statement,
  }
  const validators = requests.map(({ member, consensusKey }) => ({
    member: member.id,
    publicKey: consensusKey,
    power: 1,
  }))
  const engine = { kind: 'cometbft' as const, chainId: chainIdOf(origin), validators }
  const waits = governance === undefined ? {} : { governance }
  const genesis: Genesis = { version: 1, origin, time, policy, previous, contracts, ...waits, engine }
  encodeGenesis(genesis)
  return { genesis, requests, approvals: [] }
}

/** Reads a founding file and checks everything but that all have approved. Throws `founding-*`, `genesis-malformed`. */
export function parseFounding(bytes: Bytes): Founding {
  let value: JsonValue
  try {
    value = decodeJson(bytes)
  } catch (cause) {
    throw ceremonyFailure('founding-malformed', 'the founding file is not canonical JSON', { cause })
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? ''
    throw ceremonyFailure('founding-malformed', `founding file: ${field} is not as the format says`, { field })
  }
  const { requests, approvals } = parsed.data
  const genesis = parseGenesis(encodeJson(parsed.data.genesis as JsonValue))
  const founding = { genesis, requests, approvals }
  requireAsRequested(founding)
  for (const approval of approvals) requireHonestApproval(genesis, approval)
  if (new Set(approvals.map(({ member }) => member)).size !== approvals.length) {
    throw ceremonyFailure('founding-malformed', 'a member approves twice', { field: 'approvals' })
  }
  return founding
}

export function encodeFounding({ genesis, requests, approvals }: Founding): Bytes {
  return encodeJson({ version: 1, genesis, requests, approvals } as unknown as JsonValue)
}

export function parseApproval(bytes: Bytes): Approval {
  try {
    return approvalSchema.parse(decodeJson(bytes))
  } catch (cause) {
    throw ceremonyFailure('founding-malformed', 'the approval is not as the format says', { cause })
  }
}

export function parseRequest(bytes: Bytes): MemberRequest {
  try {
    return memberRequestSchema.parse(decodeJson(bytes))
  } catch (cause) {
    throw ceremonyFailure('founding-malformed', 'the request is not as the format says', { cause })
  }
}

/** A member's approval of a draft that holds its own request unchanged. Throws `founding-not-mine`. */
export async function approveFounding(
  founding: Founding,
  own: MemberRequest,
  keys: { readonly member: Signer; readonly sm2Member: Signer },
): Promise<Approval> {
  requireMine(founding, own)
  const document = genesisDigest(founding.genesis)
  const message = approvalMessage(document)
  return {
    version: 1,
    member: own.member.id,
    genesis: toHex(document),
    ed25519: toBase64(await keys.member.sign(message)),
    sm2: toBase64(await keys.sm2Member.sign(message)),
  }
}

/** Adds approvals, in the policy's order. Throws `founding-approval-forged`. */
export function withApprovals(founding: Founding, given: readonly Approval[]): Founding {
  for (const approval of given) requireHonestApproval(founding.genesis, approval)
  const all = new Map([...founding.approvals, ...given].map((approval) => [approval.member, approval]))
  const approvals = founding.genesis.policy.members.flatMap(({ id }) => all.get(id) ?? [])
  return { ...founding, approvals }
}

/** Throws `founding-approval-missing` naming who has not approved. */
export function requireComplete({ genesis, approvals }: Founding): void {
  const missing = genesis.policy.members.filter(({ id }) => !approvals.some(({ member }) => member === id))
  if (missing.length === 0) return
  const names = missing.map(({ id }) => id).join(', ')
  throw ceremonyFailure('founding-approval-missing', `not approved yet by ${names}`, {
    remedy: './mingzheng consortium approve DRAFT at each of them',
  })
}

/** Throws `founding-not-mine` unless this very request is in the founding. */
export function requireMine(founding: Founding, own: MemberRequest): void {
  const wanted = requestDigest(own)
  if (founding.requests.some((request) => equalBytes(requestDigest(request), wanted))) return
  throw ceremonyFailure(
    'founding-not-mine',
    `the draft does not hold the request of ${own.member.id} as this home made it`,
    {
      remedy: 'give the founder your request.json again',
    },
  )
}

function requireAsRequested({ genesis, requests }: Founding): void {
  requireMembersApart(requests)
  const said = JSON.stringify(requests.map(policyMember).map(sorted))
  const voters = JSON.stringify(requests.map(({ member, consensusKey }) => [member.id, consensusKey, 1]))
  const drafted = JSON.stringify(genesis.policy.members.map((member) => sorted(member as MemberRequest['member'])))
  const engine = JSON.stringify(
    genesis.engine.validators.map(({ member, publicKey, power }) => [member, publicKey, power]),
  )
  if (said === drafted && voters === engine) return
  throw ceremonyFailure('founding-draft-changed', 'the draft does not say of the members what their requests say', {
    field: said === drafted ? 'genesis.engine' : 'genesis.policy.members',
    remedy: 'do not approve it; ask the founder who changed it',
  })
}

function requireMembersApart(requests: readonly MemberRequest[]): void {
  for (const request of requests) requireHonestRequest(request)
  const ids = requests.map(({ member }) => member.id)
  const keys = requests.flatMap(keysOf)
  if (new Set(ids).size === ids.length && new Set(keys).size === keys.length) return
  throw ceremonyFailure('founding-members-clash', 'two requests are of one member, or share a key', {
    field: 'requests',
  })
}

function requireHonestApproval(genesis: Genesis, approval: Approval): void {
  const document = genesisDigest(genesis)
  const member = genesis.policy.members.find(({ id }) => id === approval.member)
  const forged = (why: string) =>
    ceremonyFailure('founding-approval-forged', `the approval of ${approval.member} ${why}`, { field: 'approvals' })
  if (member === undefined) throw forged('is of no member')
  if (approval.genesis !== toHex(document)) throw forged('is of another document')
  const message = approvalMessage(document)
  for (const [key, signature] of [
    [member.cosignerKey, approval.ed25519],
    [member.sm2Key, approval.sm2],
  ] as const) {
    if (!verifySignature(parseVerifierKey(key).publicKey, message, fromBase64(signature)))
      throw forged('is not signed by its key')
  }
}

function approvalMessage(document: Bytes): Bytes {
  return concat(utf8('mingzheng genesis approval v1\n'), document)
}

function sorted(member: object): object {
  return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
}
