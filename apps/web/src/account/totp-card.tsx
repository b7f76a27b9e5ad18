import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { api } from '../data/api.ts'
import { meQuery } from '../data/me.ts'
import { Card } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { QrPicture } from '../design/qr-picture.tsx'
import { Status } from '../design/status.tsx'
import { useWords } from '../i18n/words.ts'
import { accountWords } from './words.ts'

export function TotpCard({ on }: { on: boolean }) {
  const t = useWords(accountWords)
  const queries = useQueryClient()
  const start = useMutation({ mutationFn: () => api.call('me.totpStart') })
  const confirm = useMutation({
    mutationFn: (code: string) => api.call('me.totpConfirm', { body: { ticket: start.data?.ticket ?? '', code } }),
    onSuccess: async () => {
      start.reset()
      await queries.invalidateQueries(meQuery)
    },
  })
  return (
    <Card
      title={t('totp')}
      aside={<Status meaning={on ? 'proven' : 'watch'}>{on ? t('totpOn') : t('totpOff')}</Status>}
    >
      <p className="second">{t('totpText')}</p>
      {start.data === undefined ? (
        <Button onClick={() => start.mutate()} loading={start.isPending} style={{ marginTop: 12 }}>
          {on ? t('totpRenew') : t('totpStart')}
        </Button>
      ) : (
        <div style={{ display: 'grid', gap: 14, marginTop: 14 }}>
          <QrPicture text={start.data.uri} size={168} />
          <div className="small quiet">
            {t('secret')}
            <div>
              <Digest value={start.data.secret} whole />
            </div>
          </div>
          <Form<{ code: string }> layout="inline" onFinish={({ code }) => confirm.mutate(code)}>
            <Form.Item name="code" rules={[{ required: true, pattern: /^\d{6}$/, message: '' }]}>
              <Input inputMode="numeric" maxLength={6} placeholder={t('code')} autoComplete="one-time-code" autoFocus />
            </Form.Item>
            <Button type="primary" htmlType="submit" loading={confirm.isPending}>
              {t('confirm')}
            </Button>
          </Form>
        </div>
      )}
      {confirm.isSuccess && <Status meaning="proven">{t('totpDone')}</Status>}
      <FormProblem error={start.error ?? confirm.error} />
    </Card>
  )
}
