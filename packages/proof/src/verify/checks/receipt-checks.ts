/** Checks of a receipt: that the entry is in the tree, and that the checkpoint is signed as the policy asks. */
import type { ReceiptCheck, ReceiptCode } from '../../checkpoint/judgement.ts'
import type { Profile } from '../../policy.ts'
import type { HistoryVerification } from '../../policy-history.ts'
import { quorumInWords } from '../../policy-text.ts'
import type { ReceiptVerification } from '../../receipt.ts'
import { failed, notChecked, type Outcome, passed, sayTime } from '../outcome.ts'
import type { Bilingual } from '../report.ts'

export const RECEIPT_PATH: Record<Profile, string> = {
  sha256: 'proof/receipt.tlog-proof',
  sm3: 'proof/receipt-sm3.tlog-proof',
}

const REASON: Record<ReceiptCode, Bilingual> = {
  ok: { zh: '相符', en: 'holds' },
  'not-reached': { zh: '无法检查', en: 'could not be made' },
  'proof-malformed': { zh: '回执格式有误', en: 'the receipt is malformed' },
  'proof-extra': { zh: '回执带有无人签署的附加数据', en: 'the receipt carries extra data that nobody signed' },
  'note-malformed': { zh: '检查点格式有误', en: 'the checkpoint is malformed' },
  'checkpoint-malformed': { zh: '检查点格式有误', en: 'the checkpoint is malformed' },
  'origin-unknown': { zh: '检查点属于另一账本', en: 'the checkpoint is of another ledger' },
  'not-included': {
    zh: '该记录不在检查点所签的账本中',
    en: 'the entry is not in the ledger that the checkpoint signs',
  },
  'log-signature-missing': { zh: '缺少账本密钥的签名', en: "the ledger key's signature is missing" },
  'log-signature-invalid': { zh: '账本密钥的签名无效', en: "the ledger key's signature is invalid" },
  'signature-unknown': {
    zh: '有信任策略不认识的签名',
    en: 'there is a signature by a key that the policy does not know',
  },
  'signature-duplicate': { zh: '同一成员的签名重复', en: 'a member signed twice' },
  'signature-order': { zh: '签名次序与策略不符', en: "the signatures are not in the policy's order" },
  'member-signature-invalid': { zh: '成员签名无效', en: "a member's signature is invalid" },
  'witnesses-not-met': {
    zh: '成员之外的见证方不足信任策略的要求',
    en: 'fewer outside witnesses signed than the trust policy asks',
  },
  'quorum-not-met': { zh: '见证成员不足信任策略的要求', en: 'fewer members signed than the trust policy asks' },
}

function firstFailure(receipt: ReceiptVerification, ids: ReceiptCheck['id'][], where: string): Outcome | null {
  const check = receipt.checks.find(({ id, status }) => ids.includes(id) && status === 'failed')
  if (check === undefined) return null
  const { zh, en } = REASON[check.code]
  const about = check.detail === undefined ? ['', ''] : [`：${check.detail}`, `: ${check.detail}`]
  return failed(check.code, zh + about[0], en + about[1], { where })
}

/** The entry stands at the receipt's index of the tree whose root the checkpoint names. */
export function checkInclusion(
  receipt: ReceiptVerification,
  profile: Profile,
  other: ReceiptVerification | undefined,
): Outcome {
  const where = RECEIPT_PATH[profile]
  const failure = firstFailure(receipt, ['format', 'inclusion'], where)
  if (failure !== null) return failure
  if (profile === 'sm3' && other !== undefined && other.index !== receipt.index) {
    return failed('receipts-differ', '两份回执不是同一条记录', 'the two receipts are of different entries', { where })
  }
  const { index, size } = receipt
  return passed(`第 ${index} 号记录在大小为 ${size} 的账本中`, `entry ${index} of a ledger of ${size}`, {
    detail: { index, size, origin: receipt.origin },
  })
}

/** A receipt of the same entry under a checkpoint made after the removal of a member, and the renewal that holds it. */
export interface LaterProof {
  readonly name: string
  readonly receipt: HistoryVerification
}

/**
 * The checkpoint is signed by the log and by enough members of the policy; believable if that policy is pinned. Members whose keys
 * were taken in an emergency do not count: then the others must be enough, or `later` says it.
 */
export function checkSignatures(
  receipt: HistoryVerification,
  profile: Profile,
  pinned: boolean,
  later: LaterProof | null = null,
): Outcome {
  if (receipt.needsRemoved) return later === null ? needsRemoved(receipt, profile) : saidLater(receipt, later)
  const ids: ReceiptCheck['id'][] = ['format', 'origin', 'log-signature', 'member-signatures', 'quorum']
  const failure = firstFailure(receipt, ids, RECEIPT_PATH[profile])
  if (failure !== null) return failure
  const { term, basis, uncounted } = receipt
  const members = receipt.signers.map(({ member, time }) => ({
    id: member.id,
    role: member.role,
    independent: member.independent,
    time: time === null ? null : new Date(time).toISOString(),
    ...(uncounted.includes(member.id) ? { counted: false } : {}),
  }))
  const witnesses = receipt.witnesses.map(({ witness, time }) => ({
    id: witness.id,
    time: time === null ? null : new Date(time).toISOString(),
  }))
  const detail = { members, basis, policy: term.id, ...(witnesses.length === 0 ? {} : { witnesses }) }
  if (!pinned) return unpinned(detail)
  const { zh, en } = signersInWords(receipt)
  return passed(zh, en, { detail })
}

/** Who signed when, how many of whom were asked for, and on what it rests where somebody's keys were taken. */
function signersInWords({ term, basis, uncounted, signers, witnesses }: HistoryVerification): Bilingual {
  const { policy } = term
  const { zh: askedZh, en: askedEn } = quorumInWords(policy)
  const counting = signers.filter(({ member }) => !uncounted.includes(member.id))
  const others = witnesses.map(({ witness, time }) => ({ member: witness, time }))
  const list = (language: 'zh' | 'en') =>
    [...counting, ...others]
      .map(({ member, time }) => member.name[language] + (time === null ? '' : ` (${sayTime(time)[language]})`))
      .join(language === 'zh' ? '、' : ', ')
  const count = policy.members.length
  const base = {
    zh: `账本密钥有效；${count} 个成员中 ${counting.length} 个的签名有效（${askedZh}）：${list('zh')}`,
    en: `signed by the ledger and by ${counting.length} of ${count} member${count === 1 ? '' : 's'} (${askedEn}): ${list('en')}`,
  }
  if (basis === 'others-suffice') {
    return {
      zh: `${base.zh}。${uncounted.join('、')} 的密钥后被紧急移除，其签名不计；其余成员已足够`,
      en: `${base.en}. The keys of ${uncounted.join(', ')} were removed in an emergency and do not count; the others are enough`,
    }
  }
  if (basis === 'later-checkpoint') {
    return {
      zh: `${base.zh}。检查点依后来的策略签署，收录了该记录`,
      en: `${base.en}. The checkpoint was made under a later policy and includes the entry`,
    }
  }
  return base
}

function needsRemoved({ uncounted, term }: HistoryVerification, profile: Profile): Outcome {
  const names = uncounted.join(', ')
  return failed(
    'signer-removed',
    `${names} 的密钥已被紧急移除：不计其签名则见证不足，也没有移除之后的检查点收录该记录；可取得新的回执（续期）再验`,
    `the keys of ${names} were removed in an emergency: without them too few have signed, and no checkpoint made after the removal includes the entry; a renewal with a new receipt would`,
    { where: RECEIPT_PATH[profile], detail: { removed: [...uncounted], policy: term.id } },
  )
}

function saidLater({ uncounted }: HistoryVerification, { name, receipt }: LaterProof): Outcome {
  const names = uncounted.join(', ')
  const { zh, en } = signersInWords(receipt)
  const after =
    receipt.basis === 'later-checkpoint' ? ['移除之后的', ' made after the removal'] : ['不靠其签名的', ' without them']
  return passed(
    `${names} 的密钥后被紧急移除，其签名不计；${name} 中${after[0]}检查点收录了该记录：${zh}`,
    `the keys of ${names} were removed in an emergency and do not count; a checkpoint${after[1]}, in ${name}, includes the entry: ${en}`,
    { detail: { basis: receipt.basis, removed: [...uncounted], renewal: name, policy: receipt.term.id } },
  )
}

/** A signature that holds, but under keys that only the package vouches for. */
export function unpinned(detail: Outcome['detail'] = {}): Outcome {
  return notChecked(
    'policy-not-pinned',
    '签名与证据包自带的密钥相符，但您没有固定这一信任策略，不能据此相信',
    'holds for the keys that the package itself names, but you have pinned no such trust policy',
    { detail },
  )
}
