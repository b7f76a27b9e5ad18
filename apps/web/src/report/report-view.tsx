/** A verification report: the result in one sentence, what the evidence is, who vouches since when, then each check. */
import type { Report } from '@mingzheng/proof'
import { Card } from '../design/card.tsx'
import { useBilingual } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { CheckList } from './check-list.tsx'
import './report.css'
import { ProvenCard, SubjectCard } from './report-facts.tsx'
import { Verdict } from './verdict.tsx'
import { reportWords } from './words.ts'

export function ReportView({ report }: { report: Report }) {
  const t = useWords(reportWords)
  const say = useBilingual()
  return (
    <div className="report">
      <Verdict report={report} />
      {report.subject !== null && (
        <div className="report-facts">
          <SubjectCard report={report} subject={report.subject} />
          <ProvenCard report={report} />
        </div>
      )}
      {report.checks.length > 0 && (
        <Card title={t('checks')} flush>
          <CheckList checks={report.checks} />
        </Card>
      )}
      {report.limits.length > 0 && (
        <Card title={t('limits')}>
          <ul className="report-limits second">
            {report.limits.map((limit) => (
              <li key={limit.en}>{say(limit)}</li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  )
}
