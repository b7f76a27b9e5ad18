/** How far a batch has come. */
import type { CaptureJobView } from '@mingzheng/api'
import { useWords } from '../i18n/words.ts'
import { captureWords } from './words.ts'

export function BatchProgress({ jobs }: { jobs: CaptureJobView[] }) {
  const t = useWords(captureWords)
  const count = (states: CaptureJobView['state'][]) => jobs.filter((job) => states.includes(job.state)).length
  const share = (states: CaptureJobView['state'][]) => `${(count(states) / jobs.length) * 100}%`
  return (
    <div className="batch">
      <div className="batch-bar" aria-hidden="true">
        <span style={{ width: share(['done']), background: 'var(--proven)' }} />
        <span style={{ width: share(['failed', 'cancelled']), background: 'var(--must)' }} />
        <span style={{ width: share(['running', 'fixing']), background: 'var(--running)' }} />
      </div>
      <span className="second">
        {t('batchDone', { done: count(['done', 'failed', 'cancelled']), total: jobs.length })}
      </span>
    </div>
  )
}
