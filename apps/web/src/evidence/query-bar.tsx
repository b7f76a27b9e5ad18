/** Search and the filters as words in one line. */
import { useQuery } from '@tanstack/react-query'
import { ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { Icon } from '../design/icon.tsx'
import { SearchField } from '../design/search-field.tsx'
import { formatTime } from '../i18n/formats.ts'
import { useWords } from '../i18n/words.ts'
import { AddFilter } from './add-filter.tsx'
import { type EvidenceSearch, FILTER_KEYS, type FilterKey, isNarrowed } from './filters.ts'
import { evidenceWords } from './words.ts'

interface QueryBarProps {
  search: EvidenceSearch
  onGo: (search: EvidenceSearch) => void
}

export function QueryBar({ search, onGo }: QueryBarProps) {
  const t = useWords(evidenceWords)
  const say = useFilterWords()
  return (
    <div className="query-bar no-print">
      <SearchField
        className="query-search"
        value={search.q}
        label={t('search')}
        onSearch={(q) => onGo({ ...search, q })}
      />
      {FILTER_KEYS.filter((key) => search[key] !== undefined).map((key) => (
        <span key={key} className="filter-word">
          <span className="quiet">{t(`f-${key}`)}</span> {say(key, search[key]!)}
          <button
            type="button"
            className="bare"
            aria-label={t('remove', { name: t(`f-${key}`) })}
            onClick={() => onGo({ ...search, [key]: undefined })}
          >
            <Icon name="close" size={12} />
          </button>
        </span>
      ))}
      <AddFilter search={search} onGo={onGo} />
      {isNarrowed(search) && (
        <button type="button" className="bare quiet query-clear" onClick={() => onGo({ at: search.at })}>
          {t('clear')}
        </button>
      )}
    </div>
  )
}

/** How a filter's value reads. */
export function useFilterWords(): (key: FilterKey, value: string) => string {
  const t = useWords(evidenceWords)
  const me = useMe()
  const officers = useQuery({ ...ask('officers.list'), enabled: may(me, 'evidence.capture') })
  const organisation = useQuery({ ...ask('organisation.read'), enabled: may(me, 'organisation.read') })
  return (key, value) => {
    if (key === 'state') return t(value as 'fixed')
    if (key === 'complete') return t(value as 'yes')
    if (key === 'demo') return t(value === 'yes' ? 'demoYes' : 'demoNo')
    if (key === 'from' || key === 'to') return formatTime(value, false)
    if (key === 'officer') return officers.data?.officers.find((officer) => officer.id === value)?.name ?? value
    if (key === 'unit') return organisation.data?.units.find((unit) => unit.id === value)?.name ?? value
    return value
  }
}
