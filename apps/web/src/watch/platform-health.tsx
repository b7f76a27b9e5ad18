/** How each platform stands: read, slowed down, blocked; a site that refuses is a state, never a violation. */
import type { PlatformView } from '@mingzheng/api'
import { Card } from '../design/card.tsx'
import { Status } from '../design/status.tsx'
import type { Meaning } from '../design/tokens.ts'
import { formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { watchWords } from './words.ts'

const MEANINGS: Record<PlatformView['health'], Meaning> = {
  ok: 'proven',
  slow: 'watch',
  blocked: 'must',
  captcha: 'must',
  unreachable: 'must',
  decoy: 'must',
  'layout-changed': 'must',
  silent: 'watch',
  unwatched: 'plain',
}

export function PlatformHealth({ platforms }: { platforms: readonly PlatformView[] }) {
  const t = useWords(watchWords)
  const language = useLanguage()
  return (
    <Card title={t('platforms')}>
      {platforms.length === 0 && <p className="quiet">{t('platformsNone')}</p>}
      {platforms.map((one) => (
        <div key={one.id} className="platform-line">
          <span className="ellipsis">{one.name}</span>
          <Status meaning={MEANINGS[one.health]}>{t(`health-${one.health}`)}</Status>
          <span className="small quiet">
            {t('listings', {
              listings: formatNumber(one.listings, language),
              shops: formatNumber(one.shops, language),
            })}
          </span>
          <span className="small second ellipsis" title={one.detail}>
            {one.detail}
          </span>
        </div>
      ))}
    </Card>
  )
}
