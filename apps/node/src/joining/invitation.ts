/**
 * An invitation: what a member gives a newcomer to begin with. The founding, how the policies followed one another since, and where the
 * members are. Nothing in it is secret, and nothing is believed unchecked. docs/formats/genesis.md
 */
import { readFile } from 'node:fs/promises'
import { type Bytes, decodeJson, encodeJson, isRefusal, type JsonValue } from '@mingzheng/kernel'
import {
  type ConsortiumPolicy,
  decodePolicyChain,
  type PolicyLink,
  type TrustPolicy,
  verifyLink,
} from '@mingzheng/proof'
import { z } from 'zod'
import { ceremonyFailure } from '../ceremony/ceremony-failure.ts'
import { encodeFounding, type Founding, parseFounding, requireComplete } from '../ceremony/founding.ts'
import { type MemberRequest, memberRequestSchema, requireHonestRequest, standsIn } from '../ceremony/member-request.ts'
import { homeLayout } from '../home/home-layout.ts'

const schema = z.strictObject({
  version: z.literal(1),
  founding: z.json(),
  /** The policy chain, or `null` while no policy has changed. */
  chain: z.json().nullable(),
  /** Requests of members, as they serve them. */
  members: z.array(memberRequestSchema).max(64),
})

export interface Invitation {
  readonly founding: Founding
  /** Canonical bytes. */
  readonly chain: Bytes | null
  readonly members: readonly MemberRequest[]
}

export function encodeInvitation({ founding, chain, members }: Invitation): Bytes {
  return encodeJson({
    version: 1,
    founding: decodeJson(encodeFounding(founding)),
    chain: chain === null ? null : decodeJson(chain),
    members: members as unknown as JsonValue,
  })
}

/** Whether the bytes are meant as an invitation, and not as a founding file. */
export function looksLikeInvitation(bytes: Bytes): boolean {
  try {
    return schema.safeParse(decodeJson(bytes)).success
  } catch {
    return false
  }
}

/** Reads an invitation and checks all of it. Throws `founding-*`, `invitation-broken`. */
export function parseInvitation(bytes: Bytes): Invitation & { readonly policy: ConsortiumPolicy } {
  const parsed = schema.safeParse(readJson(bytes))
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? ''
    throw ceremonyFailure('founding-malformed', `invitation: ${field} is not as the format says`, { field })
  }
  const { founding: given, chain: links, members } = parsed.data
  const founding = parseFounding(encodeJson(given as JsonValue))
  requireComplete(founding)
  for (const request of members) requireHonestRequest(request)
  const chain = links === null ? null : encodeJson(links as JsonValue)
  return { founding, chain, members, policy: followChain(founding, chain) }
}

/** The policy to which a chain leads from the founding. Throws `invitation-broken` unless each believes the next. */
export function followChain({ genesis }: Founding, chain: Bytes | null): ConsortiumPolicy {
  let policy: TrustPolicy = genesis.policy
  for (const link of chain === null ? [] : readChain(chain)) {
    const verified = verifyLink(link, policy)
    if (isRefusal(verified)) throw broken(`${verified.code}: ${verified.detail}`)
    policy = verified.policy
  }
  if (policy.version !== 2) throw broken('the founding policy is not a consortium’s')
  return policy
}

/** How many changes a chain proves from the founding on; -1 when it does not hold. */
export function provenChanges(founding: Founding, chain: Bytes): number {
  try {
    followChain(founding, chain)
    return readChain(chain).length
  } catch {
    return -1
  }
}

/** The invitation that a home was joined by, checked again; `null` for a founder. Throws `founding-*`, `invitation-*`. */
export async function readInvitation(home: string): Promise<ReturnType<typeof parseInvitation> | null> {
  const bytes = await readFile(homeLayout(home).invitation).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  return bytes === null ? null : parseInvitation(new Uint8Array(bytes))
}

/** Throws `invitation-not-mine` unless the policy has the keys of this request. */
export function requireNamed(policy: TrustPolicy, own: MemberRequest): void {
  if (standsIn(policy, own)) return
  throw ceremonyFailure('invitation-not-mine', `the policy in force does not have the keys of ${own.member.id}`, {
    remedy: 'wait until the admission is in force, and ask a member for an invitation again',
  })
}

function readChain(chain: Bytes): PolicyLink[] {
  try {
    return decodePolicyChain(chain)
  } catch (cause) {
    throw broken('its policy chain is not as the format says', cause)
  }
}

function readJson(bytes: Bytes): JsonValue {
  try {
    return decodeJson(bytes)
  } catch (cause) {
    throw ceremonyFailure('founding-malformed', 'the invitation is not canonical JSON', { cause })
  }
}

function broken(why: string, cause?: unknown) {
  return ceremonyFailure('invitation-broken', `the invitation does not lead from the founding to the present: ${why}`, {
    cause,
    remedy: 'ask another member for an invitation',
  })
}
