/** The result in one sentence. */
import type { Report } from '@mingzheng/proof'
import { Icon, type IconName } from '../design/icon.tsx'
import type { Meaning } from '../design/tokens.ts'
import { useBilingual } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { reportWords } from './words.ts'

const LOOKS: Record<Report['verdict'], [Meaning, IconName, 'verified' | 'failed' | 'incomplete' | 'notAPackage']> = {
  verified: ['proven', 'passed', 'verified'],
  failed: ['must', 'failed', 'failed'],
  incomplete: ['watch', 'warning', 'incomplete'],
  'not-a-package': ['plain', 'unknown', 'notAPackage'],
}

export function Verdict({ report }: { report: Report }) {
  const t = useWords(reportWords)
  const say = useBilingual()
  const [meaning, icon, word] = LOOKS[report.verdict]
  const count = (status: string) => report.checks.filter((check) => check.status === status).length
  const failed = count('failed')
  const not = count('not-checked')
  return (
    <div className={`verdict verdict-${meaning}`} role="status">
      <Icon name={icon} size={36} />
      <div>
        <strong>{t(word)}</strong>
        <p>{say(report.statement)}</p>
        {report.checks.length > 0 && (
          <p className="small verdict-counts">
            <span>{t('summary', { passed: count('passed') })}</span>
            {failed > 0 && <span>{t('summaryFailed', { count: failed })}</span>}
            {not > 0 && <span>{t('summaryNot', { count: not })}</span>}
          </p>
        )}
      </div>
    </div>
  )
}
