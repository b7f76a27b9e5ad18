import { Link } from '@tanstack/react-router'
import { Empty } from '../design/empty.tsx'
import { useWords } from '../i18n/words.ts'
import { frameWords } from './words.ts'

export function NotFoundPage() {
  const t = useWords(frameWords)
  return (
    <Empty
      icon="search"
      title={t('notFoundTitle')}
      text={t('notFoundText')}
      action={
        <Link to="/" className="button">
          {t('backToDesk')}
        </Link>
      }
    />
  )
}
