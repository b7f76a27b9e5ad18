/**
 * How trust policies follow one another: each change is an entry of the log, believed by the former policy. Who pins one policy of
 * the chain can so believe the others. Canonical JSON (`proof/policy-chain.json`); docs/formats/policy-chain.md.
 */
import {
  type Bytes,
  decodeJson,
  encodeJson,
  equalBytes,
  fromBase64,
  fromHex,
  type JsonValue,
  type Refusal,
  refuse,
  toBase64,
  toHex,
} from '@mingzheng/kernel'
import { z } from 'zod'
import { decodeEntry, type Entry } from './entry.ts'
import { formatFailure } from './format-failure.ts'
import { encodePolicy, type Profile, parsePolicy, policyId } from './policy.ts'
import type { ConsortiumPolicy, TrustPolicy } from './policy-schema.ts'
import { createReceiptVerifier } from './receipt.ts'

/** Kind of the entry that puts a policy in force. */
export const POLICY_ENTRY_KIND = 'governance.policy'

/** What such an entry says. */
export interface PolicyChange {
  /** Ids of the policy that begins and of the one that ends, 32 bytes each. */
  readonly policy: Bytes
  readonly former: Bytes
  /** Members that are gone have lost their keys to others: what they signed before counts only with proof of its time. */
  readonly emergency: boolean
}

export interface PolicyLink {
  readonly policy: ConsortiumPolicy
  /** The entry's canonical bytes. */
  readonly entry: Bytes
  /** Its receipts in both trees, under the former policy. */
  readonly receipt: string
  readonly receiptSm3: string
}

export type PolicyChainCode =
  | 'policy-chain-malformed'
  /** Links that do not follow one another. */
  | 'policy-chain-broken'
  /** Two policies that both follow one. */
  | 'policy-chain-forked'
  /** A change that the former policy does not believe. */
  | 'policy-chain-unsigned'

const thirtyTwo = z.instanceof(Uint8Array).refine((bytes) => bytes.length === 32)
// Contracts may say more of a change; what counts here is this.
const bodySchema = z.looseObject({ p: thirtyTwo, f: thirtyTwo, e: z.boolean().optional() })

/** The members of the entry's body that count for verification. */
export function policyChangeBody({ policy, former, emergency }: PolicyChange): Entry['body'] {
  return { p: policy, f: former, e: emergency }
}

/** Reads a `governance.policy` entry. Throws `entry-malformed` for any other. */
export function readPolicyChange(entry: Entry): PolicyChange {
  const parsed = bodySchema.safeParse(entry.body)
  if (entry.kind !== POLICY_ENTRY_KIND || !parsed.success) {
    throw formatFailure('entry-malformed', 'the entry does not change a policy', { field: 'b' })
  }
  return { policy: parsed.data.p, former: parsed.data.f, emergency: parsed.data.e ?? false }
}

const MOST_LINKS = 256
const receiptText = z.string().min(1).max(65_536)
const schema = z.strictObject({
  version: z.literal(1),
  links: z
    .array(
      z.strictObject({
        policy: z.json(),
        entry: z.string().max(32_768),
        receipt: receiptText,
        receiptSm3: receiptText,
      }),
    )
    .min(1)
    .max(MOST_LINKS),
})

/** Canonical bytes of a chain, oldest change first. Throws `policy-chain-malformed`. */
export function encodePolicyChain(links: readonly PolicyLink[]): Bytes {
  const bytes = encodeJson({
    version: 1,
    links: links.map(({ policy, entry, receipt, receiptSm3 }) => ({
      policy: decodeJson(encodePolicy(policy)),
      entry: toBase64(entry),
      receipt,
      receiptSm3,
    })),
  })
  decodePolicyChain(bytes)
  return bytes
}

/** Reads a chain strictly; believes nothing of it. Throws `policy-chain-malformed`. */
export function decodePolicyChain(bytes: Bytes): PolicyLink[] {
  try {
    return schema.parse(decodeJson(bytes)).links.map(({ policy: given, entry: text, receipt, receiptSm3 }) => {
      const policy = parsePolicy(encodeJson(given as JsonValue))
      if (policy.version !== 2) throw new Error('a policy of version 1 succeeds none')
      const entry = fromBase64(text)
      readPolicyChange(decodeEntry(entry))
      return { policy, entry, receipt, receiptSm3 }
    })
  } catch (cause) {
    throw formatFailure('policy-chain-malformed', 'the policy chain is not as its format says', { cause })
  }
}

/** A link that the former policy believes. */
export interface VerifiedLink {
  readonly former: string
  readonly policy: ConsortiumPolicy
  /** Index of the entry that brought the policy. */
  readonly index: number
  /** Ids of the former policy's members that are gone because their keys are in other hands. */
  readonly removed: readonly string[]
}

/**
 * Whether a change is what its entry says and the former policy believes it, in both trees. In an emergency the members that are
 * removed do not count: their keys could have signed anything.
 */
export function verifyLink(link: PolicyLink, former: TrustPolicy): VerifiedLink | Refusal<PolicyChainCode> {
  const formerId = policyId(former)
  const change = readPolicyChange(decodeEntry(link.entry))
  const follows =
    link.policy.former === formerId &&
    equalBytes(change.former, fromHex(formerId)) &&
    toHex(change.policy) === policyId(link.policy) &&
    link.policy.origin === former.origin
  if (!follows) return refuse('policy-chain-broken', 'a change names other policies than those beside it')
  const removed = change.emergency ? gone(former, link.policy) : []
  const receipts = createReceiptVerifier(former, new Set(removed))
  let index = -1
  for (const [profile, proof] of [
    ['sha256', link.receipt],
    ['sm3', link.receiptSm3],
  ] as const satisfies [Profile, string][]) {
    const result = receipts.verify({ entry: link.entry, proof, profile })
    if (result.verdict !== 'verified' || result.index === null || (index >= 0 && result.index !== index)) {
      const why = result.checks.find(({ status }) => status === 'failed')?.code ?? 'two places'
      return refuse('policy-chain-unsigned', `the former policy does not believe a change (${why})`)
    }
    index = result.index
  }
  return { former: formerId, policy: link.policy, index, removed }
}

/** Members, by id, whose keys the next policy does not have. */
function gone(former: TrustPolicy, next: TrustPolicy): string[] {
  return former.members.flatMap((member) => {
    const stays = next.members.some(
      ({ cosignerKey, sm2Key }) => cosignerKey === member.cosignerKey && sm2Key === member.sm2Key,
    )
    return stays ? [] : member.id
  })
}
