/**
 * The session ended in the middle of work: signing in again above the page, so that nothing that was typed is lost. Whoever then
 * is another person gets a fresh page.
 */
import type { SignInAnswer } from '@mingzheng/api'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { Modal } from 'antd'
import { useEffect, useState } from 'react'
import { onSignedOut } from '../data/api.ts'
import { meQuery } from '../data/me.ts'
import { useWords } from '../i18n/words.ts'
import { PasswordStep } from './password-step.tsx'
import { SecondStep } from './second-step.tsx'
import type { SecondFactor } from './sign-in-page.tsx'
import { signInWords } from './words.ts'

export function SessionDialog() {
  const t = useWords(signInWords)
  const queries = useQueryClient()
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [second, setSecond] = useState<SecondFactor | null>(null)
  // Who was never signed in is led to the page for it.
  useEffect(() => onSignedOut(() => setOpen(queries.getQueryData(meQuery.queryKey) != null)), [queries])
  const take = async (answer: SignInAnswer) => {
    if (answer.kind === 'second-factor') return setSecond(answer)
    if (answer.me.user.id !== queries.getQueryData(meQuery.queryKey)?.user.id) return location.reload()
    queries.setQueryData(meQuery.queryKey, answer.me)
    setSecond(null)
    setOpen(false)
    await queries.invalidateQueries()
  }
  const leave = async () => {
    setOpen(false)
    queries.setQueryData(meQuery.queryKey, null)
    await router.invalidate()
  }
  return (
    <Modal
      open={open}
      destroyOnHidden
      title={t('sessionEnded')}
      footer={null}
      width={420}
      mask={{ closable: false }}
      onCancel={() => void leave()}
    >
      <p className="second" style={{ marginBottom: 16 }}>
        {t('sessionEndedText')}
      </p>
      {second === null ? (
        <PasswordStep onAnswer={take} />
      ) : (
        <SecondStep factor={second} onAnswer={take} onBack={() => setSecond(null)} />
      )}
    </Modal>
  )
}
