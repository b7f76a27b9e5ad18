/** Planted leads once they are settled: what became of each, where it was lost, and its certificate. */
import type { AnswerOf, PlantResultView } from '@mingzheng/api'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { useState } from 'react'
import { api, ask } from '../data/api.ts'
import { BonesList } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Icon } from '../design/icon.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import type { Meaning } from '../design/tokens.ts'
import { useWords } from '../i18n/words.ts'
import { BehaviourName } from '../leads/lead-words.tsx'
import { leadWords } from '../leads/words.ts'
import { saveFile } from '../ledger/save-file.ts'
import { useNodeName } from './node-name.ts'
import { probeWords } from './words.ts'

const OUTCOMES = ['found', 'missed', 'clear', 'false-alarm', 'void'] as const
const MEANINGS: Record<PlantResultView['outcome'], Meaning> = {
  found: 'proven',
  missed: 'must',
  clear: 'proven',
  'false-alarm': 'watch',
  void: 'plain',
}

type Behaviour = PlantResultView['behaviour']

export function ResultList({ probe, plantable }: { probe: string; plantable: AnswerOf<'probes.list'>['plantable'] }) {
  const t = useWords(probeWords)
  const tl = useWords(leadWords)
  const [outcome, setOutcome] = useState<PlantResultView['outcome'] | ''>('')
  const [behaviour, setBehaviour] = useState<Behaviour | ''>('')
  const query = { probe, ...(outcome === '' ? {} : { outcome }), ...(behaviour === '' ? {} : { behaviour }) }
  const results = useQuery({ ...ask('probes.results', { query: { ...query, limit: 50 } }), refetchInterval: 10_000 })
  return (
    <Card
      title={t('results')}
      aside={
        <span className="probe-filters">
          <Select
            size="small"
            aria-label={t('outcome')}
            value={outcome}
            onChange={setOutcome}
            popupMatchSelectWidth={false}
            options={[
              { value: '', label: t('everyOutcome') },
              ...OUTCOMES.map((value) => ({ value, label: t(`outcome-${value}`) })),
            ]}
          />
          <Select
            size="small"
            aria-label={t('behaviour')}
            value={behaviour}
            onChange={setBehaviour}
            popupMatchSelectWidth={false}
            options={[
              { value: '', label: t('everyBehaviour') },
              ...plantable.map((value) => ({ value, label: tl(`behaviour-${value}`) })),
            ]}
          />
        </span>
      }
    >
      <p className="small quiet">{t('resultsText')}</p>
      {results.isError && <ProblemView error={results.error} onRetry={() => void results.refetch()} />}
      {results.isPending && <BonesList rows={4} />}
      {results.data?.results.length === 0 && <p className="second">{t('resultsNone')}</p>}
      <ul className="probe-results">
        {(results.data?.results ?? []).map((one) => (
          <ResultLine key={one.id} result={one} />
        ))}
      </ul>
    </Card>
  )
}

function ResultLine({ result }: { result: PlantResultView }) {
  const t = useWords(probeWords)
  const nodeName = useNodeName()
  const certificate = useMutation({
    mutationFn: () => api.call('probes.certificate', { params: { id: result.id } }),
    onSuccess: (answer) => saveFile(`probe-${result.id}.json`, JSON.stringify(answer, null, 2), 'application/json'),
  })
  return (
    <li className="probe-result">
      <Status meaning={MEANINGS[result.outcome]}>{t(`outcome-${result.outcome}`)}</Status>
      <span className="ellipsis">
        <strong>
          <BehaviourName behaviour={result.behaviour} />
        </strong>{' '}
        {result.title}
      </span>
      <span className="probe-result-acts">
        {result.result.index === null ? (
          <span className="small quiet">{t('committing')}</span>
        ) : (
          <Link
            to="/ledger/$index"
            params={{ index: String(result.result.index) }}
            search={result.result.time === null ? {} : { at: result.result.time }}
            className="small"
          >
            {t('onLedger')} {result.result.index}
          </Link>
        )}
        <Button
          size="small"
          icon={<Icon name="download" size={14} />}
          title={t('certificate')}
          aria-label={t('certificate')}
          loading={certificate.isPending}
          onClick={() => certificate.mutate()}
        />
      </span>
      <span className="small quiet probe-result-more">
        {t(`expects-${result.expects}`)}
        {result.platform !== null && ` · ${result.platform.name}`}
        {result.lostAt !== null && (
          <span className="meaning-must"> · {t('lostAt', { node: nodeName(result.lostAt) })}</span>
        )}
        {' · '}
        {t('source', { source: result.source })} · <TimeText time={result.settledAt} relative="only" />
      </span>
    </li>
  )
}
