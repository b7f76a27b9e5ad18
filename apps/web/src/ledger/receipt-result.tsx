/** How the check of a receipt went, tree by tree. */
import { Icon } from '../design/icon.tsx'
import { Status } from '../design/status.tsx'
import { useBilingual } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import type { ReceiptResult } from './check-receipt.ts'
import { ledgerWords } from './words.ts'

export function ReceiptResults({ results }: { results: ReceiptResult[] }) {
  const t = useWords(ledgerWords)
  const say = useBilingual()
  const good = results.every((result) => result.verification.verdict === 'verified')
  return (
    <div className="receipt-results" role="status">
      <p className={good ? 'meaning-proven' : 'meaning-must'}>
        <Icon name={good ? 'passed' : 'failed'} /> {good ? t('checked') : t('checkFailed')}
      </p>
      {results.map(({ profile, verification }) => (
        <div key={profile}>
          <h3>{profile === 'sm3' ? 'SM3 / SM2' : 'SHA-256 / Ed25519'}</h3>
          <ul>
            {verification.checks.map((check) => (
              <li key={check.id}>
                <Status meaning={check.status === 'passed' ? 'proven' : check.status === 'failed' ? 'must' : 'watch'}>
                  {t(`check-${check.id}`)}
                </Status>
                {check.status !== 'passed' && <span className="code small"> {check.code}</span>}
              </li>
            ))}
          </ul>
          {verification.signers.length > 0 && (
            <p className="second small">
              {t('checkSigners', { names: verification.signers.map((signer) => say(signer.member.name)).join('、') })}
            </p>
          )}
        </div>
      ))}
    </div>
  )
}
