/** What became of proposals: in effect, rejected, expired, taken back; who voted how. */
import type { GovernanceView, ProposalView } from '@mingzheng/api'
import { Card } from '../design/card.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import type { Meaning } from '../design/tokens.ts'
import { useWords } from '../i18n/words.ts'
import { governanceWords } from './governance-words.ts'
import { useMemberName, useProposalSaid } from './use-governance.ts'

const MEANING: Partial<Record<ProposalView['state'], Meaning>> = {
  active: 'proven',
  rejected: 'must',
  stale: 'watch',
  'not-ready': 'watch',
}

export function DecidedCard({ of }: { of: GovernanceView }) {
  const t = useWords(governanceWords)
  const said = useProposalSaid(of)
  const nameOf = useMemberName(of)
  if (of.decided.length === 0) return null
  const names = (ids: readonly string[]) => (ids.length === 0 ? t('nobody') : ids.map(nameOf).join(t('comma')))
  return (
    <Card title={t('decided')}>
      <ol className="proposals decided">
        {of.decided.map((proposal) => (
          <li key={proposal.id}>
            <div className="timeline-line">
              <strong>{said(proposal)}</strong>
              <Status meaning={MEANING[proposal.state] ?? 'plain'}>{t(`state-${proposal.state}`)}</Status>
            </div>
            <div className="second small">
              {t('proposedAt')} <TimeText time={proposal.at} />
            </div>
            <div className="second small">{t('votedSo', { yes: names(proposal.yes), no: names(proposal.no) })}</div>
          </li>
        ))}
      </ol>
    </Card>
  )
}
