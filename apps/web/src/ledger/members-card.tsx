/** The members: who each is, what it has witnessed, whether its log is ours; and whose signatures are enough. */
import type { LedgerStatus } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import { BonesList } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Icon } from '../design/icon.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatNumber } from '../i18n/formats.ts'
import { useBilingual, useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { MEANINGS, memberState } from './member-state.ts'
import { memberWords } from './member-words.ts'
import { useAgreement, useMemberSaid, useQuorumSaid, useRoleWord } from './use-members.ts'
import { ledgerWords } from './words.ts'

export function MembersCard({ status }: { status: LedgerStatus }) {
  const t = useWords(ledgerWords)
  const m = useWords(memberWords)
  const say = useBilingual()
  const language = useLanguage()
  const role = useRoleWord()
  const said = useMemberSaid()
  const quorum = useQuorumSaid()
  const agreement = useAgreement()
  const members = useQuery({ ...ask('ledger.members'), refetchInterval: 3000 })
  if (members.isError) return <ProblemView error={members.error} onRetry={() => void members.refetch()} />
  if (members.data === undefined) return <BonesList rows={8} />
  const { data } = members
  const together = agreement(data)
  const aside = (
    <Link to="/ledger/members" className="small no-print">
      {m('open')} <Icon name="arrow" size={13} />
    </Link>
  )
  return (
    <Card title={t('members')} aside={data.consortium ? aside : undefined}>
      {data.consortium && (
        <p className="members-together">
          <Status meaning={together.good ? 'proven' : 'watch'} filled>
            {together.text}
          </Status>
        </p>
      )}
      <ul className="members">
        {data.members.map((member) => {
          const { word, text } = said(member, data)
          const behind = status.size - member.witnessedSize
          const state = memberState(member, data)
          return (
            <li key={member.id}>
              <div>
                <strong>{say(member.name)}</strong>
                <div className="quiet small">
                  {role(member.role)} ·{' '}
                  {member.independent ? t('independent') : data.consortium ? m('notIndependent') : t('operator')}
                </div>
                <div className="quiet small">
                  {t('witnessed', { size: formatNumber(member.witnessedSize, language) })}
                  {behind > 0 && <> · {t('behind', { count: formatNumber(behind, language) })}</>}
                  {member.witnessedAt !== null && (
                    <>
                      {' · '}
                      <TimeText time={member.witnessedAt} relative="only" />
                    </>
                  )}
                </div>
                {state !== 'agrees' && state !== 'own' && <div className="small second">{text}</div>}
              </div>
              <Status meaning={MEANINGS[state]}>{word}</Status>
            </li>
          )
        })}
      </ul>
      <div className="members-policy">
        {quorum(data).map((sentence) => (
          <p key={sentence} className="second small">
            {sentence}
          </p>
        ))}
        <details>
          <summary>{m('policyWhole')}</summary>
          <p className="second small members-words">{say(data.quorum.words)}</p>
        </details>
      </div>
      {!data.members.some((member) => member.independent) && (
        <p className="members-alone meaning-watch small">{data.consortium ? m('noneIndependent') : t('alone')}</p>
      )}
    </Card>
  )
}
