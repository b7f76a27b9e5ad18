/** One submission: what it is, what came of it, whose it is, and which rows could not be read. */
import type { SubmissionProblemView, SubmissionView } from '@mingzheng/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Alert, Button } from 'antd'
import { api, ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { Bones } from '../design/bones.tsx'
import { Card, Facts, fact } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { isMoving, SubmissionState } from './submission-words.tsx'
import './submissions.css'
import { submissionWords } from './words.ts'

const route = getRouteApi('/frame/inside/submissions/$id')
const FOLLOW_MS = 1000
const SLOW_MS = 5000

export function SubmissionPage() {
  const t = useWords(submissionWords)
  const { id } = route.useParams()
  const one = useQuery({
    ...ask('submissions.read', { params: { id }, query: {} }),
    refetchInterval: ({ state }) =>
      isMoving(state.data?.state) ? FOLLOW_MS : state.data?.standing.state === 'witnessed' ? false : SLOW_MS,
  })
  if (one.isError) return <ProblemView error={one.error} onRetry={() => void one.refetch()} />
  if (one.isPending) return <Bones height={320} />
  const { data } = one
  return (
    <>
      <PageHeader
        title={data.fileName}
        text={`${t(`source-${data.source}`)} · ${data.platform.name}`}
        before={
          <Link to="/submissions" className="small">
            {t('title')}
          </Link>
        }
        acts={
          <Link to="/leads" search={{ platform: data.platform.id }} className="button">
            {t('seeLeads')}
          </Link>
        }
      />
      <div className="submission">
        <div className="submissions">
          {data.state === 'held' && <Held one={data} />}
          {data.problem !== null && <Alert type="error" showIcon title={data.problem} />}
          <Results one={data} />
          {data.problems.length > 0 && <Problems problems={data.problems} />}
        </div>
        <Card>
          <Facts
            of={[
              fact(t('state'), <SubmissionState state={data.state} />),
              fact(t('from'), data.by),
              fact(t('received'), <TimeText time={data.receivedAt} />),
              fact(t('standing'), <Standing one={data} />),
              fact('SHA-256', <Digest value={data.sha256} />),
              fact('SM3', <Digest value={data.sm3} />),
            ]}
          />
        </Card>
      </div>
    </>
  )
}

function Standing({ one: { standing } }: { one: SubmissionView }) {
  const t = useWords(submissionWords)
  if (standing.state !== 'witnessed' || standing.index === null) {
    return <Status meaning="running">{t('notFixed')}</Status>
  }
  return (
    <Link to="/ledger/$index" params={{ index: String(standing.index) }}>
      <Status meaning="proven">{t('fixed', { index: standing.index })}</Status>
    </Link>
  )
}

const RESULTS = ['rows', 'bad', 'same', 'listings', 'opinions', 'lines', 'findings', 'leads'] as const

function Results({ one }: { one: SubmissionView }) {
  const t = useWords(submissionWords)
  const language = useLanguage()
  return (
    <Card title={t('results')}>
      <dl className="submission-results" aria-live="polite">
        {RESULTS.map((name) => (
          <div key={name}>
            <dt className="second small">{t(name)}</dt>
            <dd className={name === 'bad' && one.bad > 0 ? 'meaning-must' : ''}>{formatNumber(one[name], language)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}

function Held({ one }: { one: SubmissionView }) {
  const t = useWords(submissionWords)
  const me = useMe()
  const queries = useQueryClient()
  const params = { id: one.id }
  const judge = useMutation({
    mutationFn: (accept: boolean) => api.call('submissions.judge', { params, body: { accept } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['submissions.read'] })
      await queries.invalidateQueries({ queryKey: ['submissions.list'] })
    },
  })
  return (
    <Card title={t('heldTitle', { platform: one.platform.name })}>
      <p>{t('heldText', { by: one.by })}</p>
      {may(me, 'monitoring.task') && (
        <p className="submission-acts">
          <Button type="primary" loading={judge.isPending} onClick={() => judge.mutate(true)}>
            {t('accept')}
          </Button>
          <Button danger disabled={judge.isPending} onClick={() => judge.mutate(false)}>
            {t('reject')}
          </Button>
        </p>
      )}
      <FormProblem error={judge.error} />
    </Card>
  )
}

function Problems({ problems }: { problems: readonly SubmissionProblemView[] }) {
  const t = useWords(submissionWords)
  return (
    <Card title={t('problems')}>
      <p className="second">{t('problemsText')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a pane that scrolls must be reached by keys */}
      <section className="submission-pane" tabIndex={0} aria-label={t('problems')}>
        <table className="submission-problems">
          <thead>
            <tr>
              <th className="number">{t('line')}</th>
              <th>{t('field')}</th>
              <th>{t('problem')}</th>
              <th>{t('value')}</th>
            </tr>
          </thead>
          <tbody>
            {problems.map(({ line, field, code, value }) => (
              <tr key={`${line} ${field}`}>
                <td className="number">{line}</td>
                <td>{field === '' ? t('wholeRow') : <code>{field}</code>}</td>
                <td>{t(`problem-${code}`)}</td>
                <td className="code">{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Card>
  )
}
