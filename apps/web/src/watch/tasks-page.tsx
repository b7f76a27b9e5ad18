/** Monitoring tasks, newest first. */
import type { TaskView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import type { Column } from '../design/data-table.tsx'
import { Empty } from '../design/empty.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { QueryTable } from '../design/query-table.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { TaskState, useEvery } from './task-words.tsx'
import './watch.css'
import { watchWords } from './words.ts'

export function TasksPage() {
  const t = useWords(watchWords)
  const language = useLanguage()
  const every = useEvery()
  const navigate = useNavigate()
  const me = useMe()
  const list = useQuery({ ...ask('tasks.list'), refetchInterval: 5000 })
  const newTask = may(me, 'monitoring.task') && (
    <Link to="/tasks/new" className="button button-primary">
      <Icon name="plus" /> {t('newTask')}
    </Link>
  )
  const next = (task: TaskView) =>
    task.nextAt === null ? '—' : task.due > 0 ? t('now') : <TimeText time={task.nextAt} relative="only" />
  const columns: Column<TaskView>[] = [
    {
      key: 'name',
      title: t('taskName'),
      track: 'minmax(160px, 2fr)',
      render: (task) => (
        <Link to="/tasks/$id" params={{ id: task.id }}>
          {task.name}
        </Link>
      ),
    },
    { key: 'state', title: t('state'), track: '110px', render: (task) => <TaskState state={task.state} /> },
    {
      key: 'platforms',
      rank: 3,
      title: t('chosenPlatforms'),
      track: 'minmax(120px, 1.5fr)',
      render: (task) => task.platforms.map(({ name }) => name).join('、'),
    },
    { key: 'every', rank: 2, title: t('every'), track: '110px', render: (task) => every(task.spec.frequency) },
    {
      key: 'fetched',
      title: t('pagesFetched'),
      track: '96px',
      align: 'right',
      render: (task) => formatNumber(task.totals.fetched, language),
    },
    {
      key: 'leads',
      title: t('found'),
      track: '80px',
      align: 'right',
      render: (task) => formatNumber(task.totals.leads, language),
    },
    { key: 'next', rank: 1, title: t('next'), track: '110px', render: next },
  ]
  return (
    <>
      <PageHeader title={t('tasksTitle')} text={t('tasksText')} acts={newTask} />
      <QueryTable
        query={list}
        label={t('tasksTitle')}
        columns={columns}
        rows={list.data?.tasks ?? []}
        keyOf={(task) => task.id}
        onOpen={(task) => void navigate({ to: '/tasks/$id', params: { id: task.id } })}
        empty={<Empty icon="scan" title={t('tasksNone')} text={t('tasksNoneText')} action={newTask || undefined} />}
        renderNarrow={(task) => (
          <>
            <div className="ellipsis">
              <Link to="/tasks/$id" params={{ id: task.id }}>
                {task.name}
              </Link>
            </div>
            <div className="small">
              <TaskState state={task.state} /> · {every(task.spec.frequency)} · {t('found')} {task.totals.leads}
            </div>
          </>
        )}
      />
    </>
  )
}
