import { Link } from '@tanstack/react-router'
import { Empty } from '../design/empty.tsx'
import { useWords } from '../i18n/words.ts'
import { type EvidenceSearch, isNarrowed } from './filters.ts'
import { evidenceWords } from './words.ts'

export function EvidenceEmpty({ search, onClear }: { search: EvidenceSearch; onClear: () => void }) {
  const t = useWords(evidenceWords)
  if (isNarrowed(search) || search.at !== undefined) {
    return (
      <Empty
        icon="search"
        title={t('noneFound')}
        text={t('noneFoundText')}
        action={
          <button type="button" className="button" onClick={onClear}>
            {t('clear')}
          </button>
        }
      />
    )
  }
  return (
    <Empty
      icon="evidence"
      title={t('none')}
      text={t('noneText')}
      action={
        <Link to="/capture" className="button button-primary">
          {t('newCapture')}
        </Link>
      }
    />
  )
}
