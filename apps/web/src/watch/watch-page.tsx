/** The monitoring desk: what is rising, where, whether models and sites are healthy; also for a wall. */
import type { WatchDeskView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { useEffect } from 'react'
import { ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { Bones } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { TimeText } from '../design/time-text.tsx'
import '../design/total.css'
import { formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { BehaviourName } from '../leads/lead-words.tsx'
import { BarList } from './bar-list.tsx'
import { LiveFindings } from './live-findings.tsx'
import { PlatformHealth } from './platform-health.tsx'
import { RegionMap } from './region-map.tsx'
import { TrendChart } from './trend-chart.tsx'
import './watch.css'
import { watchWords } from './words.ts'

const route = getRouteApi('/frame/inside/watch')

export function WatchPage() {
  const t = useWords(watchWords)
  const me = useMe()
  const navigate = useNavigate()
  const { wall = false } = route.useSearch()
  const desk = useQuery({ ...ask('watch.desk'), refetchInterval: 10_000 })
  const show = (on: boolean) => void navigate({ to: '/watch', search: on ? { wall: true } : {} })
  useEffect(() => {
    if (!wall) return
    const leave = (event: KeyboardEvent) => event.key === 'Escape' && void navigate({ to: '/watch', search: {} })
    addEventListener('keydown', leave)
    return () => removeEventListener('keydown', leave)
  }, [wall, navigate])
  const page = (
    <>
      <PageHeader
        title={t('deskTitle')}
        text={t('deskText')}
        acts={
          <>
            <Button icon={<Icon name={wall ? 'close' : 'screen'} />} onClick={() => show(!wall)}>
              {wall ? t('wallLeave') : t('wall')}
            </Button>
            {!wall && may(me, 'monitoring.task') && (
              <Link to="/tasks/new" className="button button-primary">
                <Icon name="plus" /> {t('newTask')}
              </Link>
            )}
          </>
        }
      />
      {desk.isError ? (
        <ProblemView error={desk.error} onRetry={() => void desk.refetch()} />
      ) : (
        <>
          <WatchTotals desk={desk.data} />
          <div className="watch-grid">
            <div className="watch-main">
              <TrendChart days={desk.data?.days} />
              <LiveFindings known={desk.data?.findings ?? []} />
            </div>
            <div className="watch-side">
              <Behaviours behaviours={desk.data?.behaviours ?? []} />
              <RegionMap regions={desk.data?.regions ?? []} />
              <Card title={t('hotWords')}>
                <BarList
                  none={t('hotWordsNone')}
                  bars={(desk.data?.hotWords ?? []).map(({ word, leads }) => ({ key: word, name: word, value: leads }))}
                />
              </Card>
              <PlatformHealth platforms={desk.data?.platforms ?? []} />
              <Workers desk={desk.data} />
            </div>
          </div>
        </>
      )}
    </>
  )
  return wall ? <div className="watch-wall">{page}</div> : page
}

function WatchTotals({ desk }: { desk: WatchDeskView | undefined }) {
  const t = useWords(watchWords)
  const language = useLanguage()
  const value = (pick: (of: WatchDeskView) => number) =>
    desk === undefined ? <Bones width={60} height={26} /> : formatNumber(pick(desk), language)
  const plain = (name: string, pick: (of: WatchDeskView) => number) => (
    <div className="card total">
      <span className="total-value">{value(pick)}</span>
      <span className="quiet">{name}</span>
    </div>
  )
  return (
    <div className="watch-totals">
      <Link to="/leads" search={{ state: 'new' }} className="card total">
        <span className="total-value">{value((of) => of.openLeads)}</span>
        <span className="quiet">{t('openLeads')}</span>
      </Link>
      {plain(t('leadsToday'), ({ today }) => today.leads)}
      {plain(t('fetchedToday'), ({ today }) => today.fetched)}
      {plain(t('changedToday'), ({ today }) => today.changed)}
      {plain(t('refusedToday'), ({ today }) => today.fetched - today.ok - today.unchanged)}
      {plain(t('unfixed'), ({ unfixed }) => unfixed)}
    </div>
  )
}

function Behaviours({ behaviours }: { behaviours: WatchDeskView['behaviours'] }) {
  const t = useWords(watchWords)
  const seen = behaviours.filter(({ leads, before, open }) => leads + before + open > 0)
  return (
    <Card title={t('byBehaviour')}>
      <BarList
        none={t('byBehaviourNone')}
        bars={[...seen]
          .sort((a, b) => b.leads - a.leads)
          .map(({ behaviour, leads, before }) => ({
            key: behaviour,
            name: (
              <Link to="/leads" search={{ behaviour }}>
                <BehaviourName behaviour={behaviour} />
              </Link>
            ),
            value: leads,
            aside: <Trend by={leads - before} />,
          }))}
      />
    </Card>
  )
}

function Trend({ by }: { by: number }) {
  const t = useWords(watchWords)
  if (by === 0) return null
  const words = by > 0 ? t('rising', { n: by }) : t('falling', { n: -by })
  return (
    <span className={by > 0 ? 'meaning-must' : 'quiet'} title={words}>
      <Icon name={by > 0 ? 'up' : 'down'} size={12} title={words} />
    </span>
  )
}

function Workers({ desk }: { desk: WatchDeskView | undefined }) {
  const t = useWords(watchWords)
  if (desk === undefined) return null
  return (
    <Card title={t('workers')} aside={t('tasksRunning', { count: desk.tasks.running })}>
      {desk.workers.length === 0 && <p className="meaning-watch">{t('workersNone')}</p>}
      {desk.workers.map((one) => (
        <div key={one.machine} className="platform-line">
          <span className="ellipsis">{t('worker', { machine: one.machine, pages: one.pages })}</span>
          <span className="small quiet">
            <TimeText time={one.seenAt} relative="only" />
          </span>
        </div>
      ))}
      {desk.tasks.paused > 0 && <p className="quiet small">{t('tasksPaused', { count: desk.tasks.paused })}</p>}
    </Card>
  )
}
