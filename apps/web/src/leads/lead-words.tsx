/** Small pieces that every page of monitoring shows: a behaviour by its name, a state, a score, words of a span. */
import type { FindingView, LeadView } from '@mingzheng/api'
import { Status } from '../design/status.tsx'
import type { Meaning } from '../design/tokens.ts'
import { useWords } from '../i18n/words.ts'
import { leadWords } from './words.ts'

export function BehaviourName({ behaviour }: { behaviour: LeadView['behaviour'] }) {
  const t = useWords(leadWords)
  return <>{t(`behaviour-${behaviour}`)}</>
}

const STATES: Record<LeadView['state'], Meaning> = { new: 'watch', dismissed: 'plain', 'handed-over': 'running' }

export function LeadState({ state, filled = false }: { state: LeadView['state']; filled?: boolean }) {
  const t = useWords(leadWords)
  return (
    <Status meaning={STATES[state]} filled={filled} {...(state === 'handed-over' ? { icon: 'arrow' as const } : {})}>
      {t(`state-${state}`)}
    </Status>
  )
}

export function Decision({ decision }: { decision: FindingView['decision'] }) {
  const t = useWords(leadWords)
  if (decision === 'lead') return <Status meaning="watch">{t('decision-lead')}</Status>
  return <Status meaning="plain">{t(decision === 'below threshold' ? 'decision-below' : 'decision-undecided')}</Status>
}

/** 0 to 1, as a bar and a number: people compare lengths quicker than digits. */
export function Score({ score }: { score: number }) {
  const t = useWords(leadWords)
  const percent = Math.round(score * 100)
  return (
    <span className="score" title={`${t('score')} ${score.toFixed(2)}`}>
      <span className="score-bar" aria-hidden>
        <span style={{ width: `${percent}%` }} />
      </span>
      {percent}
    </span>
  )
}

/** The words that a finding stands on, where it stands on words. */
export function SpanWords({ span }: { span: FindingView['span'] }) {
  const t = useWords(leadWords)
  if (span === null || span.text === '') return null
  const key = `field-${span.field}`
  const field = key in leadWords.zh ? t(key as 'field-title') : span.field
  return (
    <span className="span-words">
      <span className="quiet">{field}</span> <mark>{span.text}</mark>
    </span>
  )
}
