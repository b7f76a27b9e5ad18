/** Findings as they appear, the newest on top. On the desk those that became leads; a task shows all, with what was decided. */
import type { FindingView } from '@mingzheng/api'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useEvents } from '../data/events.ts'
import { Card } from '../design/card.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useWords } from '../i18n/words.ts'
import { BehaviourName, Decision, Score, SpanWords } from '../leads/lead-words.tsx'
import '../leads/leads.css'
import { watchWords } from './words.ts'

interface LiveFindingsProps {
  known: readonly FindingView[]
  most: number
}

export function LiveFindings({ known, most }: LiveFindingsProps) {
  const t = useWords(watchWords)
  const [arrived, setArrived] = useState<readonly FindingView[]>([])
  useEvents('findings.events', {}, true, (finding) => {
    if (finding.leadId !== null) setArrived((now) => [finding, ...now].slice(0, most))
  })
  return <FindingList title={t('live')} none={t('liveNone')} findings={newestOf(arrived, known, most)} />
}

/** Those that arrived and those that were known, each once, the newest first. */
export function newestOf(arrived: readonly FindingView[], known: readonly FindingView[], most: number): FindingView[] {
  const all = new Map([...arrived, ...known].map((finding) => [finding.id, finding]))
  return [...all.values()].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, most)
}

interface FindingListProps {
  title: string
  none: string
  findings: readonly FindingView[]
}

export function FindingList({ title, none, findings }: FindingListProps) {
  return (
    <Card title={title} flush>
      {findings.length === 0 && (
        <p className="quiet" style={{ padding: '0 16px 12px' }}>
          {none}
        </p>
      )}
      <ul className="live-findings" aria-live="polite">
        {findings.map((finding) => (
          <li key={finding.id}>
            <FindingLine finding={finding} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

function FindingLine({ finding }: { finding: FindingView }) {
  const words = (
    <>
      <strong>
        <BehaviourName behaviour={finding.behaviour} />
      </strong>
      <span className="ellipsis live-title">{finding.title}</span>
      {finding.leadId === null ? <Decision decision={finding.decision} /> : <Score score={finding.score} />}
      <span className="small second reason ellipsis">
        {finding.span === null ? finding.reason : <SpanWords span={finding.span} />} ·{' '}
        <span className="quiet">
          {finding.platform.name} · <TimeText time={finding.at} relative="only" />
        </span>
      </span>
    </>
  )
  if (finding.leadId === null) return <div className="live-finding">{words}</div>
  return (
    <Link to="/leads/$id" params={{ id: finding.leadId }} className="live-finding">
      {words}
    </Link>
  )
}
