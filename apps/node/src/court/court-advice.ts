/** What a clerk can do next where the answer is not simply yes. */
import type { CourtAnswer } from './court-desk.ts'
import { type CourtLanguage, type CourtWord, courtWord } from './court-words.ts'
import { type Html, html } from './html.ts'

const ADVICE: Readonly<Record<'unknown' | 'unavailable' | 'failed' | 'incomplete' | 'case', readonly CourtWord[]>> = {
  unknown: ['nextNumber', 'nextOrigin', 'nextFile'],
  unavailable: ['nextLater', 'nextAsk', 'nextFile'],
  failed: ['nextNotBelieved', 'nextOther', 'nextAsk'],
  incomplete: ['nextOpen', 'nextFile'],
  case: ['nextCase', 'nextTold', 'nextByNumber'],
}

export function advice(language: CourtLanguage, of: keyof typeof ADVICE, origin: string): Html {
  const t = (word: CourtWord) => courtWord(language, word).replace('{{origin}}', origin)
  return html`<h2>${t('next')}</h2><ul class="next">${ADVICE[of].map((word) => html`<li class="break">${t(word)}</li>`)}</ul>`
}

/** The advice that an answer needs; `null` where it verified. */
export function adviceOn(answer: CourtAnswer): keyof typeof ADVICE | null {
  if (answer.kind === 'unknown') return 'unknown'
  if (answer.kind === 'unavailable') return 'unavailable'
  if (answer.report === null) return null
  if (answer.sameEntry === false || answer.report.verdict === 'failed') return 'failed'
  return answer.report.verdict === 'verified' ? null : 'incomplete'
}

const PROBLEMS: Readonly<Record<string, CourtWord>> = {
  'custodian-unreachable': 'problemUnreachable',
  'custodian-unknown': 'problemUnknown',
  'custody-refused': 'problemRefused',
  'custody-lost': 'problemLost',
}

/** Why a custodian did not give it, in words; the code stands beside for whoever looks after the node. */
export function problemsOf(language: CourtLanguage, answer: CourtAnswer): Html {
  const nameOf = (id: string) => answer.ownLog.custodians.find((one) => one.id === id)?.name[language] ?? id
  return html`${answer.problems.map(
    ({ custodian, code }) =>
      html`<p class="open small break">${nameOf(custodian)}${language === 'zh' ? '：' : ': '}${courtWord(language, PROBLEMS[code] ?? 'problemOther')} <span class="code">${code}</span></p>`,
  )}`
}
