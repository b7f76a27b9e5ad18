/** The states of evidence, ledger standings and captures as the officer reads them. */
import type { CaptureJobView, EvidenceRow, StandingView } from '@mingzheng/api'
import { useWords } from '../i18n/words.ts'
import { Status } from './status.tsx'
import type { Meaning } from './tokens.ts'
import { designWords } from './words.ts'

export function EvidenceState({ state, filled = false }: { state: EvidenceRow['state']; filled?: boolean }) {
  const t = useWords(designWords)
  if (state === 'fixed')
    return (
      <Status {...{ filled }} meaning="proven">
        {t('stateFixed')}
      </Status>
    )
  if (state === 'voided')
    return (
      <Status {...{ filled }} meaning="plain">
        {t('stateVoided')}
      </Status>
    )
  if (state === 'failed')
    return (
      <Status {...{ filled }} meaning="must">
        {t('stateFailed')}
      </Status>
    )
  return (
    <Status {...{ filled }} meaning="running">
      {t('stateFixing')}
    </Status>
  )
}

export function IncompleteMark({ filled = false }: { filled?: boolean }) {
  const t = useWords(designWords)
  return (
    <Status {...{ filled }} meaning="watch">
      {t('incomplete')}
    </Status>
  )
}

export function Standing({ standing, filled = false }: { standing: StandingView; filled?: boolean }) {
  const t = useWords(designWords)
  switch (standing.state) {
    case 'witnessed':
      return (
        <Status {...{ filled }} meaning="proven">
          {t('standingWitnessed')}
        </Status>
      )
    case 'ordered':
      return (
        <Status {...{ filled }} meaning="running">
          {t('standingOrdered')}
        </Status>
      )
    case 'accepted':
      return (
        <Status {...{ filled }} meaning="running">
          {t('standingAccepted')}
        </Status>
      )
    case 'none':
      return (
        <Status {...{ filled }} meaning="watch">
          {t('standingNone')}
        </Status>
      )
  }
}

const JOB: Record<CaptureJobView['state'], [Meaning, keyof (typeof designWords)['zh']]> = {
  queued: ['plain', 'queued'],
  running: ['running', 'running'],
  fixing: ['running', 'fixing'],
  done: ['proven', 'done'],
  cancelled: ['plain', 'cancelled'],
  failed: ['must', 'captureFailed'],
}

export function JobState({ state, filled = false }: { state: CaptureJobView['state']; filled?: boolean }) {
  const t = useWords(designWords)
  const [meaning, word] = JOB[state]
  return state === 'queued' ? (
    <Status {...{ filled, meaning }} icon="waiting">
      {t(word)}
    </Status>
  ) : (
    <Status {...{ filled, meaning }}>{t(word)}</Status>
  )
}
