/** What another ledger proves of itself: its policies one after the other, its checkpoints one growing out of the other. */
import { type Bytes, equalBytes, isRefusal, type Refusal, refuse } from '@mingzheng/kernel'
import {
  type Checkpoint,
  decodePolicyChain,
  judgeCheckpoint,
  type PolicyLink,
  type Profile,
  policyId,
  profileKeys,
  type TrustPolicy,
  verifyConsistency,
  verifyLink,
} from '@mingzheng/proof'
import type { CallContext, ContractAnswer } from '../contract/contract.ts'
import type { CheckpointArguments } from './arguments.ts'
import { type ChainRecord, type ChainRecords, idOf } from './records.ts'

const PROFILES = ['sha256', 'sm3'] as const satisfies readonly Profile[]

/** A change of policy of another ledger: believed by its former policy, or not taken over. */
export function follow(
  records: ChainRecords,
  member: string,
  { d }: { d: Bytes },
  { index }: CallContext,
): ContractAnswer | Refusal {
  const link = stagedLink(records, member, d)
  if (isRefusal(link)) return link
  const { origin } = link.policy
  const chain = records.chain(origin)
  if (chain === null) return refuse('chain-unknown', `${origin} is not followed`)
  const p = idOf(link.policy)
  if (chain.policies.some(({ id }) => equalBytes(id, p))) return refuse('policy-known', 'that policy is known')
  if (chain.state !== 'followed') return refuse('chain-not-followed', `${origin} is ${chain.state}`)
  const at = chain.policies.findLastIndex(({ id }) => records.document(id) !== null && follows(link, records, id))
  if (at < 0) return refuse('policy-chain-broken', 'the change follows no policy that is known here')
  const former = records.document(chain.policies[at]!.id)!
  const verified = verifyLink(link, former)
  if (isRefusal(verified)) return verified
  const body = { o: origin, p, f: idOf(former as ChainPolicy), x: verified.index, e: verified.removed.length > 0 }
  const next = chain.policies[at + 1]
  if (next !== undefined && next.since !== null) {
    // Two policies that its own quorum believes succeed one: it governs two ledgers under one name.
    records.setChain({ ...chain, state: 'equivocated', equivocations: [...chain.equivocations, index] })
    return { entry: { kind: 'chains.equivocation', body: { ...body, k: 'policy-forked', d, w: next.id, y: true } } }
  }
  const before = chain.policies.at(-1)!.since
  if (before !== null && verified.index <= before) {
    return refuse('policy-chain-broken', 'the changes do not stand in their order')
  }
  records.addDocument(link.policy)
  records.setChain({ ...chain, policies: [...chain.policies, { id: p, since: verified.index, index }] })
  return { entry: { kind: 'chains.policy', body } }
}

type ChainPolicy = PolicyLink['policy']

function follows({ policy }: PolicyLink, records: ChainRecords, id: Bytes): boolean {
  return policy.former === policyId(records.document(id)!)
}

function stagedLink(records: ChainRecords, member: string, d: Bytes): PolicyLink | Refusal {
  const bytes = records.takeStaged(member, d)
  if (bytes === null) return refuse('document-missing', 'no document of that digest was put on the ledger')
  try {
    const links = decodePolicyChain(bytes)
    if (links.length === 1) return links[0]!
  } catch {
    // Said below.
  }
  return refuse('policy-chain-malformed', 'the document is no policy chain of one link')
}

/** A checkpoint of another ledger, in both trees, that grew out of the one recorded before. */
export function recordCheckpoint(
  records: ChainRecords,
  { o, a, b, p, q }: CheckpointArguments,
  { index, time }: CallContext,
): ContractAnswer | Refusal {
  const chain = records.chain(o)
  if (chain === null) return refuse('chain-unknown', `${o} is not followed`)
  if (chain.state !== 'followed') return refuse('chain-not-followed', `${o} is ${chain.state}`)
  const policy = records.policyOf(chain)
  const believed = believedPair(policy, { sha256: a, sm3: b })
  if (isRefusal(believed)) return believed
  const { pair, signers } = believed
  const wrong = refuseGrowth(chain, pair, { sha256: p, sm3: q })
  if (wrong !== null) return wrong
  const { size } = pair.sha256
  records.addCheckpoint(chain, { size, sha256: pair.sha256.root, sm3: pair.sm3.root, index, time })
  const body = { o, z: size, r: pair.sha256.root, u: pair.sm3.root, p: idOf(policy), m: signers, a, b }
  return { entry: { kind: 'chains.checkpoint', body } }
}

type Pair = { readonly [profile in Profile]: Checkpoint }

/** Both checkpoints, of one size, if the policy believes them. */
export function believedPair(
  policy: TrustPolicy,
  notes: { readonly [profile in Profile]: string },
): { pair: Pair; signers: string[] } | Refusal {
  const judged = PROFILES.map((profile) => judgeCheckpoint(notes[profile], policy, profileKeys(policy, profile)))
  for (const { format, origin, log, members, quorum } of judged) {
    const bad = [format, origin, log, members, quorum].find(({ status }) => status !== 'passed')
    if (bad !== undefined)
      return refuse('checkpoint-unsigned', `the other ledger’s policy does not believe it: ${bad.code}`)
  }
  const [one, other] = judged
  const pair = { sha256: one!.checkpoint!, sm3: other!.checkpoint! }
  if (pair.sha256.size !== pair.sm3.size) return refuse('checkpoint-sizes', 'the two trees are not of one size')
  return { pair, signers: one!.signers.map(({ member }) => member.id) }
}

function refuseGrowth(
  { last }: ChainRecord,
  pair: Pair,
  paths: { readonly [profile in Profile]: readonly Bytes[] },
): Refusal | null {
  if (last === null) return null
  const { size } = pair.sha256
  if (size < last.size) return refuse('checkpoint-older', `${last.size} entries are recorded`)
  if (size === last.size) {
    const same = PROFILES.every((profile) => equalBytes(pair[profile].root, last[profile]))
    if (same) return refuse('checkpoint-known', 'that checkpoint is recorded')
    return refuse('checkpoint-contrary', 'another root of that size is recorded: the two are evidence')
  }
  const grew = PROFILES.every((profile) =>
    verifyConsistency({
      name: profile,
      from: last.size,
      to: size,
      fromRoot: last[profile],
      toRoot: pair[profile].root,
      path: [...paths[profile]],
    }),
  )
  return grew ? null : refuse('checkpoint-inconsistent', 'nothing proves that it grew out of the one that is recorded')
}
