/** Adding a person; the first password is shown once. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Form, Input, Select } from 'antd'
import { api, ask } from '../data/api.ts'
import { ActDialog } from '../design/act-dialog.tsx'
import { ShownOnce } from '../design/shown-once.tsx'
import { useWords } from '../i18n/words.ts'
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
    const text = t('firstPasswordText', { name: user.name })
    return <ShownOnce title={t('firstPassword')} text={text} secret={firstPassword} onClose={onClose} />
  }
  const needed = [{ required: true, whitespace: true, message: t('needed') }]
  return (
    <ActDialog title={t('add')} act={t('add')} work={add} onClose={onClose} onAct={() => form.submit()}>
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
    </ActDialog>
  )
}
