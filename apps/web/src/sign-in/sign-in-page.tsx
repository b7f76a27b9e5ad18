/** Sign-in: name and password, then a second factor where one is set; or a passkey alone. */
import type { SignInAnswer } from '@mingzheng/api'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { meQuery } from '../data/me.ts'
import { PageHeader } from '../design/page-header.tsx'
import { useWords } from '../i18n/words.ts'
import { PasswordStep } from './password-step.tsx'
import { SecondStep } from './second-step.tsx'
import { SignInAside } from './sign-in-aside.tsx'
import './sign-in.css'
import { signInWords } from './words.ts'

const route = getRouteApi('/sign-in')

export type SecondFactor = Extract<SignInAnswer, { kind: 'second-factor' }>

export function SignInPage() {
  const t = useWords(signInWords)
  const { next } = route.useSearch()
  const queries = useQueryClient()
  const router = useRouter()
  const [second, setSecond] = useState<SecondFactor | null>(null)
  const take = async (answer: SignInAnswer) => {
    if (answer.kind === 'second-factor') return setSecond(answer)
    queries.clear()
    queries.setQueryData(meQuery.queryKey, answer.me)
    await router.invalidate()
    // Only our own addresses: a link must not lead a person who signs in to another site.
    const own = next?.startsWith('/') === true && !next.startsWith('//') && !next.startsWith('/\\')
    router.history.push(own ? next : '/desk')
  }
  return (
    <div className="sign-in">
      <SignInAside />
      <main className="sign-in-form">
        <div>
          <PageHeader title={second === null ? t('title') : t('secondTitle')} />
          {second === null ? (
            <PasswordStep onAnswer={take} />
          ) : (
            <SecondStep factor={second} onAnswer={take} onBack={() => setSecond(null)} />
          )}
          <p className="sign-in-others">
            <a href="/verify">{t('verify')}</a>
            <a href="/ledger">{t('ledger')}</a>
          </p>
        </div>
      </main>
    </div>
  )
}
