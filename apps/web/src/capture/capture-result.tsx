/** How a capture ended, in one line, with the next step. */
import type { CaptureJobView } from '@mingzheng/api'
import { Link } from '@tanstack/react-router'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { useSaid } from '../said/use-said.ts'
import { useStepWord } from './use-step-word.ts'
import { captureWords } from './words.ts'

/** Which steps were not done, and why. */
function FailedSteps({ job }: { job: CaptureJobView }) {
  const said = useSaid()
  const stepWord = useStepWord()
  const failed = job.steps.filter((step) => step.state === 'failed')
  if (failed.length === 0) return null
  return (
    <ul>
      {failed.map((step) => (
        <li key={step.name}>
          {stepWord(step.name)}
          {step.detail !== null && ` · ${said.sentence(step.detail)}`}
        </li>
      ))}
    </ul>
  )
}

export function CaptureResult({ job }: { job: CaptureJobView }) {
  const t = useWords(captureWords)
  const problem = useSaid().problem(job.problem ?? { code: '' })
  const whole = job.state === 'done' && job.complete !== false
  const meaning = whole ? 'proven' : job.state === 'failed' ? 'must' : 'watch'
  const title = whole
    ? t('doneTitle')
    : job.state === 'failed'
      ? t('failedTitle')
      : job.state === 'cancelled'
        ? t('cancelledTitle')
        : t('doneIncomplete')
  return (
    <div className={`result result-${meaning}`} role="status">
      <Icon name={whole ? 'passed' : meaning === 'must' ? 'failed' : 'warning'} size={24} />
      <div>
        <h2>{title}</h2>
        {job.number !== null && <div className="code">{job.number}</div>}
        {job.complete === false && <FailedSteps job={job} />}
        {job.problem !== null && (
          <>
            <div>{problem.detail}</div>
            {problem.remedy !== '' && <div>{problem.remedy}</div>}
          </>
        )}
      </div>
      <div className="result-acts">
        {job.number !== null && (
          <Link to="/evidence/$number" params={{ number: job.number }} className="button button-primary">
            {t('openEvidence')}
          </Link>
        )}
        <Link
          to="/capture"
          search={{ urls: job.urls.join('\n'), ...(job.number === null ? {} : { recaptureOf: job.number }) }}
          className="button"
        >
          {t('again')}
        </Link>
      </div>
    </div>
  )
}
