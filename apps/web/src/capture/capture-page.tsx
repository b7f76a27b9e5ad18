/** Watching a capture: live picture, steps, bytes, requests, the log, and the end of it. */
import type { CaptureJobView } from '@mingzheng/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Alert } from 'antd'
import { useState } from 'react'
import { ask } from '../data/api.ts'
import { useEvents } from '../data/events.ts'
import { BonesList } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { IncompleteMark, JobState } from '../design/states.tsx'
import { useWords } from '../i18n/words.ts'
import { useSaid } from '../said/use-said.ts'
import { CancelButton } from './cancel-button.tsx'
import './capture.css'
import { CaptureFacts } from './capture-facts.tsx'
import { CaptureResult } from './capture-result.tsx'
import { LivePicture } from './live-picture.tsx'
import { StepList } from './step-list.tsx'
import { captureWords } from './words.ts'

const route = getRouteApi('/frame/inside/capture/$id')
const LOG_LINES = 400

/** No picture was taken: the page did not open, or the capture ended before. */
const isUnpictured = ({ name, state }: CaptureJobView['steps'][number]) =>
  name === 'picture' && (state === 'skipped' || state === 'failed')

export const isRunning = (job: CaptureJobView) => ['queued', 'running', 'fixing'].includes(job.state)

export function CapturePage() {
  const t = useWords(captureWords)
  const { id } = route.useParams()
  const queries = useQueryClient()
  const query = ask('captures.read', { params: { id } })
  const job = useQuery(query)
  const [frame, setFrame] = useState<string | null>(null)
  const [log, setLog] = useState<{ at: string; text: string }[]>([])
  const running = job.data !== undefined && isRunning(job.data)
  const connection = useEvents('captures.events', { params: { id } }, running, (event) => {
    if (event.kind === 'frame') setFrame(`data:image/jpeg;base64,${event.jpeg}`)
    else if (event.kind === 'log') setLog((old) => [...old.slice(1 - LOG_LINES), event])
    else {
      queries.setQueryData(query.queryKey, event.job)
      if (!isRunning(event.job)) void queries.invalidateQueries({ queryKey: ['captures.list'] })
    }
  })
  if (job.isError) return <ProblemView error={job.error} onRetry={() => void job.refetch()} />
  if (job.data === undefined) return <BonesList rows={10} />
  const { data } = job
  return (
    <>
      <PageHeader
        tab={t('capturing')}
        before={
          <Link to="/captures" className="small">
            <Icon name="back" size={13} /> {t('listTitle')}
          </Link>
        }
        title={<span className="break">{data.urls[0]}</span>}
        text={
          <>
            {data.state === 'done' && data.complete === false ? (
              <IncompleteMark filled />
            ) : (
              <JobState state={data.state} filled />
            )}{' '}
            {data.urls.length > 1 && t('page', { count: data.urls.length })}
          </>
        }
        acts={running && <CancelButton id={id} />}
      />
      {(connection === 'lost' || connection === 'refused') && running && (
        <Alert type="warning" showIcon title={t('connectionLost')} style={{ marginBottom: 16 }} />
      )}
      {!running && <CaptureResult job={data} />}
      <div className="watch">
        <div className="watch-main">
          <LivePicture
            frame={frame}
            running={running}
            pictured={data.number !== null && !data.steps.some(isUnpictured)}
          />
          <LogCard log={log} running={running} />
        </div>
        <div className="watch-side">
          <CaptureFacts job={data} />
          <Card title={t('steps')}>
            <StepList steps={data.steps} />
          </Card>
        </div>
      </div>
    </>
  )
}

/** Time of day in this computer's zone, with milliseconds, as the steps beside show it. */
function clockText(at: string): string {
  const time = new Date(at)
  return `${time.toTimeString().slice(0, 8)}.${String(time.getMilliseconds()).padStart(3, '0')}`
}

function LogCard({ log, running }: { log: { at: string; text: string }[]; running: boolean }) {
  const t = useWords(captureWords)
  const said = useSaid()
  if (log.length === 0 && !running) return null
  return (
    <Card title={t('log')}>
      {log.length === 0 ? (
        <p className="quiet">{t('logNone')}</p>
      ) : (
        <ol className="watch-log code" role="log">
          {log.toReversed().map((line, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines are only added
            <li key={log.length - i}>
              <span className="quiet">{clockText(line.at)}</span>{' '}
              <span className="break">{said.sentence(line.text)}</span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  )
}
