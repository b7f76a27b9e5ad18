/** The archive replayed in a frame of its own origin. */
import { useQuery } from '@tanstack/react-query'
import { ask } from '../data/api.ts'
import { BonesList } from '../design/bones.tsx'
import { Icon } from '../design/icon.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { useWords } from '../i18n/words.ts'
import { detailWords } from './words.ts'

/** The ticket of the address lives an hour. */
const FRESH_MS = 50 * 60 * 1000

export function ReplayView({ number }: { number: string }) {
  const t = useWords(detailWords)
  const replay = useQuery({ ...ask('evidence.replay', { params: { number } }), staleTime: FRESH_MS })
  if (replay.isError) {
    return (
      <div className="card-body">
        <ProblemView error={replay.error} onRetry={() => void replay.refetch()} />
      </div>
    )
  }
  if (replay.data === undefined) {
    return (
      <div className="card-body">
        <BonesList rows={10} />
      </div>
    )
  }
  return (
    <>
      <p className="viewer-note small quiet">
        <Icon name="lock" size={13} /> {t('replayText')}{' '}
        <a href={replay.data.url} target="_blank" rel="noreferrer">
          {t('replayOpen')}
        </a>
      </p>
      <iframe
        className="viewer-frame"
        src={replay.data.url}
        title={t('viewReplay')}
        sandbox="allow-scripts allow-same-origin"
        referrerPolicy="no-referrer"
      />
    </>
  )
}
