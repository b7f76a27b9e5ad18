/** Where one package lies besides here, when that was last proved, and the legal holds upon it. */
import type { AnswerOf } from '@mingzheng/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { useEffect, useState } from 'react'
import { api, ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { BonesList } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Icon } from '../design/icon.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useConfirm } from '../design/use-confirm.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { ChallengeHistory } from './challenge-history.tsx'
import { type Challenge, challengesOf } from './challenges.ts'
import { HoldDialog } from './hold-dialog.tsx'
import { HoldingState, HoldingTrouble } from './holding-state.tsx'
import { custodyWords } from './words.ts'

type Custody = AnswerOf<'custody.ofEvidence'>
type Holding = Custody['holdings'][number]

const WATCH_MS = 180_000
const isUnderWay = ({ challenged, state }: Holding) => challenged || state === 'waiting' || state === 'handed'

export function CustodyCard({ number, fixed }: { number: string; fixed: boolean }) {
  const t = useWords(custodyWords)
  const me = useMe()
  const [holding, setHolding] = useState(false)
  // Between the wish and the challenge nothing stands on the ledger yet.
  const [watchUntil, setWatchUntil] = useState(0)
  const queries = useQueryClient()
  const custody = useQuery({
    ...ask('custody.ofEvidence', { params: { number } }),
    refetchInterval: ({ state }) =>
      Date.now() < watchUntil || state.data?.holdings.some(isUnderWay) === true ? 3000 : false,
  })
  const copies = custody.data?.holdings ?? []
  const outcomes = copies.map(({ provedIndex, doubtedAt }) => `${provedIndex} ${doubtedAt}`).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another outcome is another event
  useEffect(() => void queries.invalidateQueries({ queryKey: ['evidence.timeline'] }), [queries, outcomes])
  const events = useQuery(ask('evidence.timeline', { params: { number } })).data?.events ?? []
  return (
    <Card
      title={t('card')}
      aside={
        may(me, 'evidence.edit') &&
        fixed && (
          <Button size="small" icon={<Icon name="lock" />} onClick={() => setHolding(true)}>
            {t('hold')}
          </Button>
        )
      }
    >
      {custody.isPending && <BonesList rows={2} />}
      {custody.isError && <ProblemView error={custody.error} onRetry={() => void custody.refetch()} />}
      {custody.isSuccess && copies.length === 0 && <p className="quiet">{t('cardNone')}</p>}
      <ol className="editions copies">
        {copies.map((copy) => (
          <Copy
            key={copy.id}
            copy={copy}
            mayEdit={may(me, 'evidence.edit')}
            challenges={challengesOf(events, copy)}
            onAsked={() => setWatchUntil(Date.now() + WATCH_MS)}
          />
        ))}
      </ol>
      {(custody.data?.legalHolds.length ?? 0) > 0 && <LegalHolds number={number} holds={custody.data!.legalHolds} />}
      {holding && <HoldDialog number={number} onClose={() => setHolding(false)} />}
    </Card>
  )
}

interface CopyProps {
  copy: Holding
  mayEdit: boolean
  challenges: Challenge[]
  /** Somebody has asked for a challenge. */
  onAsked(): void
}

function Copy({ copy, mayEdit, challenges, onAsked }: CopyProps) {
  const t = useWords(custodyWords)
  const { message } = App.useApp()
  const queries = useQueryClient()
  const prove = useMutation({
    mutationFn: () => api.call('custody.challenge', { params: { id: copy.id } }),
    onSuccess: async () => {
      void message.success(t('proveAsked'))
      onAsked()
      await queries.invalidateQueries({ queryKey: ['custody.ofEvidence'] })
    },
  })
  const challengeable = mayEdit && !copy.challenged && (copy.state === 'held' || copy.state === 'doubted')
  return (
    <li>
      <div className="timeline-line">
        <strong>
          <CustodianName custodian={copy.custodian} /> · {t('edition', { n: copy.edition })}
        </strong>
        <HoldingState holding={copy} />
      </div>
      <HoldingTrouble holding={copy} />
      <div className="quiet small">
        {t('proved')}{' '}
        {copy.provedAt === null ? (
          t('neverProved')
        ) : (
          <>
            <TimeText time={copy.provedAt} relative />{' '}
            {copy.provedIndex !== null && (
              <Link to="/ledger/$index" params={{ index: String(copy.provedIndex) }}>
                #{copy.provedIndex}
              </Link>
            )}
          </>
        )}
      </div>
      {copy.confirmedAt !== null && (
        <div className="quiet small">
          {t('confirmed')} <TimeText time={copy.confirmedAt} />{' '}
          {copy.confirmIndex !== null && (
            <Link to="/ledger/$index" params={{ index: String(copy.confirmIndex) }}>
              #{copy.confirmIndex}
            </Link>
          )}
        </div>
      )}
      <ChallengeHistory of={challenges} />
      {challengeable && (
        <Button size="small" type="link" className="no-print" loading={prove.isPending} onClick={() => prove.mutate()}>
          {t('proveNow')}
        </Button>
      )}
    </li>
  )
}

function LegalHolds({ number, holds }: { number: string; holds: Custody['legalHolds'] }) {
  const t = useWords(custodyWords)
  const me = useMe()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const lift = useMutation({
    mutationFn: (id: string) => api.call('custody.lift', { params: { number, id } }),
    onSuccess: async (answer) => {
      queries.setQueryData(ask('custody.ofEvidence', { params: { number } }).queryKey, answer)
      await queries.invalidateQueries({ queryKey: ['evidence.timeline'] })
      await queries.invalidateQueries({ queryKey: ['evidence.keeping'] })
    },
  })
  return (
    <ol className="editions">
      {holds.map((hold) => (
        <li key={hold.id}>
          <div className="timeline-line">
            <strong>
              <Icon name="lock" size={13} /> {t('hold')}
            </strong>
            {hold.liftedAt !== null && <span className="quiet small">{t('lifted')}</span>}
            {hold.liftedAt === null && may(me, 'evidence.edit') && (
              <Button
                size="small"
                type="text"
                danger
                className="no-print"
                onClick={() =>
                  confirm({
                    title: t('liftTitle'),
                    text: t('liftText'),
                    act: t('lift'),
                    onAct: () => lift.mutateAsync(hold.id),
                  })
                }
              >
                {t('lift')}
              </Button>
            )}
          </div>
          <div className="second break">{hold.reason}</div>
          <div className="quiet small">
            {t('by', { name: hold.placedBy })} · <TimeText time={hold.placedAt} />
          </div>
        </li>
      ))}
    </ol>
  )
}

/** A member's name in the reader's language. */
export function CustodianName({ custodian }: { custodian: Holding['custodian'] }) {
  const language = useLanguage()
  return <>{custodian.name[language]}</>
}
