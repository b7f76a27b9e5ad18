import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import { BonesList } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Empty } from '../design/empty.tsx'
import { EvidenceState, IncompleteMark } from '../design/states.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useWords } from '../i18n/words.ts'
import { deskWords } from './words.ts'

export function RecentEvidence() {
  const t = useWords(deskWords)
  const list = useQuery({ ...ask('evidence.list', { query: { limit: 8 } }), refetchInterval: 15_000 })
  const rows = list.data?.rows
  return (
    <Card title={t('recent')} aside={<Link to="/evidence">{t('all')}</Link>} flush>
      {rows === undefined && (
        <div className="card-body">
          <BonesList rows={5} height={26} />
        </div>
      )}
      {rows?.length === 0 && (
        <Empty
          icon="evidence"
          title={t('recentNone')}
          text={t('recentNoneText')}
          action={
            <Link to="/capture" className="button button-primary">
              {t('newCapture')}
            </Link>
          }
        />
      )}
      <ul className="waiting">
        {rows?.map((row) => (
          <li key={row.number}>
            <Link to="/evidence/$number" params={{ number: row.number }} className="waiting-item recent-item">
              <span className="waiting-words">
                <span className="ellipsis">{row.title === '' ? row.url : row.title}</span>
                <span className="quiet small ellipsis">{row.host}</span>
              </span>
              {row.complete ? <EvidenceState state={row.state} /> : <IncompleteMark />}
              <span className="quiet small waiting-time">
                <TimeText time={row.capturedAt} relative="only" />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  )
}
