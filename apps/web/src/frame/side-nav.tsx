/** Left: where I may go. */
import { Link } from '@tanstack/react-router'
import { useMe } from '../data/me.ts'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { type Place, placesOf } from './places.ts'
import { frameWords } from './words.ts'

export function SideNav({ onGo }: { onGo?: () => void }) {
  const t = useWords(frameWords)
  const places = placesOf(useMe())
  const groups = ['groupWork', 'groupWatch', 'groupTrust', 'groupManage'] as const
  return (
    <nav className="side-nav" aria-label={t('menu')}>
      {groups.map((group) => {
        const mine = places.filter((place) => place.group === group)
        if (mine.length === 0) return null
        return (
          <div key={group} className="side-group">
            <div className="side-group-name">{t(group)}</div>
            {mine.map((place) => (
              <PlaceLink key={place.to} place={place} onGo={onGo} />
            ))}
            {group === 'groupTrust' && (
              <a className="side-link" href="/verify" title={t('verification')}>
                <Icon name="verify" size={18} />
                <span>{t('verification')}</span>
              </a>
            )}
          </div>
        )
      })}
    </nav>
  )
}

function PlaceLink({ place, onGo }: { place: Place; onGo: (() => void) | undefined }) {
  const t = useWords(frameWords)
  return (
    <Link
      to={place.to}
      className="side-link"
      title={t(place.word)}
      activeOptions={{ includeSearch: false, exact: place.to === '/capture' }}
      {...(onGo === undefined ? {} : { onClick: onGo })}
    >
      <Icon name={place.icon} size={18} />
      <span>{t(place.word)}</span>
    </Link>
  )
}
