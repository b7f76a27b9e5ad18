/** Which trust policy judges: one that the checker pinned. What the package says of itself is never enough. */
import { type Bytes, digest, toHex } from '@mingzheng/kernel'
import { parsePolicy } from '../../policy.ts'
import type { TrustPolicy } from '../../policy-schema.ts'
import { crashed, failed, missing, notChecked, type Outcome, passed } from '../outcome.ts'
import { type PreparedPolicy, preparePolicy } from '../prepared-policy.ts'

const WHERE = 'proof/policy.json'

export interface Governing {
  /** The policy that judges. */
  judge: PreparedPolicy | null
  /** The policy in the package, which its certificate names, and its id. */
  own: { policy: TrustPolicy; id: string } | null
  pinned: boolean
  outcome: Outcome
}

/**
 * The pinned policy with the package's id; else the pinned one for the same ledger (the newest given wins); else the
 * package's own, which is then not believed.
 */
export function choosePolicy(bytes: Bytes | undefined, pinned: readonly TrustPolicy[]): Governing {
  if (bytes === undefined) return { judge: null, own: null, pinned: false, outcome: missing(WHERE) }
  let policy: TrustPolicy
  try {
    policy = parsePolicy(bytes)
  } catch (cause) {
    const outcome = { ...crashed(cause), where: WHERE }
    return { judge: null, own: null, pinned: false, outcome }
  }
  // A policy has one spelling, so that its id is the digest of the member.
  const id = toHex(digest('sha256', bytes))
  const own = { policy, id }
  const same = pinned.map(preparePolicy).find((candidate) => candidate.id === id)
  if (same !== undefined) {
    const outcome = passed(`由您固定的“${policy.name.zh}”判断`, `judged by "${policy.name.en}", which you pinned`, {
      detail: { id },
    })
    return { judge: same, own, pinned: true, outcome }
  }
  const later = pinned.findLast(({ origin }) => origin === policy.origin)
  if (later !== undefined) {
    const liar = contradiction(policy, later)
    if (liar !== null) {
      const outcome = failed(
        'policy-contradicts',
        `证据包内附的策略对成员“${liar}”的说法与您固定的不同`,
        `the policy in the package says otherwise of the member "${liar}" than the one you pinned`,
        { where: WHERE, detail: { id: preparePolicy(later).id, inPackage: id } },
      )
      return { judge: preparePolicy(later), own, pinned: true, outcome }
    }
    const outcome = passed(
      `由您固定的“${later.name.zh}”判断；证据包内附的是该账本的另一版策略`,
      `judged by "${later.name.en}", which you pinned; the package carries another version of this ledger's policy`,
      { detail: { id: preparePolicy(later).id, inPackage: id } },
    )
    return { judge: preparePolicy(later), own, pinned: true, outcome }
  }
  const outcome = notChecked(
    'policy-not-pinned',
    `您没有固定账本 ${policy.origin} 的信任策略`,
    `you have pinned no trust policy for the ledger ${policy.origin}`,
    { detail: { id, origin: policy.origin }, where: WHERE },
  )
  return { judge: preparePolicy(policy), own, pinned: false, outcome }
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
