/** Words of the court's pages in both languages; reports bring their own. */

export type CourtLanguage = 'zh' | 'en'

const WORDS = {
  title: ['证据核验', 'Evidence check'],
  court: ['法院节点', "Court's node"],
  intro: [
    '本页由法院自己的节点提供：用法院自己的账本副本核对，向保管机构调取证据包，按法院自己的信任策略核验，不询问平台。',
    "This page is served by the court's own node: it checks the court's own copy of the log, fetches the package from a custodian and judges by the court's own trust policy. The platform is not asked.",
  ],
  number: ['证书编号', 'Certificate number'],
  numberHint: ['例如 MZ-330000-2026-00000001-0123456789ABCDEF', 'such as MZ-330000-2026-00000001-0123456789ABCDEF'],
  caseNumber: ['案号', 'Case number'],
  caseHint: ['例如 浙市监案〔2026〕1号', 'such as 浙市监案〔2026〕1号'],
  lookUp: ['核验', 'Check'],
  lookUpCase: ['列出证据', 'List the evidence'],
  signIn: ['登录', 'Sign in'],
  signInText: [
    '请输入节点目录中 clerk 文件里的口令。',
    "Enter the passphrase from the file `clerk` in the node's home.",
  ],
  passphrase: ['口令', 'Passphrase'],
  signInWrong: ['口令不对', 'Not the passphrase'],
  tooOften: ['尝试过多，请一分钟后再试', 'Too many tries; wait a minute'],
  working: ['正在调取并核验，请稍候…', 'Fetching and checking…'],
  result: ['核验结果', 'Result'],
  numberWrong: ['这不是证书编号，请核对后重新输入。', 'This is no certificate number; check it and enter it again.'],
  unknown: [
    '法院的账本副本里没有这个编号的固证记录。',
    "The court's own copy of the log holds no entry for this number.",
  ],
  unavailable: [
    '账本上有固证记录，但没有保管机构交回证据包。请稍后再试，或由当事人提交证据包文件。',
    'It was fixed, but no custodian gave the package. Try again later, or have the party hand in the file.',
  ],
  sameEntry: [
    '证据包中的账本记录与法院副本逐字节相同',
    "The entry in the package is the one in the court's own log, byte for byte",
  ],
  otherEntry: [
    '证据包中的账本记录与法院副本不同：这份证据包不是账本上的那一份',
    "The entry in the package is not the one in the court's own log: this is not the package that was fixed",
  ],
  ownLog: ['法院账本副本', "The court's copy of the log"],
  entry: ['记录', 'entry'],
  fixed: ['固证时间', 'Fixed'],
  from: ['调取自', 'Fetched from'],
  trace: ['本次调取已登记为账本记录', 'this request is itself entry'],
  custodians: ['保管机构', 'Custodians'],
  since: ['自', 'since'],
  edition: ['版次', 'Edition'],
  object: ['保全对象', 'Object'],
  captured: ['取证时间', 'Captured'],
  by: ['取证机构', 'By'],
  verdict: ['结论', 'Verdict'],
  verified: ['核验通过', 'Verified'],
  failed: ['核验未通过', 'Failed'],
  incomplete: ['核验未完成', 'Incomplete'],
  'not-a-package': ['不是证据包', 'Not a package'],
  notFound: ['未找到', 'Not found'],
  notGiven: ['未能调取', 'Not given'],
  passed: ['通过', 'passed'],
  checkFailed: ['未通过', 'FAILED'],
  'not-checked': ['未检查', 'not checked'],
  checks: ['逐项核验', 'Checks'],
  policy: ['信任策略', 'Trust policy'],
  limits: ['核验不能说明什么', 'What this does not prove'],
  listOf: ['证据清单', 'List of evidence'],
  caseNone: ['索引中没有这个案号。', 'The index does not know this case number.'],
  checkedAt: ['核验于', 'Checked'],
  print: ['打印：用浏览器的打印功能', "To print, use the browser's print function"],
  back: ['返回', 'Back'],
  more: ['完整报告', 'Full report'],
  failedWork: ['这次核验没有完成，请重试。', 'This check could not be finished; try again.'],
  gone: ['这份结果已不在，请重新核验。', 'This result is gone; check again.'],
  demo: ['演示数据，不是证据', 'A demonstration, not evidence'],
} as const satisfies Record<string, readonly [string, string]>

export type CourtWord = keyof typeof WORDS

export const courtWord = (language: CourtLanguage, word: CourtWord) => WORDS[word][language === 'zh' ? 0 : 1]
