/** Probes: can the monitor be trusted? The pipeline as it runs, what was planted and found, recall and precision with intervals. */
import type { AnswerOf, ProbeView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { useState } from 'react'
import { ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { BonesList } from '../design/bones.tsx'
import { Empty } from '../design/empty.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { Status } from '../design/status.tsx'
import '../design/total.css'
import { useWords } from '../i18n/words.ts'
import '../watch/watch.css'
import { NodeHistory } from './node-history.tsx'
import { PipelinePicture } from './pipeline-picture.tsx'
import { PlanDialog } from './plan-dialog.tsx'
import { PlantDialog } from './plant-dialog.tsx'
import './probes.css'
import { ResultList } from './result-list.tsx'
import { Scores } from './score-parts.tsx'
import { probeWords } from './words.ts'

const route = getRouteApi('/frame/inside/probes')

export function ProbesPage() {
  const t = useWords(probeWords)
  const search = route.useSearch()
  const probes = useQuery({ ...ask('probes.list'), refetchInterval: 10_000 })
  const chosen = probes.data?.probes.find(({ id }) => id === search.probe) ?? probes.data?.probes[0]
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        acts={chosen !== undefined && probes.data !== undefined && <Acts probe={chosen} probes={probes.data} />}
      />
      {probes.isError && <ProblemView error={probes.error} onRetry={() => void probes.refetch()} />}
      {probes.isPending && <BonesList rows={8} />}
      {probes.data !== undefined && chosen === undefined && (
        <Empty icon="verify" title={t('probeNone')} text={t('probeNoneText')} />
      )}
      {probes.data !== undefined && chosen !== undefined && (
        <div className="watch-main">
          <ProbeLine probes={probes.data.probes} chosen={chosen} />
          <PipelinePicture probe={chosen.id} />
          <div className="watch-grid">
            <div className="watch-main">
              <Scores probes={probes.data} />
              <ResultList probe={chosen.id} plantable={probes.data.plantable} />
            </div>
            <div className="watch-side">
              <NodeHistory probe={chosen} />
              <p className="small quiet">{t('foreignHint')}</p>
            </div>
          </div>
        </div>
      )}
    </>
  )
}

function ProbeLine({ probes, chosen }: { probes: readonly ProbeView[]; chosen: ProbeView }) {
  const t = useWords(probeWords)
  const navigate = useNavigate()
  return (
    <div className="probe-line">
      {probes.length > 1 ? (
        <Select
          aria-label={t('probe')}
          value={chosen.id}
          onChange={(probe) => void navigate({ to: '/probes', search: { probe } })}
          popupMatchSelectWidth={false}
          options={probes.map(({ id, name, kind }) => ({ value: id, label: `${name} · ${t(`kind-${kind}`)}` }))}
        />
      ) : (
        <strong>{chosen.name}</strong>
      )}
      <Status
        meaning={chosen.running && chosen.plan.perDay > 0 ? 'running' : 'plain'}
        icon={chosen.running ? 'waiting' : 'stop'}
      >
        {chosen.running ? t('running') : t('stopped')}
      </Status>
    </div>
  )
}

function Acts({ probe, probes }: { probe: ProbeView; probes: AnswerOf<'probes.list'> }) {
  const t = useWords(probeWords)
  const me = useMe()
  const [open, setOpen] = useState<'plant' | 'plan' | null>(null)
  if (!may(me, 'monitoring.task')) return null
  const close = () => setOpen(null)
  return (
    <>
      <Button icon={<Icon name="history" />} onClick={() => setOpen('plan')}>
        {t('plan')}
      </Button>
      <Button type="primary" icon={<Icon name="plus" />} onClick={() => setOpen('plant')}>
        {t('plant')}
      </Button>
      {open === 'plant' && <PlantDialog probe={probe} probes={probes} onClose={close} />}
      {open === 'plan' && <PlanDialog probe={probe} plantable={probes.plantable} onClose={close} />}
    </>
  )
}
