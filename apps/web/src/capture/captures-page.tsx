/** Captures under way and lately ended; one batch of them when the address says so. */
import type { CaptureJobView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import type { Column } from '../design/data-table.tsx'
import { Empty } from '../design/empty.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { QueryTable } from '../design/query-table.tsx'
import { IncompleteMark, JobState } from '../design/states.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatBytes, formatDuration, formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { useSaid } from '../said/use-said.ts'
import { BatchProgress } from './batch-progress.tsx'
import './capture.css'
import { captureWords } from './words.ts'

const route = getRouteApi('/frame/inside/captures')

export function CapturesPage() {
  const t = useWords(captureWords)
  const navigate = useNavigate()
  const { batch } = route.useSearch()
  const list = useQuery({
    ...ask('captures.list', { query: { limit: 200, ...(batch === undefined ? {} : { batch }) } }),
    refetchInterval: 2000,
  })
  const columns = useColumns()
  const jobs = list.data?.captures ?? []
  return (
    <>
      <PageHeader
        title={batch === undefined ? t('listTitle') : t('batchTitle')}
        text={t('listText')}
        acts={
          <Link to="/capture" className="button button-primary">
            <Icon name="plus" /> {t('newTitle')}
          </Link>
        }
      />
      {batch !== undefined && jobs.length > 0 && <BatchProgress jobs={jobs} />}
      <QueryTable
        query={list}
        label={t('listTitle')}
        columns={columns}
        rows={jobs}
        keyOf={(job) => job.id}
        onOpen={(job) => void navigate({ to: '/capture/$id', params: { id: job.id } })}
        renderNarrow={(job) => <NarrowJob job={job} />}
        empty={
          <Empty
            icon="capture"
            title={t('none')}
            text={t('noneText')}
            action={
              <Link to="/capture" className="button button-primary">
                {t('newTitle')}
              </Link>
            }
          />
        }
      />
    </>
  )
}

function NarrowJob({ job }: { job: CaptureJobView }) {
  return (
    <>
      <div className="ellipsis">{job.urls[0]}</div>
      <div className="narrow-facts small quiet">
        <JobState state={job.state} />
        <span>{formatBytes(job.bytes)}</span>
        <TimeText time={job.requestedAt} relative="only" />
      </div>
    </>
  )
}

function elapsedOf(job: CaptureJobView): string {
  if (job.startedAt === null) return '—'
  return formatDuration((job.endedAt === null ? Date.now() : Date.parse(job.endedAt)) - Date.parse(job.startedAt))
}

function useColumns(): Column<CaptureJobView>[] {
  const t = useWords(captureWords)
  const said = useSaid()
  const language = useLanguage()
  return [
    {
      key: 'state',
      title: t('state'),
      track: '112px',
      render: (job) => (job.complete === false ? <IncompleteMark /> : <JobState state={job.state} />),
    },
    {
      key: 'address',
      title: t('address'),
      track: 'minmax(200px, 4fr)',
      render: (job) => (
        <span title={job.urls.join('\n')}>
          {job.urls[0]}
          {job.urls.length > 1 && <span className="quiet"> +{job.urls.length - 1}</span>}
        </span>
      ),
    },
    {
      key: 'result',
      title: t('result'),
      track: 'minmax(120px, 2fr)',
      render: (job) =>
        job.number === null ? (
          <span className="second">{job.problem === null ? '' : said.problem(job.problem).detail}</span>
        ) : (
          <Link to="/evidence/$number" params={{ number: job.number }} className="code">
            {job.number.slice(0, 23)}
          </Link>
        ),
    },
    { key: 'officer', rank: 3, title: t('officer'), track: '84px', render: (job) => job.officer.name },
    {
      key: 'bytes',
      rank: 3,
      title: t('bytes'),
      track: '84px',
      align: 'right',
      render: (job) => formatBytes(job.bytes),
    },
    {
      key: 'requests',
      rank: 4,
      title: t('requests'),
      track: '72px',
      align: 'right',
      render: (job) => formatNumber(job.requests, language),
    },
    { key: 'elapsed', rank: 2, title: t('elapsed'), track: '64px', align: 'right', render: elapsedOf },
    {
      key: 'at',
      rank: 1,
      title: t('requestedAt'),
      track: '142px',
      render: (job) => <TimeText time={job.requestedAt} />,
    },
  ]
}
