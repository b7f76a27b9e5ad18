/** Both pictures side by side, with the changes marked, or one over the other with a slider. */
import { type AnswerOf, addressOf, type EvidenceDetail } from '@mingzheng/api'
import { Segmented } from 'antd'
import { useState } from 'react'
import { Card } from '../design/card.tsx'
import { ScrollPane } from '../design/scroll-pane.tsx'
import { Status } from '../design/status.tsx'
import { useWords } from '../i18n/words.ts'
import { comparisonWords } from './words.ts'

interface PictureComparisonProps {
  comparison: AnswerOf<'evidence.compare'>
  left: EvidenceDetail | undefined
  right: EvidenceDetail | undefined
}

type View = 'changed' | 'side' | 'slide'

function pictureOf(evidence: EvidenceDetail | undefined): string | null {
  const path = evidence?.pagesCaptured[0]?.picture
  if (evidence === undefined || path === undefined || path === null) return null
  return addressOf('evidence.file', { params: { number: evidence.number }, query: { path } })
}

export function PictureComparison({ comparison, left, right }: PictureComparisonProps) {
  const t = useWords(comparisonWords)
  const [view, setView] = useState<View>('changed')
  const before = pictureOf(left)
  const after = pictureOf(right)
  const { picture } = comparison
  if (picture === null || before === null || after === null) {
    return (
      <Card title={t('picture')}>
        <p className="second">{picture === null ? t('noPicture') : ''}</p>
      </Card>
    )
  }
  const share = `${(picture.changedShare * 100).toFixed(picture.changedShare < 0.01 ? 2 : 1)}%`
  const marked = addressOf('evidence.comparePicture', { query: { left: comparison.left, right: comparison.right } })
  return (
    <Card
      title={t('picture')}
      aside={
        <>
          <Status meaning={picture.changedShare === 0 ? 'plain' : 'watch'}>
            {picture.changedShare === 0 ? t('same') : t('changed', { share })}
          </Status>
          <Segmented<View>
            size="small"
            value={view}
            onChange={setView}
            options={[
              { value: 'changed', label: t('viewChanged') },
              { value: 'side', label: t('viewSide') },
              { value: 'slide', label: t('viewSlide') },
            ]}
          />
        </>
      }
      flush
    >
      <ScrollPane className="compare-pane" label={t('picture')}>
        {view === 'changed' && <img src={marked} alt={t('viewChanged')} />}
        {view === 'side' && (
          <div className="compare-side">
            <img src={before} alt={t('earlier')} />
            <img src={after} alt={t('later')} />
          </div>
        )}
        {view === 'slide' && <Slider before={before} after={after} />}
      </ScrollPane>
    </Card>
  )
}

function Slider({ before, after }: { before: string; after: string }) {
  const t = useWords(comparisonWords)
  const [at, setAt] = useState(50)
  return (
    <div className="compare-slide">
      <input
        type="range"
        min={0}
        max={100}
        value={at}
        onChange={(event) => setAt(Number(event.target.value))}
        aria-label={t('slide')}
      />
      <div className="compare-stack">
        <img src={after} alt={t('later')} />
        <img src={before} alt={t('earlier')} style={{ clipPath: `inset(0 ${100 - at}% 0 0)` }} />
        <span style={{ left: `${at}%` }} />
      </div>
    </div>
  )
}
