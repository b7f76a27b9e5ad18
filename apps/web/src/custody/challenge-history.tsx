/** The challenges of one copy so far, folded away behind their number. */
import { Link } from '@tanstack/react-router'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useWords } from '../i18n/words.ts'
import type { Challenge } from './challenges.ts'
import './custody.css'
import { custodyWords } from './words.ts'

export function ChallengeHistory({ of }: { of: readonly Challenge[] }) {
  const t = useWords(custodyWords)
  if (of.length === 0) return null
  return (
    <details className="challenges">
      <summary className="second small">{t('challenges', { count: of.length })}</summary>
      <ol>
        {of.map(({ at, proved, doubt, index }) => (
          <li key={`${at}${index}`} className="small">
            <Status meaning={proved ? 'proven' : 'must'}>
              {proved ? t('challengeProved') : t(doubt === null ? 'state-doubted' : `doubt-${doubt}`)}
            </Status>{' '}
            <TimeText time={at} />{' '}
            {index !== null && (
              <Link to="/ledger/$index" params={{ index: String(index) }}>
                #{index}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </details>
  )
}
