import type { SignInAnswer } from '@mingzheng/api'
import { useMutation } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { api } from '../data/api.ts'
import { FormProblem } from '../design/form-problem.tsx'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import type { SecondFactor } from './sign-in-page.tsx'
import { signInByPasskey } from './use-passkey.ts'
import { signInWords } from './words.ts'

interface SecondStepProps {
  factor: SecondFactor
  onAnswer: (answer: SignInAnswer) => Promise<void>
  onBack: () => void
}

export function SecondStep({ factor, onAnswer, onBack }: SecondStepProps) {
  const t = useWords(signInWords)
  const { ticket, methods } = factor
  const byCode = useMutation({
    mutationFn: (code: string) => api.call('session.totp', { body: { ticket, code } }),
    onSuccess: onAnswer,
  })
  const byPasskey = useMutation({ mutationFn: () => signInByPasskey(ticket), onSuccess: onAnswer })
  return (
    <Form<{ code: string }>
      layout="vertical"
      requiredMark={false}
      size="large"
      onFinish={({ code }) => byCode.mutate(code)}
    >
      {methods.includes('totp') && (
        <>
          <p className="second sign-in-text">{t('secondText')}</p>
          <Form.Item
            name="code"
            label={t('code')}
            rules={[{ required: true, pattern: /^\d{6}$/, message: t('secondText') }]}
          >
            <Input
              autoFocus
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={6}
              className="sign-in-code"
              onChange={(event) => {
                if (/^\d{6}$/.test(event.target.value)) byCode.mutate(event.target.value)
              }}
            />
          </Form.Item>
        </>
      )}
      <FormProblem error={byCode.error ?? byPasskey.error} />
      {methods.includes('totp') && (
        <Button type="primary" htmlType="submit" block loading={byCode.isPending} className="sign-in-submit">
          {t('confirm')}
        </Button>
      )}
      {methods.includes('passkey') && (
        <Button
          block
          icon={<Icon name="key" />}
          loading={byPasskey.isPending}
          onClick={() => byPasskey.mutate()}
          className="sign-in-submit"
        >
          {t('usePasskey')}
        </Button>
      )}
      <Button type="link" onClick={onBack} className="sign-in-submit">
        {t('again')}
      </Button>
    </Form>
  )
}
