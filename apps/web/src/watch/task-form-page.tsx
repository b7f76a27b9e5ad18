/** Sets up a task, or changes one: whom, what for, how often, with what it would come to by what is known. */
import type { TaskDetail, TaskView } from '@mingzheng/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Button, Form, Input } from 'antd'
import { useMemo, useRef, useState } from 'react'
import { api, ask } from '../data/api.ts'
import { BonesList } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { useWords } from '../i18n/words.ts'
import { fieldsOf, newFields, specOf, type TaskFields } from './task-fields.ts'
import { FrequencyFields, ObjectiveFields, WhatForFields } from './task-form-parts.tsx'
import { TaskPreview } from './task-preview.tsx'
import './watch.css'
import { watchWords } from './words.ts'

const changeRoute = getRouteApi('/frame/inside/tasks/$id/change')

export function NewTaskPage() {
  return <TaskForm task={null} />
}

export function ChangeTaskPage() {
  const { id } = changeRoute.useParams()
  const asked = useQuery(ask('tasks.read', { params: { id } }))
  if (asked.isError) return <ProblemView error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.data === undefined) return <BonesList rows={10} />
  return <TaskForm task={asked.data} />
}

function TaskForm({ task }: { task: TaskDetail | null }) {
  const t = useWords(watchWords)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [form] = Form.useForm<TaskFields>()
  const [initial] = useState(() => (task === null ? newFields : fieldsOf(task.name, task.spec)))
  // Also what the dialog of platforms puts in.
  const filled = Form.useWatch([], form) as Partial<TaskFields> | undefined
  const fields = useMemo(() => ({ ...initial, ...filled }), [initial, filled])
  const issues = useRef(false)
  const save = useMutation({
    mutationFn: async (filled: TaskFields): Promise<TaskView> => {
      const body = { name: filled.name, spec: specOf(filled) }
      if (task !== null) {
        const params = { id: task.id }
        return await api.call('tasks.change', { params, body: { ...body, note: filled.note ?? '' } })
      }
      const added = await api.call('tasks.add', { body })
      if (!issues.current) return added
      return await api.call('tasks.setState', { params: { id: added.id }, body: { state: 'running', note: '' } })
    },
    onSuccess: async ({ id }) => {
      await Promise.all(['tasks.list', 'tasks.read'].map((name) => queries.invalidateQueries({ queryKey: [name] })))
      await navigate({ to: '/tasks/$id', params: { id } })
    },
  })
  const submit = (andIssue: boolean) => {
    issues.current = andIssue
    form.submit()
  }
  return (
    <>
      <PageHeader
        title={task === null ? t('newTask') : `${t('edit')}：${task.name}`}
        before={
          <Link to="/tasks" className="small">
            <Icon name="back" size={13} /> {t('back')}
          </Link>
        }
      />
      <Form<TaskFields>
        form={form}
        layout="vertical"
        className="task-form"
        requiredMark={false}
        initialValues={initial}
        scrollToFirstError
        onFinish={(filled) => save.mutate({ ...initial, ...filled })}
      >
        <Card>
          <Form.Item
            name="name"
            label={t('taskName')}
            rules={[{ required: true, whitespace: true, message: t('needed') }]}
          >
            <Input maxLength={100} placeholder={t('taskNameHint')} autoFocus={task === null} />
          </Form.Item>
          {task !== null && (
            <Form.Item name="note" label={t('note')} style={{ marginBottom: 0 }}>
              <Input maxLength={500} />
            </Form.Item>
          )}
        </Card>
        <ObjectiveFields />
        <WhatForFields />
        <FrequencyFields disguised={fields.disguised} />
        <TaskPreview fields={fields} />
        <FormProblem error={save.error} />
        <div className="task-form-acts">
          {task === null && (
            <Button size="large" loading={save.isPending} onClick={() => submit(false)}>
              {t('save')}
            </Button>
          )}
          <Button type="primary" size="large" loading={save.isPending} onClick={() => submit(true)}>
            {task === null ? t('saveAndIssue') : t('save')}
          </Button>
        </div>
      </Form>
    </>
  )
}
