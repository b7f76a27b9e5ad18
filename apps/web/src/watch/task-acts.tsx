/** Issue, pause, resume, stop, change: each takes effect at once. */
import type { TaskDetail, TaskView } from '@mingzheng/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { api, ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { useProblemText } from '../design/problem-view.tsx'
import { useConfirm } from '../design/use-confirm.ts'
import { useWords } from '../i18n/words.ts'
import { watchWords } from './words.ts'

export function TaskActs({ task }: { task: TaskView }) {
  const t = useWords(watchWords)
  const me = useMe()
  const queries = useQueryClient()
  const confirm = useConfirm()
  const textOf = useProblemText()
  const { message } = App.useApp()
  const params = { id: task.id }
  const set = useMutation({
    mutationFn: (state: 'running' | 'paused' | 'stopped') =>
      api.call('tasks.setState', { params, body: { state, note: '' } }),
    onSuccess: async (next) => {
      queries.setQueryData(ask('tasks.read', { params }).queryKey, (old: TaskDetail | undefined) =>
        old === undefined ? old : { ...old, ...next },
      )
      await queries.invalidateQueries({ queryKey: ['tasks.list'] })
    },
    onError: (error) => {
      const said = textOf(error)
      void message.error(said.detail || said.title)
    },
  })
  if (!may(me, 'monitoring.task') || task.state === 'stopped') return null
  return (
    <>
      <Button
        danger
        onClick={() =>
          confirm({
            title: t('stopTitle'),
            text: t('stopText'),
            act: t('stop'),
            onAct: () => set.mutateAsync('stopped'),
          })
        }
      >
        {t('stop')}
      </Button>
      <Link to="/tasks/$id/change" params={params} className="button">
        {t('edit')}
      </Link>
      {task.state === 'running' ? (
        <Button loading={set.isPending} onClick={() => set.mutate('paused')}>
          {t('pause')}
        </Button>
      ) : (
        <Button type="primary" loading={set.isPending} onClick={() => set.mutate('running')}>
          {task.state === 'draft' ? t('issue') : t('resume')}
        </Button>
      )}
    </>
  )
}
