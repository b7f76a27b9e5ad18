/** The monitoring desk for a wall: one screen, read from some metres, nothing to press but the way out. */
import type { WatchDeskView } from '@mingzheng/api'
import { Button } from 'antd'
import { useEffect } from 'react'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { Behaviours, HotWords, WatchTotals, Workers } from './desk-cards.tsx'
import { LiveFindings } from './live-findings.tsx'
import { ModelHealth } from './model-health.tsx'
import { PlatformHealth } from './platform-health.tsx'
import { RegionMap } from './region-map.tsx'
import { TrendChart } from './trend-chart.tsx'
import './wall.css'
import { watchWords } from './words.ts'

const FINDINGS = 8
const WORDS = 8

interface WallBoardProps {
  desk: WatchDeskView | undefined
  onLeave: () => void
}

export function WallBoard({ desk, onLeave }: WallBoardProps) {
  const t = useWords(watchWords)
  useEffect(() => {
    const leave = (event: KeyboardEvent) => event.key === 'Escape' && onLeave()
    addEventListener('keydown', leave)
    return () => removeEventListener('keydown', leave)
  }, [onLeave])
  return (
    <div className="watch-wall">
      <div className="wall-page">
        <header className="wall-head">
          <h1>{t('deskTitle')}</h1>
          <Button icon={<Icon name="close" />} onClick={onLeave}>
            {t('wallLeave')}
          </Button>
        </header>
        <WatchTotals desk={desk} />
        <div className="wall-grid">
          <div>
            <TrendChart days={desk?.days} />
            <Behaviours behaviours={desk?.behaviours ?? []} />
            <ModelHealth />
            <Workers desk={desk} />
          </div>
          <div>
            <RegionMap regions={desk?.regions ?? []} />
            <HotWords words={desk?.hotWords.slice(0, WORDS) ?? []} />
          </div>
          <div>
            <LiveFindings known={desk?.findings ?? []} most={FINDINGS} />
            <PlatformHealth platforms={desk?.platforms ?? []} />
          </div>
        </div>
      </div>
    </div>
  )
}
