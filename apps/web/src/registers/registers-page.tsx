/** The registers at a glance: what is on each, since when, and how to add to it. */
import type { RegisterView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { Bones } from '../design/bones.tsx'
import '../design/card.css'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import './registers.css'
import { registerWords } from './words.ts'

export function RegistersPage() {
  const t = useWords(registerWords)
  const list = useQuery(ask('registers.list'))
  if (list.isError) return <ProblemView error={list.error} onRetry={() => void list.refetch()} />
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      {list.isPending && <Bones height={240} />}
      <ul className="registers">
        {(list.data?.registers ?? []).map((register) => (
          <RegisterCard key={register.kind} register={register} />
        ))}
      </ul>
    </>
  )
}

function RegisterCard({ register }: { register: RegisterView }) {
  const t = useWords(registerWords)
  const me = useMe()
  const language = useLanguage()
  const { kind, version, entries, changedAt } = register
  return (
    <li className="card register-card">
      <h2>
        <Link to="/registers/$kind" params={{ kind }}>
          {t(`kind-${kind}`)}
        </Link>
      </h2>
      <p className="second">{t(`about-${kind}`)}</p>
      <p className="register-facts">
        <strong>{t('entries', { n: formatNumber(entries, language) })}</strong>{' '}
        <span className="quiet small">
          {version === 0 ? t('never') : t('version', { n: version })}
          {changedAt !== null && (
            <>
              {' · '}
              {t('changed')} <TimeText time={changedAt} relative="only" />
            </>
          )}
        </span>
      </p>
      {may(me, 'monitoring.settings') && (
        <Link to="/registers/$kind/import" params={{ kind }} className="button">
          {t('import')}
        </Link>
      )}
    </li>
  )
}
