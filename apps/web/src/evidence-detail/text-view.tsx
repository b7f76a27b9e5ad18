/** The visible text of a page, as captured. */
import { addressOf } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { BonesList } from '../design/bones.tsx'
import { Empty } from '../design/empty.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { ScrollPane } from '../design/scroll-pane.tsx'
import { useWords } from '../i18n/words.ts'
import { detailWords } from './words.ts'

export function TextView({ number, path }: { number: string; path: string | null }) {
  const t = useWords(detailWords)
  const text = useQuery({
    queryKey: ['evidence.file', number, path],
    enabled: path !== null,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const response = await fetch(addressOf('evidence.file', { params: { number }, query: { path: path ?? '' } }), {
        signal,
      })
      if (!response.ok) throw new Error(response.statusText)
      return response.text()
    },
  })
  if (path === null) return <Empty icon="document" title={t('noText')} text={t('noTextText')} />
  if (text.isError) return <ProblemView error={text.error} onRetry={() => void text.refetch()} />
  return (
    <div className="card-body viewer-text">
      {text.data === undefined ? (
        <BonesList rows={12} />
      ) : (
        <ScrollPane label={t('viewText')}>
          <pre>{text.data}</pre>
        </ScrollPane>
      )}
    </div>
  )
}
