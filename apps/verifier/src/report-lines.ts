/** A report as lines of text for a terminal. */
import type { Check, Report } from '@mingzheng/proof'

const WORD = {
  zh: { passed: '通过', failed: '未通过', 'not-checked': '未检查' },
  en: { passed: 'passed', failed: 'FAILED', 'not-checked': 'not checked' },
} as const
const MARK = { passed: '✓', failed: '✗', 'not-checked': '–' } as const

export function reportLines(report: Report, language: 'zh' | 'en'): string[] {
  const lines = [report.statement[language], '']
  if (report.policy !== null) {
    const { name, id, pinned, description } = report.policy
    const trusted = pinned ? { zh: '已固定', en: 'pinned' } : { zh: '未固定', en: 'not pinned' }
    lines.push(`${language === 'zh' ? '信任策略' : 'Trust policy'}: ${name[language]} (${trusted[language]}) ${id}`)
    lines.push(...description[language].split('\n').map((line) => `  ${line}`), '')
  }
  lines.push(...report.checks.map((check) => checkLine(check, language)))
  if (report.limits.length > 0) lines.push('', ...report.limits.map((limit) => limit[language]))
  return lines.map(printable)
}

function checkLine(check: Check, language: 'zh' | 'en'): string {
  const where = check.where === undefined ? '' : ` [${check.where}]`
  const word = WORD[language][check.status]
  return `${MARK[check.status]} ${check.title[language]}: ${word} - ${check.reason[language]}${where}`
}

/** Text of a package must not move the cursor or colour the terminal. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`)
}
