/** Which trust policy judges: one that the checker pinned. What the package says of itself is never enough. */
import { type Bytes, digest, isRefusal, toHex } from '@mingzheng/kernel'
import { parsePolicy } from '../../policy.ts'
import { decodePolicyChain, type PolicyChainCode, type PolicyLink } from '../../policy-chain.ts'
import {
  createHistoryVerifier,
  followChains,
  type HistoryVerifier,
  type PolicyHistory,
  singleHistory,
} from '../../policy-history.ts'
import type { TrustPolicy } from '../../policy-schema.ts'
import { crashed, failed, missing, notChecked, type Outcome, passed } from '../outcome.ts'
import { type PreparedPolicy, preparePolicy } from '../prepared-policy.ts'
import type { Bilingual } from '../report.ts'

const WHERE = 'proof/policy.json'
export const CHAIN_WHERE = 'proof/policy-chain.json'

export interface Governing {
  /** The policy that judges. */
  judge: PreparedPolicy | null
  /** Judges receipts by it and by the policies before and after it that the checker can believe. */
  receipts: HistoryVerifier | null
  /** The policy in the package, which its certificate names, and its id. */
  own: { policy: TrustPolicy; id: string } | null
  /** Whether the judging policy is pinned, or follows from one that is. */
  pinned: boolean
  outcome: Outcome
  /** What the chains at hand proved; `null` without any. */
  chain: Outcome | null
}

/**
 * The package's policy, where the checker pinned it or a chain leads to it from one that he pinned; else the pinned one for the same
 * ledger (the newest given wins); else the package's own, which is then not believed.
 */
export function choosePolicy(
  bytes: Bytes | undefined,
  pinned: readonly TrustPolicy[],
  chains: readonly (readonly PolicyLink[])[] = [],
): Governing {
  const none = { judge: null, receipts: null, own: null, pinned: false, chain: null }
  if (bytes === undefined) return { ...none, outcome: missing(WHERE) }
  let policy: TrustPolicy
  try {
    policy = parsePolicy(bytes)
  } catch (cause) {
    return { ...none, outcome: { ...crashed(cause), where: WHERE } }
  }
  // A policy has one spelling, so that its id is the digest of the member.
  const own = { policy, id: toHex(digest('sha256', bytes)) }
  const ours = pinned.filter(({ origin }) => origin === policy.origin)
  const { history, chain } = reach(own, ours, chains)
  if (history !== null) {
    const prepared = ours.map(preparePolicy).find(({ id }) => id === own.id)
    const judge = prepared ?? preparePolicy(policy)
    const receipts = history.terms.length === 1 ? judge.receipts : createHistoryVerifier(history)
    const outcome =
      prepared !== undefined
        ? passed(`由您固定的“${policy.name.zh}”判断`, `judged by "${policy.name.en}", which you pinned`, {
            detail: { id: own.id },
          })
        : passed(
            `由“${policy.name.zh}”判断：从您固定的策略可逐次验证到它`,
            `judged by "${policy.name.en}": the changes from the policy that you pinned lead to it`,
            { detail: { id: own.id } },
          )
    return { judge, receipts, own, pinned: true, outcome, chain }
  }
  const later = ours.at(-1)
  if (later === undefined || (policy.version === 2 && later.version === 2)) {
    const judge = preparePolicy(policy)
    return { judge, receipts: judge.receipts, own, pinned: false, outcome: unreached(own, later), chain }
  }
  const judge = preparePolicy(later)
  return { judge, receipts: judge.receipts, own, pinned: true, outcome: judgedByOther(own, later), chain }
}

/** The longest history through a pinned policy that has the package's own, and what the chains are worth. */
function reach(
  own: { policy: TrustPolicy; id: string },
  ours: readonly TrustPolicy[],
  chains: readonly (readonly PolicyLink[])[],
): { history: PolicyHistory | null; chain: Outcome | null } {
  const pinned = ours.some((anchor) => preparePolicy(anchor).id === own.id)
  if (chains.length === 0) return { history: pinned ? singleHistory(own.policy) : null, chain: null }
  let history: PolicyHistory | null = null
  let refused: Outcome | null = null
  let most = 0
  for (const anchor of ours) {
    const found = followChains(anchor, chains, [own.policy, ...ours])
    if (isRefusal(found)) {
      refused ??= failed(found.code, CHAIN_REASON[found.code].zh, CHAIN_REASON[found.code].en, { where: CHAIN_WHERE })
      continue
    }
    most = Math.max(most, found.terms.length)
    const has = found.terms.some(({ id }) => id === own.id)
    if (has && found.terms.length > (history?.terms.length ?? 0)) history = found
  }
  // A chain that does not hold spoils nothing that was pinned by itself, but it fails the package.
  if (history === null && ours.some((anchor) => preparePolicy(anchor).id === own.id))
    history = singleHistory(own.policy)
  if (chains.length === 0) return { history, chain: null }
  if (refused !== null) return { history, chain: refused }
  if (ours.length === 0) {
    const outcome = notChecked(
      'policy-not-pinned',
      '您没有固定这一账本的任何信任策略，无从沿革验证',
      'you have pinned no trust policy of this ledger from which the changes could be followed',
    )
    return { history, chain: outcome }
  }
  return { history, chain: saysChanges(history, most) }
}

function saysChanges(history: PolicyHistory | null, most: number): Outcome {
  const terms = history?.terms ?? []
  if (terms.length < 2) {
    return passed(
      most > 1 ? '策略变更有效，但未涉及证据包的策略' : '没有与您固定的策略相连的变更',
      most > 1
        ? 'the changes hold, but do not concern the package’s policy'
        : 'no change touches the policy that you pinned',
    )
  }
  const removed = [...new Set(terms.flatMap((term) => [...term.removed]))]
  const gone =
    removed.length === 0
      ? ['', '']
      : [`；紧急移除：${removed.join('、')}`, `; removed in an emergency: ${removed.join(', ')}`]
  const changes = terms.slice(1).map(({ id, since }) => ({ id, index: since - 1 }))
  return passed(
    `${changes.length} 次策略变更，每次都由前一策略认可${gone[0]}`,
    `${changes.length} change(s) of policy, each believed by the policy before it${gone[1]}`,
    { detail: { changes, removed } },
  )
}

const CHAIN_REASON: Record<PolicyChainCode, Bilingual> = {
  'policy-chain-malformed': { zh: '策略沿革文件格式有误', en: 'the policy chain is malformed' },
  'policy-chain-broken': {
    zh: '策略变更前后不相连：有缺失、颠倒或张冠李戴',
    en: 'the changes of policy do not follow one another: one is missing, out of order, or names other policies',
  },
  'policy-chain-forked': { zh: '同一策略有两个后继', en: 'two policies succeed one' },
  'policy-chain-unsigned': {
    zh: '某次策略变更未得到前一策略所要求的签名',
    en: 'a change of policy is not signed as the policy before it asks',
  },
}

/** The chain of a package, or why it cannot be read. */
export function readChain(bytes: Bytes): PolicyLink[] | Outcome {
  try {
    return decodePolicyChain(bytes)
  } catch (cause) {
    return { ...crashed(cause), where: CHAIN_WHERE }
  }
}

function judgedByOther({ policy, id: inPackage }: { policy: TrustPolicy; id: string }, later: TrustPolicy): Outcome {
  const { id } = preparePolicy(later)
  const liar = contradiction(policy, later)
  if (liar !== null) {
    return failed(
      'policy-contradicts',
      `证据包内附的策略对成员“${liar}”的说法与您固定的不同`,
      `the policy in the package says otherwise of the member "${liar}" than the one you pinned`,
      { where: WHERE, detail: { id, inPackage } },
    )
  }
  return passed(
    `由您固定的“${later.name.zh}”判断；证据包内附的是该账本的另一版策略`,
    `judged by "${later.name.en}", which you pinned; the package carries another version of this ledger's policy`,
    { detail: { id, inPackage } },
  )
}

/** The package's own policy, which nothing leads to. */
function unreached({ policy, id }: { policy: TrustPolicy; id: string }, other: TrustPolicy | undefined): Outcome {
  const { origin } = policy
  if (other === undefined) {
    return notChecked(
      'policy-not-pinned',
      `您没有固定账本 ${origin} 的信任策略`,
      `you have pinned no trust policy for the ledger ${origin}`,
      { detail: { id, origin }, where: WHERE },
    )
  }
  return notChecked(
    'policy-chain-missing',
    `证据包依据该账本的另一版策略，而没有从您固定的“${other.name.zh}”通向它的变更证明`,
    `the package was made under another policy of this ledger, and no changes lead to it from "${other.name.en}", which you pinned`,
    { detail: { id, origin, pinned: preparePolicy(other).id }, where: WHERE },
  )
}

/** A member, by its key, whom the package's policy calls something else than the pinned one: the certificate prints it. */
function contradiction(own: TrustPolicy, pinned: TrustPolicy): string | null {
  for (const { id, cosignerKey, role, independent } of own.members) {
    const known = pinned.members.find((member) => member.cosignerKey === cosignerKey)
    if (known !== undefined && (known.role !== role || known.independent !== independent)) return id
  }
  return null
}

/** Whether anybody but the ledger's operator witnessed. */
export function checkIndependence(witnesses: { independent: boolean; name: { zh: string; en: string } }[]): Outcome {
  const independent = witnesses.filter((member) => member.independent)
  if (independent.length === 0) {
    return notChecked(
      'no-independent-witness',
      '没有独立成员见证：同时掌握证书机构、时间戳机构与账本的运营者在技术上能够倒签',
      'no independent member witnessed it: an operator who holds the certificate authority, the timestamp authority and the ledger could backdate',
    )
  }
  const zh = independent.map(({ name }) => name.zh).join('、')
  const en = independent.map(({ name }) => name.en).join(', ')
  return passed(`${independent.length} 个独立成员见证：${zh}`, `witnessed by ${independent.length} independent: ${en}`)
}
