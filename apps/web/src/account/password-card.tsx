import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Form, Input } from 'antd'
import { api } from '../data/api.ts'
import { meQuery } from '../data/me.ts'
import { Card } from '../design/card.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { useWords } from '../i18n/words.ts'
import { accountWords } from './words.ts'

interface Fields {
  current: string
  next: string
}

export function PasswordCard() {
  const t = useWords(accountWords)
  const queries = useQueryClient()
  const [form] = Form.useForm<Fields>()
  const change = useMutation({
    mutationFn: (body: Fields) => api.call('me.password', { body }),
    onSuccess: async () => {
      form.resetFields()
      await queries.invalidateQueries(meQuery)
    },
  })
  return (
    <Card title={t('password')}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(fields) => change.mutate(fields)}>
        <Form.Item name="current" label={t('current')} rules={[{ required: true, message: t('needed') }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item name="next" label={t('next')} rules={[{ required: true, min: 10, message: t('short') }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <FormProblem error={change.error} />
        {change.isSuccess && <Alert type="success" showIcon title={t('changed')} />}
        <Button htmlType="submit" loading={change.isPending} style={{ marginTop: 12 }}>
          {t('change')}
        </Button>
      </Form>
    </Card>
  )
}
