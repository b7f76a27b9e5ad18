/** The pipeline as a picture: each node with what passes it now, what fails, what waits and for how long. */
import type { NodeReadingView, PipelineView } from '@mingzheng/api'
import { useState } from 'react'
import { useEvents } from '../data/events.ts'
import { Bones } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Icon } from '../design/icon.tsx'
import { formatDuration, formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { useNodeName } from './node-name.ts'
import { probeWords } from './words.ts'

/** Longer than so long, a node is behind. */
const LATE_MS = 15 * 60_000

export function PipelinePicture({ probe }: { probe: string }) {
  const t = useWords(probeWords)
  const [seen, setSeen] = useState<{ probe: string; now: PipelineView } | null>(null)
  const connection = useEvents('probes.events', { params: { id: probe } }, true, (now) => setSeen({ probe, now }))
  const now = seen?.probe === probe ? seen.now : null
  return (
    <Card
      title={t('pipeline')}
      aside={now !== null && <span className="small second">{t('pipelineWaiting', { count: now.waiting })}</span>}
    >
      {connection === 'lost' && <p className="meaning-watch">{t('pipelineLost')}</p>}
      {now === null && <Bones height={110} />}
      {now !== null && now.nodes.length === 0 && <p className="quiet">{t('pipelineNone')}</p>}
      {now !== null && (
        <ol className="pipeline">
          {now.nodes.map((node) => (
            <PipelineNode key={node.node} node={node} />
          ))}
        </ol>
      )}
    </Card>
  )
}

function PipelineNode({ node }: { node: NodeReadingView }) {
  const t = useWords(probeWords)
  const language = useLanguage()
  const nodeName = useNodeName()
  const late = (node.waiting ?? 0) > 0 && (node.lagMs ?? 0) > LATE_MS
  const state = node.errors > node.through ? 'must' : node.errors > 0 || late ? 'watch' : 'plain'
  return (
    <li className={`pipeline-node pipeline-${state}`}>
      <span className="pipeline-name">
        {nodeName(node.node)}
        {state !== 'plain' && <Icon name={state === 'must' ? 'failed' : 'warning'} size={14} title={t('errors')} />}
      </span>
      <span className="pipeline-rate">
        <strong>{formatNumber(Math.round(node.through), language)}</strong>
        <span className="small quiet"> {t('perMinute')}</span>
      </span>
      <dl className="pipeline-facts small">
        {node.errors > 0 && <NodeFact name={t('errors')} value={formatNumber(Math.round(node.errors), language)} />}
        {node.waiting !== null && <NodeFact name={t('nodeWaiting')} value={formatNumber(node.waiting, language)} />}
        {node.lagMs !== null && <NodeFact name={t('lag')} value={formatDuration(node.lagMs)} />}
      </dl>
      {node.version !== null && (
        <span className="small quiet ellipsis" title={`${t('version')}: ${node.version}`}>
          {node.version}
        </span>
      )}
    </li>
  )
}

function NodeFact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="quiet">{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
