import type { Report } from '@mingzheng/proof'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { ReportView } from '../report/report-view.tsx'
import { verificationWords } from './words.ts'

interface ReportResultProps {
  report: Report
  name: string
  onAgain: () => void
}

export function ReportResult({ report, name, onAgain }: ReportResultProps) {
  const t = useWords(verificationWords)
  const save = () => {
    const address = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }))
    const link = document.createElement('a')
    link.href = address
    link.download = `${name.replace(/\.zip$/i, '')}-report.json`
    link.click()
    setTimeout(() => URL.revokeObjectURL(address), 10_000)
  }
  return (
    <>
      <div className="result-acts">
        <h1 className="break">{name}</h1>
        <div className="no-print">
          <button type="button" className="button button-primary" onClick={onAgain}>
            {t('again')}
          </button>
          <button type="button" className="button" onClick={() => print()}>
            <Icon name="print" /> {t('print')}
          </button>
          <button type="button" className="button" onClick={save}>
            <Icon name="download" /> {t('saveReport')}
          </button>
        </div>
      </div>
      <ReportView report={report} />
    </>
  )
}
