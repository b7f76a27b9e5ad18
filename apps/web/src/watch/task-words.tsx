/** A task's state and how often it looks, as people say it. */
import type { TaskView } from '@mingzheng/api'
import { Status } from '../design/status.tsx'
import type { Meaning } from '../design/tokens.ts'
import { useWords } from '../i18n/words.ts'
import { watchWords } from './words.ts'

const MEANINGS: Record<TaskView['state'], Meaning> = {
  draft: 'plain',
  running: 'running',
  paused: 'watch',
  stopped: 'plain',
}

export function TaskState({ state, filled = false }: { state: TaskView['state']; filled?: boolean }) {
  const t = useWords(watchWords)
  return (
    <Status meaning={MEANINGS[state]} filled={filled} {...(state === 'stopped' ? { icon: 'stop' as const } : {})}>
      {t(`state-${state}`)}
    </Status>
  )
}

export function useEvery(): (frequency: { everyMinutes: number }) => string {
  const t = useWords(watchWords)
  return ({ everyMinutes: n }) => {
    if (n % 1440 === 0) return t('everyDays', { n: n / 1440 })
    return n % 60 === 0 ? t('everyHours', { n: n / 60 }) : t('everyMinutes', { n })
  }
}
