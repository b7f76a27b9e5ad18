/** One version of the settings: what it changes, what that would do, and the decision of a second person. */
import type { AnswerOf } from '@mingzheng/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Alert, Button, Input } from 'antd'
import { useState } from 'react'
import { api, ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { ActDialog } from '../design/act-dialog.tsx'
import { Bones } from '../design/bones.tsx'
import { Card, Facts, fact } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useWords } from '../i18n/words.ts'
import { DifferenceList } from './difference-list.tsx'
import { PreviewPart } from './preview-part.tsx'
import { RollbackButton } from './rollback-button.tsx'
import './settings.css'
import { VersionState } from './settings-page.tsx'
import { settingWords } from './words.ts'

const route = getRouteApi('/frame/inside/settings/$version')

type Version = AnswerOf<'settings.version'>

export function VersionPage() {
  const t = useWords(settingWords)
  const version = Number(route.useParams().version)
  const one = useQuery(ask('settings.version', { params: { version } }))
  const settings = useQuery(ask('settings.read'))
  if (one.isError) return <ProblemView error={one.error} onRetry={() => void one.refetch()} />
  if (one.isPending || settings.data === undefined) return <Bones height={240} />
  const { data } = one
  const { basedOn } = data
  return (
    <>
      <PageHeader
        title={t('versionN', { n: version })}
        text={<VersionState state={data.state} filled />}
        before={
          <Link to="/settings" className="small">
            {t('title')}
          </Link>
        }
        acts={<VersionActs one={data} />}
      />
      <div className="setting-grid">
        <div className="setting-page">
          <Card title={basedOn === 0 ? t('changesShipped') : t('changes', { n: basedOn })}>
            <DifferenceList before={data.before} after={data.content} parameters={settings.data.parameters} />
          </Card>
          {data.state === 'proposed' && <PreviewPart content={data.content} key={data.sha256} />}
        </div>
        <Card>
          {data.state === 'proposed' && data.own && <Alert type="info" showIcon title={t('own')} />}
          <Facts
            of={[
              fact(t('note'), data.note),
              fact(t('by'), data.by),
              fact(t('at'), <TimeText time={data.at} />),
              fact(t('inPlaceOf'), basedOn === 0 ? t('shipped') : t('versionN', { n: basedOn })),
              fact(t('decidedBy'), data.decidedBy),
              fact(t('decidedAt'), data.decidedAt === null ? null : <TimeText time={data.decidedAt} />),
              fact(t('decisionNote'), data.decisionNote),
              fact(t('digest'), <Digest value={data.sha256} />),
            ]}
          />
        </Card>
      </div>
    </>
  )
}

type DecisionName = 'approve' | 'reject' | 'withdraw'

function VersionActs({ one }: { one: Version }) {
  const t = useWords(settingWords)
  const me = useMe()
  const [asked, setAsked] = useState<DecisionName | null>(null)
  if (one.state === 'past' || one.state === 'rejected' || one.state === 'withdrawn') {
    return <RollbackButton version={one.version} />
  }
  if (one.state !== 'proposed' || !may(me, 'monitoring.approve')) return null
  return (
    <>
      {one.own ? (
        <Button onClick={() => setAsked('withdraw')}>{t('withdraw')}</Button>
      ) : (
        <>
          <Button onClick={() => setAsked('reject')}>{t('reject')}</Button>
          <Button type="primary" onClick={() => setAsked('approve')}>
            {t('approve')}
          </Button>
        </>
      )}
      {asked !== null && <DecisionDialog version={one.version} decision={asked} onClose={() => setAsked(null)} />}
    </>
  )
}

function DecisionDialog({
  version,
  decision,
  onClose,
}: {
  version: number
  decision: DecisionName
  onClose: () => void
}) {
  const t = useWords(settingWords)
  const queries = useQueryClient()
  const [note, setNote] = useState('')
  const act = useMutation({
    mutationFn: () => api.call('settings.decide', { params: { version }, body: { decision, note } }),
    onSuccess: async () => {
      const names = ['settings.version', 'settings.read', 'models.list', 'models.read', 'registers.list']
      await Promise.all(names.map((name) => queries.invalidateQueries({ queryKey: [name] })))
      onClose()
    },
  })
  return (
    <ActDialog
      title={t(`${decision}Title`, { n: version })}
      act={t(decision)}
      work={act}
      onClose={onClose}
      onAct={() => act.mutate()}
    >
      {decision === 'approve' && <p className="second">{t('approveText')}</p>}
      <Input
        value={note}
        aria-label={t('decisionNote')}
        placeholder={t('decisionNote')}
        onChange={(event) => setNote(event.target.value)}
      />
    </ActDialog>
  )
}
