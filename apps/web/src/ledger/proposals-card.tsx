/** Proposals that wait for votes or for their time: what each changes, who voted how, what is missing. */
import type { GovernanceView, ProposalView } from '@mingzheng/api'
import { Card, Facts, fact } from '../design/card.tsx'
import { Empty } from '../design/empty.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { governanceWords } from './governance-words.ts'
import { memberWords } from './member-words.ts'
import { useChangesSaid, useMemberName, useProposalSaid } from './use-governance.ts'
import { useRoleWord } from './use-members.ts'

export function ProposalsCard({ of }: { of: GovernanceView }) {
  const t = useWords(governanceWords)
  return (
    <Card title={t('waiting')}>
      {of.proposals.length === 0 ? (
        <Empty icon="check" title={t('waitingNone')} text={t('waitingNoneText')} />
      ) : (
        <ol className="proposals">
          {of.proposals.map((proposal) => (
            <Proposal key={proposal.id} proposal={proposal} of={of} />
          ))}
        </ol>
      )}
    </Card>
  )
}

function Proposal({ proposal, of }: { proposal: ProposalView; of: GovernanceView }) {
  const t = useWords(governanceWords)
  const said = useProposalSaid(of)
  const language = useLanguage()
  const changes = useChangesSaid(of)
  const { kind, name, height, state, due, policy } = proposal
  const [inForce] = of.policies
  const ofLedger = kind === 'register' || kind === 'retire'
  const changed = policy === null || inForce === undefined ? [] : changes(inForce, policy)
  return (
    <li>
      <div className="timeline-line">
        <strong>{said(proposal)}</strong>
        {state === 'open' ? (
          <Status meaning="running">{t('stateOpen')}</Status>
        ) : (
          <Status meaning="watch">{t('statePassed')}</Status>
        )}
      </div>
      <Facts
        of={[
          fact(t('proposedAt'), <TimeText time={proposal.at} relative />),
          fact(t('until'), state === 'open' ? <TimeText time={proposal.expires} relative /> : null),
          fact(
            t('due'),
            due !== null ? (
              <TimeText time={due} relative />
            ) : kind === 'remove' ? (
              t('atOnce')
            ) : height !== null ? (
              t('dueBlock', { height: formatNumber(height, language) })
            ) : ofLedger ? (
              t('withVote')
            ) : null,
          ),
          fact(t('ledger'), ofLedger ? <span className="code">{name}</span> : null),
          fact(t('changes'), changed.length === 0 ? null : changed.map((line) => <div key={line}>{line}</div>)),
          fact(t('votes'), <Votes proposal={proposal} of={of} />),
        ]}
      />
    </li>
  )
}

function Votes({ proposal, of }: { proposal: ProposalView; of: GovernanceView }) {
  const t = useWords(governanceWords)
  const m = useWords(memberWords)
  const role = useRoleWord()
  const nameOf = useMemberName(of)
  const { yes, no, needed, kind, member } = proposal
  const roles = needed.roles.length === 0 ? '' : t('neededRoles', { roles: needed.roles.map(role).join(m('or')) })
  const voteOf = (id: string) => {
    if (yes.includes(id)) return <Status meaning="proven">{t('yes')}</Status>
    if (no.includes(id)) return <Status meaning="must">{t('no')}</Status>
    return <Status meaning="plain">{kind === 'remove' && id === member ? t('mayNot') : t('none')}</Status>
  }
  return (
    <>
      {proposal.state === 'open' && (
        <div className="second small">{t('needed', { count: needed.count, yes: yes.length, roles })}</div>
      )}
      <ul className="votes">
        {(of.policies[0]?.members ?? []).map(({ id }) => (
          <li key={id}>
            <span>{nameOf(id)}</span> {voteOf(id)}
          </li>
        ))}
      </ul>
    </>
  )
}
