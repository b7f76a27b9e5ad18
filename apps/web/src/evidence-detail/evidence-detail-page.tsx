/** One piece of evidence: what is this, is it intact, who can vouch. */
import type { EvidenceDetail } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Alert } from 'antd'
import { CustodyCard } from '../custody/custody-card.tsx'
import { ask } from '../data/api.ts'
import { BonesList } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Empty } from '../design/empty.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { EvidenceState, IncompleteMark } from '../design/states.tsx'
import { Status } from '../design/status.tsx'
import { useWords } from '../i18n/words.ts'
import { ReasonList } from '../said/reason-list.tsx'
import { DetailActs } from './detail-acts.tsx'
import './detail.css'
import { EditionsCard } from './editions-card.tsx'
import { FactsCard, ProofCard } from './facts-cards.tsx'
import { FilesCard } from './files-card.tsx'
import { FixingFailed } from './fixing-failed.tsx'
import { ReportCard } from './report-card.tsx'
import { TimelineCard } from './timeline-card.tsx'
import { Viewer } from './viewer.tsx'
import { WitnessedCard } from './witnessed-card.tsx'
import { detailWords } from './words.ts'

/** The reason that its newest voiding gives. */
const voidedBecause = ({ editions }: EvidenceDetail) => editions.findLast(({ kind }) => kind === 'voiding')?.detail

const route = getRouteApi('/frame/inside/evidence/$number')

export function EvidenceDetailPage() {
  const t = useWords(detailWords)
  const { number } = route.useParams()
  const evidence = useQuery({
    ...ask('evidence.read', { params: { number } }),
    // Every reading is recorded as an opening: once is enough while nothing is under way.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchInterval: ({ state }) => (state.data?.state === 'fixing' ? 2000 : false),
  })
  if (evidence.isError) return <ProblemView error={evidence.error} onRetry={() => void evidence.refetch()} />
  if (evidence.data === undefined) return <BonesList rows={14} />
  const { data } = evidence
  return (
    <>
      <PageHeader
        tab={data.title === '' ? data.number : data.title}
        before={
          <Link to="/evidence" className="small no-print">
            <Icon name="back" size={13} /> {t('back')}
          </Link>
        }
        title={data.title === '' ? data.url : data.title}
        text={
          <span className="detail-marks">
            <EvidenceState state={data.state} filled />
            {!data.complete && <IncompleteMark filled />}
            {data.demo && (
              <Status meaning="watch" filled>
                {t('demo')}
              </Status>
            )}
            <span className="code break">{data.number}</span>
          </span>
        }
        acts={<DetailActs evidence={data} />}
      />
      {!data.complete && (
        <Alert
          type="warning"
          showIcon
          title={t('incomplete')}
          description={<ReasonList text={data.incompleteReason ?? ''} />}
          className="detail-alert"
        />
      )}
      {data.state === 'failed' && <FixingFailed evidence={data} />}
      {data.state === 'voided' && (
        <Alert type="info" showIcon title={t('voided')} description={voidedBecause(data)} className="detail-alert" />
      )}
      <div className="detail">
        <div className="detail-main">
          {data.editions.length === 0 ? (
            <Card>
              <Empty icon="waiting" title={t('noPackage')} text={t('noPackageText')} />
            </Card>
          ) : (
            <>
              <Viewer evidence={data} />
              <ReportCard number={data.number} />
              <FilesCard evidence={data} />
            </>
          )}
        </div>
        <div className="detail-side">
          <ProofCard evidence={data} />
          <WitnessedCard evidence={data} />
          <FactsCard evidence={data} />
          <CustodyCard number={data.number} fixed={data.editions.length > 0} />
          <EditionsCard evidence={data} />
          <TimelineCard number={data.number} />
        </div>
      </div>
    </>
  )
}
