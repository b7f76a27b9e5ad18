/** The trust policies so far, newest first: from which entry on each judges, and what it changed. */
import type { GovernanceView } from '@mingzheng/api'
import { Link } from '@tanstack/react-router'
import { Card } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatNumber } from '../i18n/formats.ts'
import { useBilingual, useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { governanceWords } from './governance-words.ts'
import { useChangesSaid } from './use-governance.ts'
import { useRuleSaid } from './use-members.ts'

export function PolicyHistoryCard({ of }: { of: GovernanceView }) {
  const t = useWords(governanceWords)
  const say = useBilingual()
  const language = useLanguage()
  const rule = useRuleSaid()
  const changes = useChangesSaid(of)
  return (
    <Card title={t('history')}>
      <p className="second small">{t('historyText')}</p>
      <ol className="policy-history">
        {of.policies.map((policy, i) => {
          const former = of.policies[i + 1]
          const said =
            former === undefined ? [t('founding', { count: policy.members.length })] : changes(former, policy)
          return (
            <li key={policy.id}>
              <div className="timeline-line">
                <strong>
                  {policy.since === 0 ? (
                    t('sinceGenesis')
                  ) : (
                    <Link to="/ledger/$index" params={{ index: String(policy.since) }}>
                      {t('since', { index: formatNumber(policy.since, language) })}
                    </Link>
                  )}
                </strong>
                {i === 0 ? (
                  <Status meaning="proven">{t('inForce')}</Status>
                ) : (
                  <Status meaning="plain">{t('former')}</Status>
                )}
              </div>
              {said.map((line) => (
                <div key={line}>{line}</div>
              ))}
              <div className="second small">{rule(policy.quorum)}</div>
              <div className="quiet small policy-id">
                {policy.from !== null && <TimeText time={policy.from} />} <Digest value={policy.id} />
              </div>
              <details>
                <summary className="second small">{t('whole')}</summary>
                <p className="second small members-words">{say(policy.words)}</p>
              </details>
            </li>
          )
        })}
      </ol>
    </Card>
  )
}
