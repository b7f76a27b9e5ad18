import { type PublicKeyCredentialCreationOptionsJSON, startRegistration } from '@simplewebauthn/browser'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { api } from '../data/api.ts'
import { meQuery } from '../data/me.ts'
import { Card } from '../design/card.tsx'
import { Status } from '../design/status.tsx'
import { useWords } from '../i18n/words.ts'
import { FormProblem } from '../sign-in/form-problem.tsx'
import { accountWords } from './words.ts'

async function addPasskey(name: string): Promise<void> {
  const { ticket, options } = await api.call('me.passkeyStart')
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON
  const response = (await startRegistration({ optionsJSON })) as unknown as Record<string, unknown>
  await api.call('me.passkeyAdd', { body: { ticket, name, response } })
}

export function PasskeyCard({ count }: { count: number }) {
  const t = useWords(accountWords)
  const queries = useQueryClient()
  const add = useMutation({ mutationFn: addPasskey, onSuccess: () => queries.invalidateQueries(meQuery) })
  return (
    <Card title={t('passkeys')} aside={<span className="quiet small">{t('passkeyCount', { count })}</span>}>
      <p className="second" style={{ marginBottom: 12 }}>
        {t('passkeyText')}
      </p>
      <Form<{ name: string }> layout="vertical" onFinish={({ name }) => add.mutate(name)}>
        <Form.Item name="name" rules={[{ required: true, max: 60, message: t('needed') }]}>
          <Input placeholder={t('passkeyName')} />
        </Form.Item>
        <Button htmlType="submit" loading={add.isPending}>
          {t('passkeyAdd')}
        </Button>
      </Form>
      {add.isSuccess && <Status meaning="proven">{t('passkeyDone')}</Status>}
      <FormProblem error={add.error} />
    </Card>
  )
}
