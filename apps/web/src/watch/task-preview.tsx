/** What a task would come to by what is known today; asked again a moment after the last change. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api } from '../data/api.ts'
import { Card } from '../design/card.tsx'
import { formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { specOf, type TaskFields } from './task-fields.ts'
import { watchWords } from './words.ts'

const PAUSE_MS = 500

export function TaskPreview({ fields }: { fields: TaskFields }) {
  const t = useWords(watchWords)
  const language = useLanguage()
  const [settled, setSettled] = useState(fields)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(fields), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [fields])
  const spec = specOf({ ...settled, groups: settled.groups.filter((group) => group?.name && group.words) })
  const preview = useQuery({
    queryKey: ['tasks.preview', spec],
    queryFn: ({ signal }) => api.call('tasks.preview', { body: { spec }, signal }),
    enabled: settled.platforms.length > 0,
    placeholderData: (old) => old,
    retry: false,
  })
  if (preview.data === undefined) return null
  const n = (value: number) => formatNumber(value, language)
  const { addresses, listings, shops, fetchesADay, pacedADay } = preview.data
  return (
    <Card title={t('preview')}>
      <p>
        {t('previewText', {
          addresses: n(addresses),
          listings: n(listings),
          shops: n(shops),
          fetches: n(fetchesADay),
        })}
      </p>
      {pacedADay !== null && pacedADay < fetchesADay && (
        <p className="meaning-watch">{t('previewPaced', { n: n(pacedADay) })}</p>
      )}
    </Card>
  )
}
