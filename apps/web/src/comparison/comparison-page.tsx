/** Two captures of a page side by side: what changed in picture and words. */
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { ask } from '../data/api.ts'
import { BonesList } from '../design/bones.tsx'
import { Empty } from '../design/empty.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { EvidenceState } from '../design/states.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useWords } from '../i18n/words.ts'
import './comparison.css'
import { PictureComparison } from './picture-comparison.tsx'
import { TextComparison } from './text-comparison.tsx'
import { comparisonWords } from './words.ts'

const route = getRouteApi('/frame/inside/evidence/compare')

export function ComparisonPage() {
  const t = useWords(comparisonWords)
  const navigate = useNavigate()
  const { left, right } = route.useSearch()
  const chosen = left !== '' && right !== ''
  const comparison = useQuery({
    ...ask('evidence.compare', { query: { left, right } }),
    enabled: chosen,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const fresh = { enabled: chosen, staleTime: Number.POSITIVE_INFINITY }
  const first = useQuery({ ...ask('evidence.read', { params: { number: left } }), ...fresh })
  const second = useQuery({ ...ask('evidence.read', { params: { number: right } }), ...fresh })
  if (!chosen) {
    return (
      <Empty
        icon="compare"
        title={t('choose')}
        text={t('chooseText')}
        action={
          <Link to="/evidence" className="button">
            {t('back')}
          </Link>
        }
      />
    )
  }
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        acts={
          <Button
            icon={<Icon name="refresh" />}
            onClick={() => void navigate({ to: '/evidence/compare', search: { left: right, right: left } })}
          >
            {t('swap')}
          </Button>
        }
      />
      <div className="compare-heads">
        {[first.data, second.data].map((evidence, i) => (
          <div key={i === 0 ? left : right} className="card compare-head">
            {evidence === undefined ? (
              <BonesList rows={2} />
            ) : (
              <>
                <Link to="/evidence/$number" params={{ number: evidence.number }} className="ellipsis">
                  {evidence.title === '' ? evidence.url : evidence.title}
                </Link>
                <div className="compare-facts small quiet">
                  <span className="code">{evidence.number.slice(0, 23)}</span>
                  <TimeText time={evidence.capturedAt} relative />
                  <EvidenceState state={evidence.state} />
                </div>
              </>
            )}
          </div>
        ))}
      </div>
      {comparison.isError && <ProblemView error={comparison.error} onRetry={() => void comparison.refetch()} />}
      {comparison.isPending && <BonesList rows={12} />}
      {comparison.data !== undefined && (
        <div className="compare">
          <PictureComparison comparison={comparison.data} left={first.data} right={second.data} />
          <TextComparison lines={comparison.data.text} />
        </div>
      )}
    </>
  )
}
