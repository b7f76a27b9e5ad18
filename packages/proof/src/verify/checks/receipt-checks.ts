/** Checks of a receipt: that the entry is in the tree, and that the checkpoint is signed as the policy asks. */
import type { ReceiptCheck, ReceiptCode } from '../../checkpoint/judgement.ts'
import type { Profile } from '../../policy.ts'
import type { ReceiptVerification } from '../../receipt.ts'
import { failed, notChecked, type Outcome, passed } from '../outcome.ts'
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

/** The checkpoint is signed by the log and by enough members of the policy; believable if that policy is pinned. */
export function checkSignatures(receipt: ReceiptVerification, profile: Profile, pinned: boolean): Outcome {
  const ids: ReceiptCheck['id'][] = ['format', 'origin', 'log-signature', 'member-signatures', 'quorum']
  const failure = firstFailure(receipt, ids, RECEIPT_PATH[profile])
  if (failure !== null) return failure
  const detail = {
    members: receipt.signers.map(({ member, time }) => ({
      id: member.id,
      role: member.role,
      independent: member.independent,
      time: time === null ? null : new Date(time).toISOString(),
    })),
  }
  const names = receipt.signers.map(({ member }) => member.name)
  const zh = names.map((name) => name.zh).join('、')
  const en = names.map((name) => name.en).join(', ')
  if (!pinned) return unpinned(detail)
  return passed(`账本密钥与成员签名有效：${zh}`, `signed by the ledger and by ${en}`, { detail })
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
