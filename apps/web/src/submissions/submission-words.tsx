/** How a submission stands. */
import type { SubmissionView } from '@mingzheng/api'
import { Status } from '../design/status.tsx'
import type { Meaning } from '../design/tokens.ts'
import { useWords } from '../i18n/words.ts'
import { submissionWords } from './words.ts'

const MEANINGS: Record<SubmissionView['state'], Meaning> = {
  held: 'watch',
  waiting: 'running',
  reading: 'running',
  done: 'proven',
  rejected: 'plain',
  failed: 'must',
}

export function SubmissionState({ state }: Pick<SubmissionView, 'state'>) {
  const t = useWords(submissionWords)
  return <Status meaning={MEANINGS[state]}>{t(`state-${state}`)}</Status>
}

export const isMoving = (state: SubmissionView['state'] | undefined) => state === 'waiting' || state === 'reading'
