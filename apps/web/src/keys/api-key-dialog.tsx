import { useMutation, useQueryClient } from '@tanstack/react-query'
import { DatePicker, Form, Input, Modal } from 'antd'
import { api } from '../data/api.ts'
import { ShownOnce } from '../design/shown-once.tsx'
import { useWords } from '../i18n/words.ts'
import { FormProblem } from '../sign-in/form-problem.tsx'
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
    return (
      <Modal
        open
        title={t('secretTitle')}
        onCancel={onClose}
        onOk={onClose}
        okText={t('close')}
        cancelButtonProps={{ hidden: true }}
      >
        <ShownOnce text={t('secretText')} secret={add.data.secret} />
      </Modal>
    )
  }
  return (
    <Modal
      open
      title={t('add')}
      okText={t('add')}
      cancelText={t('cancel')}
      confirmLoading={add.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(fields) => add.mutate(fields)}>
        <Form.Item name="name" label={t('name')} rules={[{ required: true, whitespace: true, message: t('needed') }]}>
          <Input autoFocus maxLength={60} placeholder={t('nameHint')} />
        </Form.Item>
        <Form.Item name="expires" label={t('expires')}>
          <DatePicker showTime={{ format: 'HH:mm' }} style={{ width: '100%' }} />
        </Form.Item>
      </Form>
      <FormProblem error={add.error} />
    </Modal>
  )
}
