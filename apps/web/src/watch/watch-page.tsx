/** The monitoring desk: what is rising, where, whether models and sites are healthy; also for a wall. */
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { useCallback } from 'react'
import { ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { useWords } from '../i18n/words.ts'
import { Behaviours, HotWords, WatchTotals, Workers } from './desk-cards.tsx'
import { LiveFindings } from './live-findings.tsx'
import { ModelHealth } from './model-health.tsx'
import { PlatformHealth } from './platform-health.tsx'
import { RegionMap } from './region-map.tsx'
import { TrendChart } from './trend-chart.tsx'
import { WallBoard } from './wall-board.tsx'
import './watch.css'
import { watchWords } from './words.ts'

const route = getRouteApi('/frame/inside/watch')

export function WatchPage() {
  const t = useWords(watchWords)
  const me = useMe()
  const navigate = useNavigate()
  const { wall = false } = route.useSearch()
  const desk = useQuery({ ...ask('watch.desk'), refetchInterval: 10_000 })
  const leave = useCallback(() => void navigate({ to: '/watch', search: {} }), [navigate])
  if (desk.isError) return <ProblemView error={desk.error} onRetry={() => void desk.refetch()} />
  if (wall) return <WallBoard desk={desk.data} onLeave={leave} />
  return (
    <>
      <PageHeader
        title={t('deskTitle')}
        text={t('deskText')}
        acts={
          <>
            <Button
              icon={<Icon name="screen" />}
              onClick={() => void navigate({ to: '/watch', search: { wall: true } })}
            >
              {t('wall')}
            </Button>
            {may(me, 'monitoring.task') && (
              <Link to="/tasks/new" className="button button-primary">
                <Icon name="plus" /> {t('newTask')}
              </Link>
            )}
          </>
        }
      />
      <WatchTotals desk={desk.data} />
      <div className="watch-grid">
        <div className="watch-main">
          <TrendChart days={desk.data?.days} />
          <LiveFindings known={desk.data?.findings ?? []} most={20} />
        </div>
        <div className="watch-side">
          <Behaviours behaviours={desk.data?.behaviours ?? []} />
          <RegionMap regions={desk.data?.regions ?? []} />
          <HotWords words={desk.data?.hotWords ?? []} />
          <ModelHealth />
          <PlatformHealth platforms={desk.data?.platforms ?? []} />
          <Workers desk={desk.data} />
        </div>
      </div>
    </>
  )
}
