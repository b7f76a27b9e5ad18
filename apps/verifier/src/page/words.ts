/** The page's own words in both languages; the report brings its own. */
import type { Bilingual } from '@mingzheng/proof'

export type Language = 'zh' | 'en'

const WORDS = {
  title: ['明证 · 证据核验', 'Mingzheng · Verifier'],
  offline: ['离线运行，文件不会离开这台电脑', 'Works offline; no file leaves this computer'],
  policyNone: [
    '未固定信任策略：请放入签发方公布的 policy.json，否则核验无法完成',
    'No trust policy is pinned: add the issuer’s policy.json, or no verification can be complete',
  ],
  policyPinned: ['信任策略', 'Trust policy'],
  policyDemo: ['演示', 'demonstration'],
  policyOf: ['适用账本', 'for the ledger'],
  policyMore: ['内容', 'content'],
  drop: ['把证据包放到这里', 'Drop an evidence package here'],
  dropMore: [
    'ZIP 文件；续期（.renewal、.tsr）与信任策略（.json）可一并放入',
    'a ZIP file; renewals (.renewal, .tsr) and trust policies (.json) may come along',
  ],
  choose: ['选择文件', 'Choose a file'],
  another: ['核验另一份', 'Verify another'],
  save: ['保存报告', 'Save the report'],
  print: ['打印', 'Print'],
  cancel: ['停止', 'Stop'],
  reading: ['正在读取', 'Reading'],
  stopped: ['已停止。', 'Stopped.'],
  unreadable: ['无法读取这个文件。', 'This file cannot be read.'],
  badPolicy: ['这不是信任策略文件：', 'This is no trust policy: '],
  verified: ['核验通过', 'Verified'],
  failed: ['核验未通过', 'Failed'],
  incomplete: ['核验未完成', 'Incomplete'],
  'not-a-package': ['不是证据包', 'Not a package'],
  passed: ['通过', 'passed'],
  checkFailed: ['未通过', 'failed'],
  'not-checked': ['未检查', 'not checked'],
  checks: ['逐项核验', 'Checks'],
  facts: ['这份证据', 'This evidence'],
  limits: ['核验不能说明什么', 'What this does not prove'],
  files: ['文件', 'Files'],
  number: ['证书编号', 'Number'],
  edition: ['版次', 'Edition'],
  object: ['保全对象', 'Object'],
  address: ['地址', 'Address'],
  time: ['取证时间', 'Captured'],
  fixed: ['固证时间', 'Fixed'],
  stamped: ['时间戳', 'Timestamp'],
  who: ['取证人员', 'By'],
  ledger: ['账本', 'Ledger'],
  entryAt: ['号记录', ''],
  witnesses: ['见证', 'Witnessed by'],
  notCounted: ['密钥已被移除，不计', 'keys removed since, not counted'],
  manifest: ['清单摘要', 'Manifest digest'],
  demo: ['演示数据，不是证据', 'A demonstration, not evidence'],
  incompleteCapture: ['取证不完整', 'Captured incompletely'],
  digestCopied: ['已复制', 'copied'],
  note: ['说明', 'note'],
  colon: ['：', ': '],
  comma: ['，', ', '],
  checkedAt: ['核验于', 'Checked'],
  more: ['细节', 'details'],
  show: ['显示全部', 'Show all'],
} as const satisfies Record<string, readonly [string, string]>

export type WordKey = keyof typeof WORDS

/** The words in one language. */
export interface Speech {
  language: Language
  say(key: WordKey): string
  pick(text: Bilingual): string
  /** Time in China with its zone, UTC on hover. */
  time(utc: string): string
}

export function speak(language: Language): Speech {
  const at = language === 'zh' ? 0 : 1
  return {
    language,
    say: (key) => WORDS[key][at],
    pick: (text) => text[language],
    time: (utc) => {
      const local = new Date(Date.parse(utc) + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
      return `${local} (UTC+8)`
    },
  }
}
