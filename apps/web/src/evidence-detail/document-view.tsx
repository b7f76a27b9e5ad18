/** A signed document as the PDF it is. */
import { addressOf, type EvidenceDetail } from '@mingzheng/api'
import { Empty } from '../design/empty.tsx'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { detailWords } from './words.ts'

interface DocumentViewProps {
  evidence: EvidenceDetail
  path: string
  name: string
}

export function DocumentView({ evidence, path, name }: DocumentViewProps) {
  const t = useWords(detailWords)
  if (evidence.editions.length === 0)
    return <Empty icon="document" title={t('noDocument')} text={t('noDocumentText')} />
  const src = addressOf('evidence.file', { params: { number: evidence.number }, query: { path } })
  return (
    <>
      <p className="viewer-note small">
        <a href={src} target="_blank" rel="noreferrer">
          <Icon name="external" size={13} /> {t('openDocument')}
        </a>
      </p>
      <iframe className="viewer-frame" src={src} title={name} />
    </>
  )
}
