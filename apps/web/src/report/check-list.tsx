/** Every check with its reason; its facts open on demand, those of a failure at once. */
import type { Check } from '@mingzheng/proof'
import { Icon, type IconName } from '../design/icon.tsx'
import type { Meaning } from '../design/tokens.ts'
import { useBilingual } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { reportWords } from './words.ts'

const LOOKS: Record<Check['status'], [Meaning, IconName, 'passedOne' | 'failedOne' | 'notChecked']> = {
  passed: ['proven', 'passed', 'passedOne'],
  failed: ['must', 'failed', 'failedOne'],
  'not-checked': ['watch', 'unknown', 'notChecked'],
}

export function CheckList({ checks }: { checks: readonly Check[] }) {
  return (
    <ol className="report-checks">
      {checks.map((check) => (
        <CheckLine key={check.id} check={check} />
      ))}
    </ol>
  )
}

function CheckLine({ check }: { check: Check }) {
  const t = useWords(reportWords)
  const say = useBilingual()
  const [meaning, icon, word] = LOOKS[check.status]
  const quiet = check.status === 'not-checked' && !check.required
  const detail = check.detail === undefined ? [] : Object.entries(check.detail)
  return (
    <li className={`report-check report-${check.status}`} data-check={check.id} data-status={check.status}>
      <span className={`report-status meaning-${quiet ? 'plain' : meaning}`}>
        <Icon name={icon} size={18} />
        <span>{t(word)}</span>
      </span>
      <div className="report-words">
        <strong>{say(check.title)}</strong>
        <span className="second break">{say(check.reason)}</span>
        {check.where !== undefined && (
          <span className="small">
            {t('where')} <span className="code break">{check.where}</span>
          </span>
        )}
        {detail.length > 0 && (
          <details open={check.status === 'failed'}>
            <summary className="small">{t('details')}</summary>
            <dl className="report-detail small">
              {detail.map(([name, value]) => (
                <div key={name}>
                  <dt>{`d-${name}` in reportWords.zh ? t(`d-${name}` as 'd-at') : name}</dt>
                  <dd className="code break">{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
                </div>
              ))}
            </dl>
          </details>
        )}
      </div>
    </li>
  )
}
