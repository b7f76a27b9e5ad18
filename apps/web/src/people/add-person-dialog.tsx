/** Adding a person; the first password is shown once. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Form, Input, Modal, Select } from 'antd'
import { api, ask } from '../data/api.ts'
import { ShownOnce } from '../design/shown-once.tsx'
import { useWords } from '../i18n/words.ts'
import { FormProblem } from '../sign-in/form-problem.tsx'
import { peopleWords } from './words.ts'

interface Fields {
  name: string
  username: string
  cardNumber?: string
  unit?: string
}

export function AddPersonDialog({ onClose }: { onClose: () => void }) {
  const t = useWords(peopleWords)
  const queries = useQueryClient()
  const [form] = Form.useForm<Fields>()
  const organisation = useQuery(ask('organisation.read'))
  const add = useMutation({
    mutationFn: ({ name, username, cardNumber, unit }: Fields) =>
      api.call('users.add', {
        body: { name, username, unit: unit ?? null, cardNumber: cardNumber === '' ? null : (cardNumber ?? null) },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['users.list'] }),
  })
  if (add.data !== undefined) {
    const { user, firstPassword } = add.data
    return (
      <Modal
        open
        title={t('firstPassword')}
        onCancel={onClose}
        onOk={onClose}
        okText={t('close')}
        cancelButtonProps={{ hidden: true }}
      >
        <ShownOnce text={t('firstPasswordText', { name: user.name })} secret={firstPassword} />
      </Modal>
    )
  }
  const needed = [{ required: true, whitespace: true, message: t('needed') }]
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
        <Form.Item name="name" label={t('name')} rules={needed}>
          <Input autoFocus maxLength={60} />
        </Form.Item>
        <Form.Item
          name="username"
          label={t('username')}
          extra={t('usernameHint')}
          rules={[{ required: true, pattern: /^[a-z][a-z0-9._-]{1,39}$/, message: t('usernameHint') }]}
        >
          <Input className="code" autoComplete="off" spellCheck={false} />
        </Form.Item>
        <Form.Item name="cardNumber" label={t('card')}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="unit" label={t('unit')}>
          <Select
            allowClear
            options={(organisation.data?.units ?? []).map((unit) => ({ value: unit.id, label: unit.name }))}
          />
        </Form.Item>
      </Form>
      <FormProblem error={add.error} />
    </Modal>
  )
}
