/** What the court's pages say of evidence of another ledger. */
import type { PageContext } from './court-pages.ts'
import { type CourtWord, courtWord } from './court-words.ts'
import type { ForeignFinding } from './foreign.ts'
import { type Html, html } from './html.ts'

export const china = (ms: number) =>
  `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')} (UTC+8)`

/** Names and values for the list of facts; `job` is the look-up whose cross-chain proof can be had. */
export function foreignFacts(
  { language }: PageContext,
  finding: ForeignFinding | null,
  job: string,
): [string, Html | null][] {
  if (finding === null) return []
  const t = (word: CourtWord) => courtWord(language, word)
  const { record } = finding
  const names = (list: readonly { zh: string; en: string }[]) =>
    list.map((name) => name[language]).join(language === 'zh' ? '、' : ', ')
  const recorded =
    record === null
      ? html`<span class="open">${t('recordNone')}</span>`
      : html`${t('recordText')
          .replace('{index}', String(record.index))
          .replace('{time}', china(record.time))
          .replace('{names}', names(record.witnesses))}
<div class="no-print small"><a href="/court/result/${job}/cross-chain.json">${t('recordFile')}</a></div>`
  return [
    [
      t('foreignLedger'),
      html`${finding.name[language]} <span class="code small">${finding.origin}</span>
<div>${t('entry')} ${finding.index} · ${t('fixed')} ${china(finding.time)}</div>
${finding.equivocated ? html`<div class="bad">${t('equivocatedLedger')}</div>` : null}`,
    ],
    [t('witnessedBy'), finding.witnesses === null ? null : html`${names(finding.witnesses)}`],
    [t('recordHere'), recorded],
  ]
}
