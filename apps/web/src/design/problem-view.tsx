/** What went wrong, what was kept, what to do: every failed answer is shown by this. */
import { ProblemError } from '@mingzheng/api'
import { z } from 'zod'
import { type Translate, useWords } from '../i18n/words.ts'
import { Icon } from './icon.tsx'
import './problem-view.css'
import { designWords } from './words.ts'

type Word = keyof (typeof designWords)['zh']

function wordsOf(status: number): { title: Word; remedy: Word | null } {
  if (status === 0) return { title: 'unreachable', remedy: 'unreachableRemedy' }
  if (status === 403) return { title: 'forbidden', remedy: 'forbiddenRemedy' }
  if (status === 404) return { title: 'notFound', remedy: 'notFoundRemedy' }
  if (status === 409) return { title: 'conflict', remedy: null }
  if (status === 429) return { title: 'limited', remedy: 'limitedRemedy' }
  if (status >= 400 && status < 500) return { title: 'invalid', remedy: null }
  return { title: 'failed', remedy: 'failedRemedy' }
}

/** The texts of an error: title, what the server said, remedy. */
export function problemText(error: unknown, t: Translate<Word>): { title: string; detail: string; remedy: string } {
  // An answer that does not fit its schema comes from a server of another version than this page.
  if (error instanceof z.ZodError) return { title: t('outdated'), detail: '', remedy: t('outdatedRemedy') }
  if (!(error instanceof ProblemError)) {
    return { title: t('failed'), detail: error instanceof Error ? error.message : '', remedy: t('failedRemedy') }
  }
  const { problem } = error
  const words = wordsOf(problem.status)
  const known = problem.status === 0 || problem.status === 403 || problem.status === 404
  return {
    title: t(words.title),
    detail: known ? '' : (problem.detail ?? problem.title),
    remedy: problem.remedy ?? (words.remedy === null ? '' : t(words.remedy)),
  }
}

export function ProblemView({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useWords(designWords)
  const { title, detail, remedy } = problemText(error, t)
  const instance = error instanceof ProblemError ? error.problem.instance : undefined
  return (
    <div className="problem" role="alert">
      <span className="meaning-must">
        <Icon name="warning" size={22} />
      </span>
      <div>
        <h2>{title}</h2>
        {detail !== '' && <p className="second break">{detail}</p>}
        {remedy !== '' && <p className="second break">{remedy}</p>}
        {instance !== undefined && <p className="quiet small code">{t('requestName', { name: instance })}</p>}
        {onRetry !== undefined && (
          <button type="button" className="button" onClick={onRetry}>
            <Icon name="refresh" size={14} /> {t('retry')}
          </button>
        )}
      </div>
    </div>
  )
}
