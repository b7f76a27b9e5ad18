/** What a person may change about themselves. */
import { Alert } from 'antd'
import { useMe } from '../data/me.ts'
import { Card, Facts, fact } from '../design/card.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useWords } from '../i18n/words.ts'
import { roleWord } from '../people/role-word.ts'
import { peopleWords } from '../people/words.ts'
import { PasskeyCard } from './passkey-card.tsx'
import { PasswordCard } from './password-card.tsx'
import { TotpCard } from './totp-card.tsx'
import { accountWords } from './words.ts'

export function AccountPage() {
  const t = useWords(accountWords)
  const p = useWords(peopleWords)
  const me = useMe()
  if (me === null) return null
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      {me.duties.length > 0 && (
        <Alert
          type="warning"
          showIcon
          style={{ marginBottom: 16 }}
          title={t('duties')}
          description={me.duties.map((duty) => t(`duty-${duty}`)).join(' ')}
        />
      )}
      <div className="page-cards">
        <Card title={t('who')}>
          <Facts
            of={[
              fact(t('name'), me.user.name),
              fact(t('username'), <span className="code">{me.user.username}</span>),
              fact(t('card'), me.user.cardNumber),
              fact(t('organisation'), me.organisation.name),
              fact(t('unit'), me.unit?.name),
              fact(t('roles'), me.roles.map((role) => p(roleWord(role))).join('、')),
              fact(t('session'), <TimeText time={me.sessionExpiresAt} relative />),
            ]}
          />
        </Card>
        <PasswordCard />
        <TotpCard on={me.user.totp} />
        <PasskeyCard count={me.user.passkeys} />
      </div>
    </>
  )
}
