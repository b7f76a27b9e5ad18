/** Which trust policy judges: one that the checker pinned. What the package says of itself is never enough. */
import { type Bytes, fromBase64 } from '@mingzheng/kernel'
import { parsePolicy, policyId, type TrustPolicy } from '../../policy.ts'
import { crashed, failed, missing, notChecked, type Outcome, passed } from '../outcome.ts'

const WHERE = 'proof/policy.json'

export interface Governing {
  /** The policy that judges. */
  policy: TrustPolicy | null
  /** The policy in the package, which its certificate names. */
  own: TrustPolicy | null
  pinned: boolean
  outcome: Outcome
}

/** The judging policy's roots, DER; none without a policy. */
export function rootsOf({ policy }: Governing): { certificate: Bytes[]; timestamp: Bytes[] } {
  return {
    certificate: (policy?.certificateRoots ?? []).map(fromBase64),
    timestamp: (policy?.timestampRoots ?? []).map(fromBase64),
  }
}

/** A pinned policy is asked for its id with every package. */
const ids = new WeakMap<TrustPolicy, string>()
function idOf(policy: TrustPolicy): string {
  let id = ids.get(policy)
  if (id === undefined) {
    id = policyId(policy)
    ids.set(policy, id)
  }
  return id
}

/**
 * The pinned policy with the package's id; else the pinned one for the same ledger (the newest given wins); else the
 * package's own, which is then not believed.
 */
export function choosePolicy(bytes: Bytes | undefined, pinned: readonly TrustPolicy[]): Governing {
  if (bytes === undefined) return { policy: null, own: null, pinned: false, outcome: missing(WHERE) }
  let own: TrustPolicy
  try {
    own = parsePolicy(bytes)
  } catch (cause) {
    const outcome = { ...crashed(cause), where: WHERE }
    return { policy: null, own: null, pinned: false, outcome }
  }
  const id = policyId(own)
  const same = pinned.find((policy) => idOf(policy) === id)
  if (same !== undefined) {
    const outcome = passed(`由您固定的“${own.name.zh}”判断`, `judged by "${own.name.en}", which you pinned`, {
      detail: { id },
    })
    return { policy: same, own, pinned: true, outcome }
  }
  const later = pinned.findLast((policy) => policy.origin === own.origin)
  if (later !== undefined) {
    const liar = contradiction(own, later)
    if (liar !== null) {
      const outcome = failed(
        'policy-contradicts',
        `证据包内附的策略对成员“${liar}”的说法与您固定的不同`,
        `the policy in the package says otherwise of the member "${liar}" than the one you pinned`,
        { where: WHERE, detail: { id: idOf(later), inPackage: id } },
      )
      return { policy: later, own, pinned: true, outcome }
    }
    const outcome = passed(
      `由您固定的“${later.name.zh}”判断；证据包内附的是该账本的另一版策略`,
      `judged by "${later.name.en}", which you pinned; the package carries another version of this ledger's policy`,
      { detail: { id: idOf(later), inPackage: id } },
    )
    return { policy: later, own, pinned: true, outcome }
  }
  const outcome = notChecked(
    'policy-not-pinned',
    `您没有固定账本 ${own.origin} 的信任策略`,
    `you have pinned no trust policy for the ledger ${own.origin}`,
    { detail: { id, origin: own.origin }, where: WHERE },
  )
  return { policy: own, own, pinned: false, outcome }
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
