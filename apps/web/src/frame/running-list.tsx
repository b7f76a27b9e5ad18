/** What runs now, from anywhere. */
import type { CaptureJobView } from '@mingzheng/api'
import { Link } from '@tanstack/react-router'
import { JobState } from '../design/states.tsx'
import { formatBytes } from '../i18n/formats.ts'
import { useWords } from '../i18n/words.ts'
import { frameWords } from './words.ts'

export function RunningList({ jobs }: { jobs: CaptureJobView[] }) {
  const t = useWords(frameWords)
  if (jobs.length === 0) return <p className="second pop-list">{t('runningNone')}</p>
  return (
    <ul className="pop-list">
      {jobs.slice(0, 12).map((job) => (
        <li key={job.id}>
          <Link to="/capture/$id" params={{ id: job.id }} className="pop-item">
            <span className="ellipsis">{job.urls[0]}</span>
            <span className="pop-facts small">
              <JobState state={job.state} />
              <span className="quiet">{formatBytes(job.bytes)}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
