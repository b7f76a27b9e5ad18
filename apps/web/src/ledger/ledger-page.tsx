/** What do the members hold, do they agree: status, members, look-up, entries; open to anybody. */
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import { BonesList } from '../design/bones.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { Status } from '../design/status.tsx'
import { useWords } from '../i18n/words.ts'
import { BlocksCard } from './blocks-card.tsx'
import { ChainsCard } from './chains-card.tsx'
import { CheckpointCard } from './checkpoint-card.tsx'
import { EntryList } from './entry-list.tsx'
import { GovernanceCard } from './governance-card.tsx'
import './ledger.css'
import { LookUp } from './look-up.tsx'
import { fewerThanOrder } from './member-state.ts'
import { MembersCard } from './members-card.tsx'
import { RateChart } from './rate-chart.tsx'
import { ReceiptFiles } from './receipt-files.tsx'
import { StallNotice } from './stall-notice.tsx'
import { ledgerWords } from './words.ts'

const route = getRouteApi('/frame/ledger')

export function LedgerPage() {
  const t = useWords(ledgerWords)
  const { before, find } = route.useSearch()
  const status = useQuery({ ...ask('ledger.status'), refetchInterval: 2000 })
  const members = useQuery(ask('ledger.members')).data
  const fewHere = members !== undefined && fewerThanOrder(members)
  if (status.isError) return <ProblemView error={status.error} onRetry={() => void status.refetch()} />
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        acts={
          status.data !== undefined &&
          (status.data.state === 'ready' && !fewHere ? (
            <Status meaning="proven" filled>
              {t('ready')}
            </Status>
          ) : (
            <Status meaning="must" filled>
              {t('stalled')}
            </Status>
          ))
        }
      />
      {status.data !== undefined && <StallNotice status={status.data} fewHere={fewHere} />}
      <div className="ledger ledger-explorer">
        <div className="ledger-main">
          <LookUp find={find} />
          {find === undefined && <EntryList before={before} />}
        </div>
        <div className="ledger-side">
          {status.data === undefined ? (
            <BonesList rows={8} />
          ) : (
            <>
              <CheckpointCard status={status.data} />
              <MembersCard status={status.data} />
              <ChainsCard />
              <BlocksCard />
              <GovernanceCard />
              <RateChart rate={status.data.rate} />
            </>
          )}
          <ReceiptFiles />
        </div>
      </div>
    </>
  )
}
