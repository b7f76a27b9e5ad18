/** From the checks to the report: the verdict in one sentence, what it is about, what it does not prove. */
import { type Refusal, toHex, utcText } from '@mingzheng/kernel'
import { describePolicy } from '../policy-text.ts'
import type { Case } from './case.ts'
import { type CheckBook, notChecked, sayTime } from './outcome.ts'
import { type Bilingual, type Check, type Report, type ReportSubject, verdictOf } from './report.ts'
import { TITLES } from './titles.ts'

interface Head {
  bytes: number
  now: number
}

/** The report of a verification; `found` is `null` when not even the ZIP could be read. */
export function summarise(book: CheckBook, found: Case | null, { bytes, now }: Head): Report {
  const checks = book.list()
  const verdict = verdictOf(checks)
  const subject = found === null ? null : subjectOf(found)
  const ledger = found === null ? null : ledgerOf(found)
  return {
    version: 1,
    verdict,
    statement: statementOf(checks, subject, ledger),
    subject,
    ledger,
    timestamp: timestampOf(found),
    policy: policyOf(found),
    checks,
    limits: limitsOf(found),
    checkedAt: utcText(now),
    file: { bytes },
  }
}

/** The report of a file that is something else. */
export function notAPackage(bytes: number, now: number, refusal: Refusal): Report {
  const reason = notChecked(
    'not-a-package',
    `不是证据包：${refusal.detail}`,
    `not an evidence package: ${refusal.detail}`,
  )
  return {
    version: 1,
    verdict: 'not-a-package',
    statement: { zh: '这个文件不是本格式的证据包。', en: 'This file is not an evidence package of this format.' },
    subject: null,
    ledger: null,
    timestamp: null,
    policy: null,
    checks: [{ id: 'structure', title: TITLES.structure, required: true, ...reason }],
    limits: [],
    checkedAt: utcText(now),
    file: { bytes },
  }
}

function statementOf(checks: Check[], subject: ReportSubject | null, ledger: Report['ledger']): Bilingual {
  const failed = checks.find((check) => check.status === 'failed')
  if (failed !== undefined) {
    const at = failed.where === undefined ? ['', ''] : [`（${failed.where}）`, ` (${failed.where})`]
    return {
      zh: `核验未通过：${failed.title.zh}——${failed.reason.zh}${at[0]}。`,
      en: `Verification failed: ${failed.title.en} - ${failed.reason.en}${at[1]}.`,
    }
  }
  const open = checks.find((check) => check.required && check.status === 'not-checked')
  if (open !== undefined) {
    return {
      zh: `未发现改动，但核验未完成：${open.title.zh}——${open.reason.zh}。`,
      en: `Nothing was found altered, but the verification is incomplete: ${open.title.en} - ${open.reason.en}.`,
    }
  }
  const demo = subject?.demo ? ['（演示数据，不是证据）', ' (a demonstration, not evidence)'] : ['', '']
  const incomplete = subject?.complete === false ? ['取证不完整但', 'captured incompletely and '] : ['', '']
  if (subject?.editionKind === 'voiding') {
    return {
      zh: `核验通过：${subject.number} 的第 ${subject.edition} 版宣告该证据作废${demo[0]}。`,
      en: `Verified: edition ${subject.edition} of ${subject.number} declares the evidence void${demo[1]}.`,
    }
  }
  const since = sayTime(Date.parse(ledger?.time ?? ''))
  return {
    zh: `核验通过：${subject?.number} 第 ${subject?.edition} 版${incomplete[0]}自 ${since.zh} 起未被改动${demo[0]}。`,
    en: `Verified: ${subject?.number}, edition ${subject?.edition}, ${incomplete[1]}unaltered since ${since.en}${demo[1]}.`,
  }
}

function subjectOf(found: Case): ReportSubject | null {
  if (found.manifest === undefined) return null
  const { manifest, sha256, sm3 } = found.manifest
  const { subject } = manifest
  return {
    number: manifest.number,
    edition: manifest.edition,
    editionKind: manifest.editionKind,
    kind: subject.kind,
    title: subject.title,
    urls: subject.kind === 'web' ? subject.pages.map((page) => page.url) : [],
    organisation: manifest.organisation,
    unit: manifest.unit,
    officers: manifest.officers,
    startedAt: manifest.time.startedAt,
    endedAt: manifest.time.endedAt,
    complete: manifest.complete,
    incompleteReason: manifest.incompleteReason,
    demo: manifest.demo,
    manifestSha256: toHex(sha256),
    manifestSm3: toHex(sm3),
    files: manifest.files,
    anomalies: manifest.anomalies,
    parents: manifest.parents,
  }
}

function ledgerOf(found: Case): Report['ledger'] {
  const { entry } = found
  const receipt = found.receipts.sha256
  if (entry === undefined || !receipt || receipt.origin === null || receipt.index === null || receipt.size === null) {
    return null
  }
  const members = receipt.signers.map(({ member, time }) => ({
    id: member.id,
    name: member.name,
    role: member.role,
    independent: member.independent,
    counted: !receipt.uncounted.includes(member.id),
    time: time === null ? null : utcText(time),
  }))
  return { origin: receipt.origin, index: receipt.index, size: receipt.size, time: utcText(entry.time), members }
}

function timestampOf(found: Case | null): Report['timestamp'] {
  if (found?.token === undefined) return null
  const { time, authority, serial } = found.token
  return { time: utcText(time), authority, serial }
}

function policyOf(found: Case | null): Report['policy'] {
  if (!found?.governing.judge) return null
  const { judge, pinned } = found.governing
  const { name, statement, demo } = judge.policy
  const description = { zh: describePolicy(judge.policy, 'zh'), en: describePolicy(judge.policy, 'en') }
  return { id: judge.id, name, statement, description, demo, pinned }
}

function limitsOf(found: Case | null): Bilingual[] {
  const limits: Bilingual[] = [
    {
      zh: '核验说明内容自固定时起未被改动，以及取证时所记录的情形；不说明网页内容真实，也不说明服务器向他人展示相同内容。',
      en: 'Verification shows that nothing was altered since it was fixed, and what was recorded at capture; not that the page told the truth, nor that the server showed others the same.',
    },
  ]
  const witnesses = found?.receipts.sha256?.signers ?? []
  if (found !== null && !witnesses.some(({ member }) => member.independent)) {
    limits.push({
      zh: '没有独立成员见证：同时掌握证书机构、时间戳机构与账本的单一运营者在技术上能够倒签时间。',
      en: 'No independent member witnessed it: one operator who holds the certificate authority, the timestamp authority and the ledger could backdate.',
    })
  }
  return limits
}
