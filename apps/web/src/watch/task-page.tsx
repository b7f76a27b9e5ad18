/** One task as it runs: pages fetched, refused and changed, findings as they come, what it costs; pausing at once. */
import type { CountsView, FindingView, TaskDetail, TaskEventView } from '@mingzheng/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ask } from '../data/api.ts'
import { useEvents } from '../data/events.ts'
import { BonesList } from '../design/bones.tsx'
import { Card, Facts, fact } from '../design/card.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import '../design/total.css'
import { formatBytes, formatDuration, formatNumber, formatTime } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { FetchList } from './fetch-list.tsx'
import { FindingList, newestOf } from './live-findings.tsx'
import { TaskActs } from './task-acts.tsx'
import { TaskAsks } from './task-asks.tsx'
import { TaskState, useEvery } from './task-words.tsx'
import './watch.css'
import { watchWords } from './words.ts'

const route = getRouteApi('/frame/inside/tasks/$id')
const FINDINGS = 30

export function TaskPage() {
  const t = useWords(watchWords)
  const { id } = route.useParams()
  const every = useEvery()
  const queries = useQueryClient()
  const [arrived, setArrived] = useState<readonly FindingView[]>([])
  const asked = useQuery({ ...ask('tasks.read', { params: { id } }), refetchInterval: 10_000 })
  const findings = useQuery(ask('findings.list', { query: { task: id, limit: FINDINGS } }))
  const receive = (event: TaskEventView) => {
    if (event.kind === 'finding') setArrived((now) => [event.finding, ...now].slice(0, FINDINGS))
    if (event.kind === 'task')
      queries.setQueryData(ask('tasks.read', { params: { id } }).queryKey, (old: TaskDetail | undefined) =>
        old === undefined ? old : { ...old, ...event.task },
      )
    if (event.kind === 'fetch') void queries.invalidateQueries({ queryKey: ['tasks.fetches'] })
  }
  const connection = useEvents('tasks.events', { params: { id } }, asked.isSuccess, receive)
  const task = asked.data
  if (asked.isError) return <ProblemView error={asked.error} onRetry={() => void asked.refetch()} />
  if (task === undefined) return <BonesList rows={8} />
  const shown = newestOf(arrived, findings.data?.findings ?? [], FINDINGS)
  return (
    <>
      <PageHeader
        title={task.name}
        before={
          <Link to="/tasks" className="small">
            <Icon name="back" size={13} /> {t('back')}
          </Link>
        }
        text={
          <span>
            <TaskState state={task.state} /> · {every(task.spec.frequency)} ·{' '}
            {task.platforms.map(({ name }) => name).join('、')}
          </span>
        }
        acts={<TaskActs task={task} />}
      />
      {connection === 'lost' && task.state === 'running' && <p className="meaning-watch">{t('connectionLost')}</p>}
      <TaskTotals task={task} />
      <div className="watch-grid">
        <div className="watch-main">
          <FindingList title={t('findings')} none={t('findingsNone')} findings={shown} />
          <FetchList id={id} />
        </div>
        <div className="watch-side">
          <TaskAsks task={task} />
          <CostCard totals={task.totals} />
          {task.hosts.length > 0 && <HostsCard hosts={task.hosts} />}
          <VersionsCard versions={task.versions} />
        </div>
      </div>
    </>
  )
}

function TaskTotals({ task }: { task: TaskDetail }) {
  const t = useWords(watchWords)
  const language = useLanguage()
  const { totals } = task
  const refused = totals.blocked + totals.limited + totals.captcha + totals.empty + totals.decoy + totals.failed
  const figures: readonly (readonly [string, number])[] = [
    [t('addressesHeld'), task.addresses],
    [t('dueNow'), task.due],
    [t('pagesFetched'), totals.fetched],
    [t('change-changed'), totals.changed],
    [t('trendRefused'), refused],
    [t('examined'), totals.examined],
    [t('undecided'), totals.undecided],
    [t('found'), totals.leads],
  ]
  return (
    <div className="watch-totals">
      {figures.map(([name, value]) => (
        <div key={name} className="card total">
          <span className="total-value">{formatNumber(value, language)}</span>
          <span className="quiet">{name}</span>
        </div>
      ))}
    </div>
  )
}

function CostCard({ totals }: { totals: CountsView }) {
  const t = useWords(watchWords)
  return (
    <Card title={t('cost')}>
      <Facts
        of={[
          fact(t('costBytes'), formatBytes(totals.bytes)),
          fact(t('costWire'), formatDuration(totals.ms)),
          fact(t('costCpu'), formatDuration(totals.cpuMs)),
        ]}
      />
    </Card>
  )
}

function HostsCard({ hosts }: { hosts: TaskDetail['hosts'] }) {
  const t = useWords(watchWords)
  return (
    <Card title={t('hosts')}>
      {hosts.map((host) => (
        <div key={host.origin} className="platform-line">
          <span className="ellipsis code small">{host.origin}</span>
          <Status meaning={host.state === 'ok' ? 'proven' : host.state === 'slow' ? 'watch' : 'must'}>
            {t(`host-${host.state}`)}
          </Status>
          {host.state !== 'ok' && (
            <span className="small second">
              {host.reason} · {t('notBefore', { time: formatTime(host.nextAt) })}
            </span>
          )}
        </div>
      ))}
    </Card>
  )
}

function VersionsCard({ versions }: { versions: TaskDetail['versions'] }) {
  const t = useWords(watchWords)
  return (
    <Card title={t('versions')}>
      {versions.map((one) => (
        <div key={`${one.version}-${one.at}-${one.state}`} className="platform-line">
          <span>{t('versionLine', { version: one.version, by: one.by })}</span>
          <TaskState state={one.state} />
          <span className="small quiet">
            <TimeText time={one.at} /> {one.note}
          </span>
        </div>
      ))}
    </Card>
  )
}
