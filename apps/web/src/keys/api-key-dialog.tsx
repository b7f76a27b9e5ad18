import { useMutation, useQueryClient } from '@tanstack/react-query'
import { DatePicker, Form, Input } from 'antd'
import { api } from '../data/api.ts'
import { ActDialog } from '../design/act-dialog.tsx'
import { ShownOnce } from '../design/shown-once.tsx'
import { useWords } from '../i18n/words.ts'
import { keysWords } from './words.ts'

interface Fields {
  name: string
  expires?: { toISOString(): string } | null
}

export function ApiKeyDialog({ onClose }: { onClose: () => void }) {
  const t = useWords(keysWords)
  const queries = useQueryClient()
  const [form] = Form.useForm<Fields>()
  const add = useMutation({
    mutationFn: ({ name, expires }: Fields) =>
      api.call('apiKeys.add', { body: { name, expiresAt: expires?.toISOString() ?? null } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['apiKeys.list'] }),
  })
  if (add.data !== undefined) {
    return <ShownOnce title={t('secretTitle')} text={t('secretText')} secret={add.data.secret} onClose={onClose} />
  }
  return (
    <ActDialog title={t('add')} act={t('add')} work={add} onClose={onClose} onAct={() => form.submit()}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(fields) => add.mutate(fields)}>
        <Form.Item name="name" label={t('name')} rules={[{ required: true, whitespace: true, message: t('needed') }]}>
          <Input autoFocus maxLength={60} placeholder={t('nameHint')} />
        </Form.Item>
        <Form.Item name="expires" label={t('expires')}>
          <DatePicker showTime={{ format: 'HH:mm' }} style={{ width: '100%' }} />
        </Form.Item>
      </Form>
    </ActDialog>
  )
}
