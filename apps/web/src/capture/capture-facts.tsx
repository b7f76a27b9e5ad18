/** The numbers of a running or ended capture. */
import type { CaptureJobView } from '@mingzheng/api'
import { Card, Facts, fact } from '../design/card.tsx'
import { TimeText, useNow } from '../design/time-text.tsx'
import { formatBytes, formatDuration, formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { captureWords } from './words.ts'

export function CaptureFacts({ job }: { job: CaptureJobView }) {
  const t = useWords(captureWords)
  const language = useLanguage()
  const now = useNow(1000)
  const elapsed =
    job.startedAt === null ? 0 : (job.endedAt === null ? now : Date.parse(job.endedAt)) - Date.parse(job.startedAt)
  return (
    <Card>
      <div className="watch-numbers">
        <div>
          <strong>{formatBytes(job.bytes)}</strong>
          <span className="quiet small">{t('bytes')}</span>
        </div>
        <div>
          <strong>{formatNumber(job.requests, language)}</strong>
          <span className="quiet small">{t('requests')}</span>
        </div>
        <div>
          <strong>{formatDuration(elapsed)}</strong>
          <span className="quiet small">{t('elapsed')}</span>
        </div>
      </div>
      <Facts
        of={[
          fact(t('officer'), job.officer.name),
          fact(t('requestedAt'), <TimeText time={job.requestedAt} />),
          fact(
            t('addresses'),
            job.urls.length === 1 ? null : (
              <ul>
                {job.urls.map((url) => (
                  <li key={url} className="break small">
                    {url}
                  </li>
                ))}
              </ul>
            ),
          ),
        ]}
      />
    </Card>
  )
}
