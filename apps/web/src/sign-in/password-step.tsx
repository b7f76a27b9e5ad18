import type { SignInAnswer } from '@mingzheng/api'
import { useMutation } from '@tanstack/react-query'
import { Button, Divider, Form, Input } from 'antd'
import { api } from '../data/api.ts'
import { FormProblem } from '../design/form-problem.tsx'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { signInByPasskey } from './use-passkey.ts'
import { signInWords } from './words.ts'

interface Fields {
  username: string
  password: string
}

export function PasswordStep({ onAnswer }: { onAnswer: (answer: SignInAnswer) => Promise<void> }) {
  const t = useWords(signInWords)
  const byPassword = useMutation({
    mutationFn: (body: Fields) => api.call('session.start', { body }),
    onSuccess: onAnswer,
  })
  const byPasskey = useMutation({ mutationFn: () => signInByPasskey(), onSuccess: onAnswer })
  return (
    <Form<Fields> layout="vertical" requiredMark={false} onFinish={(fields) => byPassword.mutate(fields)} size="large">
      <Form.Item name="username" label={t('username')} rules={[{ required: true, message: t('usernameNeeded') }]}>
        <Input autoFocus autoComplete="username webauthn" spellCheck={false} />
      </Form.Item>
      <Form.Item name="password" label={t('password')} rules={[{ required: true, message: t('passwordNeeded') }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <FormProblem error={byPassword.error ?? byPasskey.error} />
      <Button type="primary" htmlType="submit" block loading={byPassword.isPending} className="sign-in-submit">
        {t('next')}
      </Button>
      <Divider plain>{t('or')}</Divider>
      <Button
        block
        icon={<Icon name="key" />}
        loading={byPasskey.isPending}
        onClick={() => {
          byPassword.reset()
          byPasskey.mutate()
        }}
      >
        {t('passkey')}
      </Button>
    </Form>
  )
}
