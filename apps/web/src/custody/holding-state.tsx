/** How a copy stands, in its colour and word. */
import type { CustodyHolding } from '@mingzheng/api'
import { Status } from '../design/status.tsx'
import type { Meaning } from '../design/tokens.ts'
import { useWords } from '../i18n/words.ts'
import { custodyWords } from './words.ts'

const MEANING: Record<CustodyHolding['state'], Meaning> = {
  waiting: 'running',
  handed: 'running',
  held: 'proven',
  doubted: 'must',
  released: 'watch',
  destroyed: 'plain',
  declined: 'watch',
  lost: 'must',
}

export function HoldingState({ holding }: { holding: CustodyHolding }) {
  const t = useWords(custodyWords)
  if (holding.challenged) return <Status meaning="running">{t('challenged')}</Status>
  return <Status meaning={MEANING[holding.state]}>{t(`state-${holding.state}`)}</Status>
}

/** What else is to be said of it: why it is doubted, what it waits for. */
export function HoldingTrouble({ holding }: { holding: CustodyHolding }) {
  const t = useWords(custodyWords)
  if (holding.state === 'doubted' && holding.doubt !== null) {
    return <div className="second small">{t(`doubt-${holding.doubt}`)}</div>
  }
  if (holding.problem === null) return null
  const key = `problem-${holding.problem}`
  const why = key in custodyWords.zh ? t(key as 'problem-custodian-unreachable') : holding.problem
  return <div className="quiet small">{t('waits', { why })}</div>
}
