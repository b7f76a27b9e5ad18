/** Until when the store refuses to remove the editions, and who enforces it. */
import { useQuery } from '@tanstack/react-query'
import { ask } from '../data/api.ts'
import { Icon } from '../design/icon.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useWords } from '../i18n/words.ts'
import { detailWords } from './words.ts'

export function KeepingLine({ number, editions }: { number: string; editions: number }) {
  const t = useWords(detailWords)
  const keeping = useQuery({
    ...ask('evidence.keeping', { params: { number } }),
    enabled: editions > 0,
    // After a new edition the earlier ones are soon kept as long as it is.
    refetchInterval: ({ state }) => {
      const known = state.data?.editions.map(({ lockedUntil }) => lockedUntil) ?? []
      return new Set(known).size > 1 || known.includes(null) ? 3000 : false
    },
  })
  if (editions === 0) return null
  if (keeping.isError) return <p className="keeping-line quiet small">{t('keptUnknown')}</p>
  if (keeping.data === undefined) return <p className="keeping-line quiet small">{t('keptAsking')}</p>
  const { enforced, editions: kept } = keeping.data
  const held = kept.some((edition) => edition.held)
  // The soonest that anything of it could go.
  const times = kept.map(({ lockedUntil }) => lockedUntil)
  const soonest = times.reduce((least, time) => (least === null || time === null || time < least ? time : least))
  return (
    <p className="keeping-line second small">
      <Icon name="lock" size={13} />
      <span>
        {soonest === null ? (
          t('keptNot')
        ) : (
          <>
            {t('keptUntil')} <TimeText time={soonest} />
          </>
        )}
        {' · '}
        {t(enforced ? 'keptByStore' : 'keptByUs')}
        {held && (
          <>
            {' · '}
            <strong>{t('keptHeld')}</strong>
          </>
        )}
      </span>
    </p>
  )
}
