/** The members, how far each has witnessed, and whose signatures are enough. */
import type { LedgerStatus } from '@mingzheng/api'
import { Card } from '../design/card.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatNumber } from '../i18n/formats.ts'
import { useBilingual, useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { reportWords } from '../report/words.ts'
import { ledgerWords } from './words.ts'

export function MembersCard({ status }: { status: LedgerStatus }) {
  const t = useWords(ledgerWords)
  const r = useWords(reportWords)
  const say = useBilingual()
  const language = useLanguage()
  const role = (name: string) => {
    const key = `role-${name}`
    return key in reportWords.zh ? r(key as 'role-court') : name
  }
  return (
    <Card title={t('members')}>
      <ul className="members">
        {status.members.map((member) => {
          const behind = status.size - member.witnessedSize
          return (
            <li key={member.id}>
              <div>
                <strong>{say(member.name)}</strong>
                <div className="quiet small">
                  {role(member.role)} · {member.independent ? t('independent') : t('operator')}
                </div>
                <div className="quiet small">
                  {t('witnessed', { size: formatNumber(member.witnessedSize, language) })}
                  {member.witnessedAt !== null && (
                    <>
                      {' · '}
                      <TimeText time={member.witnessedAt} relative="only" />
                    </>
                  )}
                </div>
              </div>
              {behind <= 0 ? (
                <Status meaning="proven">{t('agree')}</Status>
              ) : (
                <Status meaning="watch">{t('behind', { count: formatNumber(behind, language) })}</Status>
              )}
            </li>
          )
        })}
      </ul>
      <details className="members-policy">
        <summary>{t('quorum')}</summary>
        <p className="second">{say(status.quorum)}</p>
      </details>
      {!status.members.some((member) => member.independent) && (
        <p className="members-alone meaning-watch small">{t('alone')}</p>
      )}
    </Card>
  )
}
