/** Above the list when it does not begin at the newest: the way up, page by page, without losing one's place. */
import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { sizes } from '../design/tokens.ts'
import { useWords } from '../i18n/words.ts'
import { evidenceWords } from './words.ts'

interface NewerBarProps {
  list: Pick<
    UseInfiniteQueryResult<{ pages: { rows: unknown[] }[] }>,
    'hasPreviousPage' | 'isFetchingPreviousPage' | 'fetchPreviousPage'
  >
  jumped: boolean
  onNewest: () => void
}

export function NewerBar({ list, jumped, onNewest }: NewerBarProps) {
  const t = useWords(evidenceWords)
  if (!list.hasPreviousPage && !jumped) return null
  const newer = async () => {
    const { data } = await list.fetchPreviousPage()
    const added = data?.pages[0]?.rows.length ?? 0
    requestAnimationFrame(() => scrollBy({ top: added * sizes.row, behavior: 'instant' }))
  }
  return (
    <div className="newer no-print">
      {list.hasPreviousPage && (
        <button type="button" className="button" disabled={list.isFetchingPreviousPage} onClick={() => void newer()}>
          {t('newer')}
        </button>
      )}
      {jumped && (
        <button type="button" className="button" onClick={onNewest}>
          {t('newest')}
        </button>
      )}
    </div>
  )
}
