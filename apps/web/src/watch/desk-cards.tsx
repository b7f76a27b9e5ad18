/** Cards of the monitoring desk that its wall shows too. */
import type { WatchDeskView } from '@mingzheng/api'
import { Link } from '@tanstack/react-router'
import { Bones } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Icon } from '../design/icon.tsx'
import { TimeText } from '../design/time-text.tsx'
import '../design/total.css'
import { formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { BehaviourName } from '../leads/lead-words.tsx'
import { BarList } from './bar-list.tsx'
import './watch.css'
import { watchWords } from './words.ts'

export function HotWords({ words }: { words: WatchDeskView['hotWords'] }) {
  const t = useWords(watchWords)
  return (
    <Card title={t('hotWords')}>
      <BarList
        none={t('hotWordsNone')}
        bars={words.map(({ word, leads }) => ({ key: word, name: word, value: leads }))}
      />
    </Card>
  )
}

export function WatchTotals({ desk }: { desk: WatchDeskView | undefined }) {
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

export function Behaviours({ behaviours }: { behaviours: WatchDeskView['behaviours'] }) {
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

export function Workers({ desk }: { desk: WatchDeskView | undefined }) {
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
