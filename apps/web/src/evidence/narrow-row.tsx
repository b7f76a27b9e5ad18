import type { EvidenceRow } from '@mingzheng/api'
import { TimeText } from '../design/time-text.tsx'
import { useWords } from '../i18n/words.ts'
import { RowState } from './columns.tsx'
import { evidenceWords } from './words.ts'

export function NarrowRow({ row }: { row: EvidenceRow }) {
  const t = useWords(evidenceWords)
  return (
    <>
      <div className="ellipsis">{row.title === '' ? t('noTitle') : row.title}</div>
      <div className="evidence-narrow small quiet">
        <RowState row={row} />
        <span className="ellipsis">{row.host}</span>
        <TimeText time={row.capturedAt} relative="only" />
      </div>
    </>
  )
}
