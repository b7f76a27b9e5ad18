/**
 * The policies of one ledger in their order, as far as a checker can believe them, and which of them judges a receipt. Forward
 * each change is believed by the policy before it; backward each policy names the one that it succeeded.
 */
import { type Bytes, isRefusal, type Refusal, refuse } from '@mingzheng/kernel'
import { parseSignedCheckpoint } from './checkpoint/checkpoint.ts'
import { parseTlogProof } from './checkpoint/tlog-proof.ts'
import { policyId } from './policy.ts'
import { type PolicyChainCode, type PolicyLink, type VerifiedLink, verifyLink } from './policy-chain.ts'
import type { TrustPolicy } from './policy-schema.ts'
import { createReceiptVerifier, type ReceiptInput, type ReceiptVerification, type ReceiptVerifier } from './receipt.ts'

export interface PolicyTerm {
  readonly policy: TrustPolicy
  readonly id: string
  /** Index of the first entry that it judges; 0 for the first that is known. */
  readonly since: number
  /** Ids of members whose keys a later change took from them in an emergency. */
  readonly removed: ReadonlySet<string>
}

export interface PolicyHistory {
  /** Oldest first; at least one. */
  readonly terms: readonly PolicyTerm[]
}

/**
 * Why a receipt is believed: by the policy in force at its entry; by it although a signer was removed later, since the others are
 * enough; by a checkpoint that was made under a later policy.
 */
export type ReceiptBasis = 'in-force' | 'others-suffice' | 'later-checkpoint'

export interface HistoryVerification extends ReceiptVerification {
  /** The policy that judged. */
  readonly term: PolicyTerm
  readonly basis: ReceiptBasis
  /** Signers whose signatures do not count, since their keys were taken from them in an emergency. */
  readonly uncounted: readonly string[]
  /** The quorum is missed only because of them: a receipt under a checkpoint made after the removal would be believed. */
  readonly needsRemoved: boolean
}

/** A history of one policy, with nothing known of changes. */
export function singleHistory(policy: TrustPolicy): PolicyHistory {
  return { terms: [{ policy, id: policyId(policy), since: 0, removed: new Set() }] }
}

/**
 * The history that chains prove to one who pinned `pinned`, a policy of the ledger. `known` are policies that may be what the first
 * link of one follows; they are believed only as far as the chain says. Links that lead neither to the pinned policy nor from it
 * are left out.
 */
export function followChains(
  pinned: TrustPolicy,
  chains: readonly (readonly PolicyLink[])[],
  known: readonly TrustPolicy[] = [],
): PolicyHistory | Refusal<PolicyChainCode> {
  const links = chains.flat()
  for (const chain of chains) {
    const gap = chain.findIndex(({ policy }, i) => i > 0 && policy.former !== policyId(chain[i - 1]!.policy))
    if (gap > 0) return refuse('policy-chain-broken', `link ${gap} does not follow the one before it`)
  }
  const documents = new Map([pinned, ...known, ...links.map(({ policy }) => policy)].map((one) => [policyId(one), one]))
  const verified = new Map<string, VerifiedLink>()
  for (const link of links) {
    const former = documents.get(link.policy.former ?? '')
    if (former === undefined) continue
    const result = verifyLink(link, former)
    if (isRefusal(result)) return result
    const other = verified.get(result.former)
    if (other !== undefined && (policyId(other.policy) !== policyId(result.policy) || other.index !== result.index)) {
      return refuse('policy-chain-forked', 'two policies succeed one')
    }
    verified.set(result.former, result)
  }
  return historyOf(walk(pinned, verified, documents))
}

interface Way {
  /** One more than links. */
  readonly policies: readonly TrustPolicy[]
  readonly links: readonly VerifiedLink[]
}

/** The way of policies through a pinned one: back by the names of former policies, forward by what they believed. */
function walk(pinned: TrustPolicy, verified: Map<string, VerifiedLink>, documents: Map<string, TrustPolicy>): Way {
  const policies = [pinned]
  const links: VerifiedLink[] = []
  for (let next = verified.get(policyId(pinned)); next !== undefined; next = verified.get(policyId(next.policy))) {
    policies.push(next.policy)
    links.push(next)
  }
  let first: TrustPolicy | undefined = pinned
  while (first?.version === 2 && first.former !== undefined) {
    const link = verified.get(first.former)
    if (link === undefined || policyId(link.policy) !== policyId(first)) break
    first = documents.get(first.former)
    policies.unshift(first!)
    links.unshift(link)
  }
  return { policies, links }
}

function historyOf({ policies, links }: Way): PolicyHistory | Refusal<PolicyChainCode> {
  if (links.some(({ index }, i) => i > 0 && index <= links[i - 1]!.index)) {
    return refuse('policy-chain-broken', 'the changes do not stand in the log in their order')
  }
  const keys = (policy: TrustPolicy, ids: readonly string[]) =>
    policy.members.flatMap(({ id, cosignerKey, sm2Key }) => (ids.includes(id) ? [cosignerKey, sm2Key] : []))
  const terms = policies.map((policy, i): PolicyTerm => {
    const stolen = new Set(links.flatMap(({ removed }, at) => (at < i ? [] : keys(policies[at]!, removed))))
    // Also under an earlier policy, and also where only one of its keys is the same.
    const removed = policy.members.filter((member) => stolen.has(member.cosignerKey) || stolen.has(member.sm2Key))
    const since = i === 0 ? 0 : links[i - 1]!.index + 1
    return { policy, id: policyId(policy), since, removed: new Set(removed.map(({ id }) => id)) }
  })
  return { terms }
}

export interface HistoryVerifier {
  verify(input: ReceiptInput): HistoryVerification
}

/** A verifier of receipts by the policies of a ledger. Judges each distinct checkpoint once for each policy. */
export function createHistoryVerifier({ terms }: PolicyHistory): HistoryVerifier {
  const verifiers: { term: PolicyTerm; strict: ReceiptVerifier; lax: ReceiptVerifier }[] = terms.map((term) => {
    const lax = createReceiptVerifier(term.policy)
    return { term, lax, strict: term.removed.size === 0 ? lax : createReceiptVerifier(term.policy, term.removed) }
  })
  return {
    verify(input) {
      const { index, size } = placeOf(input.proof)
      const first = Math.max(
        0,
        verifiers.findLastIndex(({ term }) => term.since <= index),
      )
      // A later policy judges only checkpoints that include the change which brought it.
      const candidates = verifiers.slice(first).filter(({ term }, i) => i === 0 || size >= term.since)
      const inForce = candidates[0]!.term
      // What was made after a removal says more than what the others' signatures from before it do.
      if (inForce.removed.size > 0) candidates.reverse()
      let best: HistoryVerification | null = null
      for (const { term, strict, lax } of candidates) {
        const result = strict.verify(input)
        const uncounted = result.signers.flatMap(({ member }) => (term.removed.has(member.id) ? member.id : []))
        const basis = term !== inForce ? 'later-checkpoint' : uncounted.length > 0 ? 'others-suffice' : 'in-force'
        if (result.verdict === 'verified') return { ...result, term, basis, uncounted, needsRemoved: false }
        const needsRemoved = uncounted.length > 0 && lax.verify(input).verdict === 'verified'
        const made = { ...result, term, basis, uncounted, needsRemoved } as const
        if (best === null || progress(made) > progress(best)) best = made
      }
      return best!
    },
  }
}

/** How far a receipt got: the policy under which it failed last is the one to speak of. */
function progress({ checks, needsRemoved }: HistoryVerification): number {
  return checks.filter(({ status }) => status === 'passed').length + (needsRemoved ? 1 : 0)
}

/** What a receipt says of its place; zeroes when it cannot be read, which its verification then says. */
function placeOf(proof: string | Bytes): { index: number; size: number } {
  try {
    const { index, checkpoint } = parseTlogProof(proof)
    return { index, size: parseSignedCheckpoint(checkpoint).checkpoint.size }
  } catch {
    return { index: 0, size: 0 }
  }
}
