/** Who witnessed an entry, when, in which trees; how many of how many, and what the policy asks. */
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useBilingual } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import type { WitnessedEntry } from './check-receipt.ts'
import { memberWords } from './member-words.ts'
import { useRoleWord, useRuleSaid } from './use-members.ts'
import { countWitnesses } from './witness-count.ts'

export function WitnessList({ of }: { of: WitnessedEntry }) {
  const t = useWords(memberWords)
  const say = useBilingual()
  const role = useRoleWord()
  const rule = useRuleSaid()
  const { good, members, both } = countWitnesses(of)
  const meaning = good ? 'proven' : 'must'
  return (
    <>
      <p>
        <Status meaning={meaning} filled>
          {good ? t('witnessCount', { signed: both, count: members.length }) : t('checkFailed')}
        </Status>
      </p>
      <p className="second small">{t('witnessedText')}</p>
      <ul className="witnesses">
        {members.map(({ member, time, trees }) => (
          <li key={member.id}>
            <div>
              <strong>{say(member.name)}</strong> <span className="quiet small">{role(member.role)}</span>
            </div>
            {trees.length === 0 ? (
              <Status meaning="plain">{t('notSigned')}</Status>
            ) : (
              <div className="witness-when">
                <Status meaning={trees.length < 2 ? 'watch' : meaning}>
                  {time === null ? t('witnessed') : <TimeText time={new Date(time).toISOString()} />}
                </Status>
                <span className="quiet small">{trees.map((tree) => t(`tree-${tree}`)).join(t('and'))}</span>
              </div>
            )}
          </li>
        ))}
      </ul>
      <div className="members-policy">
        <p className="second small">{rule(of.policy.quorum)}</p>
        {!of.now && <p className="second small">{t('policyThen')}</p>}
        <details>
          <summary>{t('policyWhole')}</summary>
          <p className="second small members-words">{say(of.words)}</p>
        </details>
      </div>
    </>
  )
}
