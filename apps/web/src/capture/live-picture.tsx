/** What the capturing browser shows at this moment. */
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { captureWords } from './words.ts'

interface LivePictureProps {
  frame: string | null
  running: boolean
  /** Whether the ended capture has pictures to look at. */
  pictured: boolean
}

export function LivePicture({ frame, running, pictured }: LivePictureProps) {
  const t = useWords(captureWords)
  return (
    <figure className="live-picture">
      {frame === null ? (
        <div className="live-waiting">
          <Icon name={running ? 'running' : 'picture'} size={28} />
          <span>{running ? t('pictureWaiting') : t(pictured ? 'pictureEnded' : 'pictureNone')}</span>
        </div>
      ) : (
        <img src={frame} alt={t('picture')} className={running ? '' : 'live-ended'} />
      )}
    </figure>
  )
}
