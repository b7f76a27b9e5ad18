/** What platforms report and analysts upload, newest first. */
import type { SubmissionView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import type { Column } from '../design/data-table.tsx'
import { Empty } from '../design/empty.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { QueryTable } from '../design/query-table.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { isMoving, SubmissionState } from './submission-words.tsx'
import './submissions.css'
import { UploadCard } from './upload-card.tsx'
import { submissionWords } from './words.ts'

const FOLLOW_MS = 2000
const REST_MS = 15_000

export function SubmissionsPage() {
  const t = useWords(submissionWords)
  const me = useMe()
  const language = useLanguage()
  const navigate = useNavigate()
  const list = useQuery({
    ...ask('submissions.list'),
    refetchInterval: ({ state }) =>
      state.data?.submissions.some((one) => isMoving(one.state)) === true ? FOLLOW_MS : REST_MS,
  })
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        acts={
          <>
            <a className="button" href="/docs" target="_blank" rel="noreferrer">
              {t('docs')}
            </a>
            <a className="button" href="/api/v1/report-schema" target="_blank" rel="noreferrer">
              {t('schema')}
            </a>
          </>
        }
      />
      <div className="submissions">
        {may(me, 'monitoring.task') && <UploadCard />}
        <QueryTable
          query={list}
          label={t('title')}
          columns={columnsOf(t, (n) => formatNumber(n, language))}
          rows={list.data?.submissions ?? []}
          keyOf={({ id }) => id}
          onOpen={({ id }) => void navigate({ to: '/submissions/$id', params: { id } })}
          empty={<Empty icon="upload" title={t('none')} text={t('noneText')} />}
          renderNarrow={(one) => (
            <>
              <div className="ellipsis">
                <SubmissionLink one={one} />
              </div>
              <div className="small ellipsis">
                <SubmissionState state={one.state} /> {one.platform.name} ·{' '}
                <TimeText time={one.receivedAt} relative="only" />
              </div>
            </>
          )}
        />
      </div>
    </>
  )
}

function SubmissionLink({ one }: { one: SubmissionView }) {
  return (
    <Link to="/submissions/$id" params={{ id: one.id }} title={one.fileName}>
      {one.fileName}
    </Link>
  )
}

type Words = (key: keyof (typeof submissionWords)['zh']) => string

function columnsOf(t: Words, n: (value: number) => string): Column<SubmissionView>[] {
  const number = (key: 'rows' | 'bad' | 'leads', rank: number): Column<SubmissionView> => ({
    key,
    rank,
    title: t(key),
    track: '92px',
    align: 'right',
    render: (one) => n(one[key]),
  })
  return [
    {
      key: 'state',
      title: t('state'),
      track: '140px',
      render: (one) => <SubmissionState state={one.state} />,
    },
    { key: 'file', title: t('file'), track: 'minmax(140px, 2fr)', render: (one) => <SubmissionLink one={one} /> },
    { key: 'platform', title: t('platform'), track: 'minmax(120px, 1fr)', render: (one) => one.platform.name },
    {
      key: 'from',
      rank: 2,
      title: t('from'),
      track: 'minmax(120px, 1fr)',
      render: (one) => `${t(`source-${one.source}`)} · ${one.by}`,
    },
    number('rows', 3),
    number('bad', 4),
    number('leads', 1),
    {
      key: 'received',
      title: t('received'),
      track: '120px',
      render: (one) => <TimeText time={one.receivedAt} relative="only" />,
    },
  ]
}
