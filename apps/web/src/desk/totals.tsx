/** The few numbers worth a glance; each leads to what it counts. */
import type { AnswerOf } from '@mingzheng/api'
import { Link } from '@tanstack/react-router'
import { Bones } from '../design/bones.tsx'
import '../design/total.css'
import { formatCount, formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { deskWords } from './words.ts'

export function Totals({ totals }: { totals: AnswerOf<'desk.read'>['totals'] | undefined }) {
  const t = useWords(deskWords)
  const language = useLanguage()
  const value = (pick: (of: NonNullable<typeof totals>) => string) =>
    totals === undefined ? <Bones width={60} height={26} /> : pick(totals)
  const midnight = new Date(new Date().setHours(0, 0, 0, 0)).toISOString()
  return (
    <div className="totals">
      <Link to="/evidence" className="card total">
        <span className="total-value">{value((of) => formatCount(of.evidence, language))}</span>
        <span className="quiet">{t('totalEvidence')}</span>
      </Link>
      <Link to="/evidence" search={{ from: midnight }} className="card total">
        <span className="total-value">{value((of) => formatNumber(of.today, language))}</span>
        <span className="quiet">{t('totalToday')}</span>
      </Link>
      <Link to="/evidence" search={{ complete: 'no' }} className="card total">
        <span className="total-value">{value((of) => formatNumber(of.incomplete, language))}</span>
        <span className="quiet">{t('totalIncomplete')}</span>
      </Link>
      <Link to="/captures" className="card total">
        <span className="total-value">{value((of) => formatNumber(of.running, language))}</span>
        <span className="quiet">{t('totalRunning')}</span>
      </Link>
    </div>
  )
}
