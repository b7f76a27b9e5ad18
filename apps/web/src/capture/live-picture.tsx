/** What the capturing browser shows at this moment. */
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { captureWords } from './words.ts'

export function LivePicture({ frame, running }: { frame: string | null; running: boolean }) {
  const t = useWords(captureWords)
  return (
    <figure className="live-picture">
      {frame === null ? (
        <div className="live-waiting">
          <Icon name={running ? 'running' : 'picture'} size={28} />
          <span>{running ? t('pictureWaiting') : t('pictureEnded')}</span>
        </div>
      ) : (
        <img src={frame} alt={t('picture')} className={running ? '' : 'live-ended'} />
      )}
    </figure>
  )
}
