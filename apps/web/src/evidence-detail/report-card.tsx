/** The verification report of the package as it lies in custody now. */
import type { Report } from '@mingzheng/proof'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { ask } from '../data/api.ts'
import { BonesList } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Icon } from '../design/icon.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { useWords } from '../i18n/words.ts'
import { ReportView } from '../report/report-view.tsx'
import { detailWords } from './words.ts'

export function ReportCard({ number }: { number: string }) {
  const t = useWords(detailWords)
  const report = useQuery({
    ...ask('evidence.report', { params: { number } }),
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Card
      id="report"
      title={t('report')}
      aside={
        <Button
          size="small"
          icon={<Icon name="verify" />}
          loading={report.isFetching}
          onClick={() => void report.refetch()}
        >
          {t('verifyNow')}
        </Button>
      }
    >
      {report.isFetching && report.data === undefined ? (
        <BonesList rows={8} />
      ) : report.isError ? (
        <ProblemView error={report.error} onRetry={() => void report.refetch()} />
      ) : report.data === undefined ? (
        <p className="second">{t('reportNot')}</p>
      ) : (
        <ReportView report={report.data as unknown as Report} />
      )}
    </Card>
  )
}
