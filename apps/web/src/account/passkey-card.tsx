/** The person's passkeys: adding one, removing one. */
import { type PublicKeyCredentialCreationOptionsJSON, startRegistration } from '@simplewebauthn/browser'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { api, ask } from '../data/api.ts'
import { meQuery } from '../data/me.ts'
import { Card } from '../design/card.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useConfirm } from '../design/use-confirm.ts'
import { useWords } from '../i18n/words.ts'
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
  const confirm = useConfirm()
  const [form] = Form.useForm<{ name: string }>()
  const passkeys = useQuery(ask('me.passkeys'))
  const reload = () => Promise.all([queries.invalidateQueries(meQuery), passkeys.refetch()])
  const add = useMutation({
    mutationFn: addPasskey,
    onSuccess: () => {
      form.resetFields()
      return reload()
    },
  })
  const remove = useMutation({
    mutationFn: (id: string) => api.call('me.passkeyRemove', { params: { id } }),
    onSuccess: () => {
      add.reset()
      return reload()
    },
  })
  return (
    <Card title={t('passkeys')} aside={<span className="quiet small">{t('passkeyCount', { count })}</span>}>
      <p className="second" style={{ marginBottom: 12 }}>
        {t('passkeyText')}
      </p>
      <ul className="passkeys">
        {(passkeys.data?.passkeys ?? []).map(({ id, name, createdAt, lastUsedAt }) => (
          <li key={id}>
            <span>
              <span className="ellipsis">{name}</span>
              <span className="quiet small">
                {t('passkeyMade')} <TimeText time={createdAt} seconds={false} />
                {lastUsedAt !== null && (
                  <>
                    {' · '}
                    {t('passkeyUsed')} <TimeText time={lastUsedAt} relative="only" />
                  </>
                )}
              </span>
            </span>
            <Button
              size="small"
              type="text"
              danger
              aria-label={`${t('passkeyRemove')} ${name}`}
              onClick={() =>
                confirm({
                  title: t('passkeyRemoveTitle', { name }),
                  text: t('passkeyRemoveText'),
                  act: t('passkeyRemove'),
                  onAct: () => remove.mutateAsync(id),
                })
              }
            >
              {t('passkeyRemove')}
            </Button>
          </li>
        ))}
      </ul>
      <Form<{ name: string }> form={form} layout="vertical" onFinish={({ name }) => add.mutate(name)}>
        <Form.Item name="name" rules={[{ required: true, max: 60, whitespace: true, message: t('needed') }]}>
          <Input placeholder={t('passkeyName')} aria-label={t('passkeyName')} />
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
