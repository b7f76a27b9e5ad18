import type { AnswerOf } from '@mingzheng/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Form, Input, Select } from 'antd'
import { api } from '../data/api.ts'
import { ActDialog } from '../design/act-dialog.tsx'
import { useWords } from '../i18n/words.ts'
import { organisationWords } from './words.ts'

interface UnitDialogProps {
  units: AnswerOf<'organisation.read'>['units']
  onClose: () => void
}

export function UnitDialog({ units, onClose }: UnitDialogProps) {
  const t = useWords(organisationWords)
  const queries = useQueryClient()
  const [form] = Form.useForm<{ name: string; parent?: string }>()
  const add = useMutation({
    mutationFn: (fields: { name: string; parent?: string }) =>
      api.call('units.add', { body: { name: fields.name.trim(), parent: fields.parent ?? null } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['organisation.read'] })
      onClose()
    },
  })
  return (
    <ActDialog title={t('addUnit')} act={t('add')} work={add} onClose={onClose} onAct={() => form.submit()}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(fields) => add.mutate(fields)}>
        <Form.Item name="name" label={t('name')} rules={[{ required: true, whitespace: true, message: t('needed') }]}>
          <Input autoFocus maxLength={100} />
        </Form.Item>
        <Form.Item name="parent" label={t('parent')}>
          <Select
            allowClear
            placeholder={t('topLevel')}
            options={units.map((unit) => ({ value: unit.id, label: unit.name }))}
          />
        </Form.Item>
      </Form>
    </ActDialog>
  )
}
