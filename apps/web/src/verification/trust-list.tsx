/** Whose signatures count, named before anything is verified. */
import { useRef, useState } from 'react'
import { Card } from '../design/card.tsx'
import { Icon } from '../design/icon.tsx'
import { Status } from '../design/status.tsx'
import { useBilingual } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { reportWords } from '../report/words.ts'
import type { Trust } from './use-trust.ts'
import { verificationWords } from './words.ts'

export function TrustList({ trust }: { trust: Trust }) {
  const t = useWords(verificationWords)
  const r = useWords(reportWords)
  const say = useBilingual()
  const field = useRef<HTMLInputElement>(null)
  const [bad, setBad] = useState(false)
  const roleOf = (role: string) => (`role-${role}` in reportWords.zh ? r(`role-${role}` as 'role-court') : role)
  return (
    <Card title={t('trust')}>
      <p className="second">{trust.policies.length === 0 ? t('trustNone') : t('trustText')}</p>
      <ul className="trust">
        {trust.policies.map((policy) => (
          <li key={policy.summary.origin + String(policy.own)}>
            <div className="trust-name">
              <strong>{say(policy.summary.name)}</strong>
              <span className="quiet small">
                {t(policy.own ? 'trustOwn' : policy.other ? 'trustOther' : 'trustThis')}
              </span>
              <button type="button" className="bare quiet small" onClick={() => trust.remove(policy)}>
                {t('trustRemove')}
              </button>
            </div>
            <ul className="small second">
              {policy.summary.members.map((member) => (
                <li key={member.id}>
                  {say(member.name)} · {roleOf(member.role)}
                  {member.independent && ` · ${r('independent')}`}
                  {policy.summary.members.length === 1 && !member.independent && ` · ${r('operator')}`}
                </li>
              ))}
            </ul>
            <p className="small quiet">{say(policy.summary.statement)}</p>
            {policy.summary.demo && <Status meaning="watch">{r('demo')}</Status>}
          </li>
        ))}
      </ul>
      <button type="button" className="button" onClick={() => field.current?.click()}>
        <Icon name="plus" size={14} /> {t('trustAdd')}
      </button>
      {bad && (
        <p className="small meaning-must" role="alert">
          {t('trustBad')}
        </p>
      )}
      <input
        ref={field}
        type="file"
        accept=".json,application/json"
        hidden
        data-testid="policy-file"
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file !== undefined) void trust.add(file).then((good) => setBad(!good))
        }}
      />
    </Card>
  )
}
