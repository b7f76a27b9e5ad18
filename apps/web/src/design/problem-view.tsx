/** What went wrong, what was kept, what to do: every failed answer is shown by this. */
import { ProblemError } from '@mingzheng/api'
import { z } from 'zod'
import { useWords } from '../i18n/words.ts'
import { useSaid } from '../said/use-said.ts'
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

export interface ProblemText {
  title: string
  detail: string
  remedy: string
}

/** The texts of an error in the language of the moment: title, what happened, remedy. */
export function useProblemText(): (error: unknown) => ProblemText {
  const t = useWords(designWords)
  const said = useSaid()
  return (error) => {
    // An answer that does not fit its schema comes from a server of another version than this page.
    if (error instanceof z.ZodError) return { title: t('outdated'), detail: '', remedy: t('outdatedRemedy') }
    if (!(error instanceof ProblemError)) return { title: t('failed'), detail: '', remedy: t('failedRemedy') }
    const { problem } = error
    const words = wordsOf(problem.status)
    const { detail, remedy } = said.problem(problem)
    const plain = problem.status === 0 || problem.status === 404 || problem.code === 'not-permitted'
    return {
      title: t(words.title),
      detail: plain ? '' : detail,
      remedy: (plain ? '' : remedy) || (words.remedy === null ? '' : t(words.remedy)),
    }
  }
}

export function ProblemView({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useWords(designWords)
  const { title, detail, remedy } = useProblemText()(error)
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
