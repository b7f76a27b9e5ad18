/** How the consortium decides: what waits for votes, who voted how, when it takes effect, and the policies so far. */
import type { GovernanceView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import { BonesList } from '../design/bones.tsx'
import { Card, Facts, fact } from '../design/card.tsx'
import { Empty } from '../design/empty.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { useWords } from '../i18n/words.ts'
import { DecidedCard } from './decided-card.tsx'
import './governance.css'
import { governanceWords } from './governance-words.ts'
import './ledger.css'
import { PolicyHistoryCard } from './policy-history-card.tsx'
import { ProposalsCard } from './proposals-card.tsx'
import { useDuration, useMemberName } from './use-governance.ts'
import { ledgerWords } from './words.ts'

export function GovernancePage() {
  const t = useWords(governanceWords)
  const l = useWords(ledgerWords)
  const governance = useQuery({ ...ask('ledger.governance'), refetchInterval: 4000 })
  return (
    <>
      <PageHeader
        before={
          <Link to="/ledger" className="small no-print">
            <Icon name="back" size={13} /> {l('title')}
          </Link>
        }
        title={t('title')}
        text={t('text')}
      />
      {governance.isError ? (
        <ProblemView error={governance.error} onRetry={() => void governance.refetch()} />
      ) : governance.data === undefined ? (
        <BonesList rows={10} />
      ) : (
        <Governed of={governance.data} />
      )}
    </>
  )
}

function Governed({ of }: { of: GovernanceView }) {
  const t = useWords(governanceWords)
  if (!of.consortium) {
    return (
      <>
        <Empty icon="people" title={t('single')} text={t('singleText')} />
        <PolicyHistoryCard of={of} />
      </>
    )
  }
  return (
    <div className="ledger">
      <div className="ledger-main">
        <ProposalsCard of={of} />
        <DecidedCard of={of} />
        <PolicyHistoryCard of={of} />
      </div>
      <div className="ledger-side">
        <RulesCard of={of} />
        <SoftwareCard of={of} />
      </div>
    </div>
  )
}

function RulesCard({ of: { delayMs, windowMs } }: { of: GovernanceView }) {
  const t = useWords(governanceWords)
  const duration = useDuration()
  if (delayMs === null || windowMs === null) return null
  return (
    <Card title={t('rules')}>
      <p className="second">{t('rulesText', { delay: duration(delayMs), window: duration(windowMs) })}</p>
    </Card>
  )
}

function SoftwareCard({ of }: { of: GovernanceView }) {
  const t = useWords(governanceWords)
  const nameOf = useMemberName(of)
  if (of.software.length === 0) return null
  return (
    <Card title={t('software')}>
      <p className="second small governance-lead">{t('softwareText')}</p>
      <Facts
        of={of.software.map(({ member, version }) =>
          fact(nameOf(member), version ?? <span className="quiet">{t('softwareNone')}</span>),
        )}
      />
      {of.votedSoftware !== null && <p className="second small">{t('softwareVoted', { version: of.votedSoftware })}</p>}
    </Card>
  )
}
