/** What happened to a lead, by whom. */
import type { LeadDetail } from '@mingzheng/api'
import { Link } from '@tanstack/react-router'
import { Card } from '../design/card.tsx'
import { Icon, type IconName } from '../design/icon.tsx'
import { TimeText } from '../design/time-text.tsx'
import '../design/timeline.css'
import { useWords } from '../i18n/words.ts'
import { leadWords } from './words.ts'

type Event = LeadDetail['timeline'][number]

const ICONS: Record<Event['kind'], IconName> = {
  found: 'search',
  'found-again': 'search',
  dismissed: 'close',
  reopened: 'refresh',
  'handed-over': 'arrow',
  capture: 'capture',
  fixed: 'ledger',
}

export function LeadTimeline({ events }: { events: readonly Event[] }) {
  const t = useWords(leadWords)
  return (
    <Card title={t('timeline')}>
      <ol className="timeline">
        {events.map((event) => (
          <li key={event.at + event.kind + event.detail}>
            <span className="timeline-icon">
              <Icon name={ICONS[event.kind]} size={13} />
            </span>
            <div>
              <div className="timeline-line">
                <strong>{t(`event-${event.kind}`)}</strong>
                <Detail event={event} />
              </div>
              <div className="quiet small">
                <TimeText time={event.at} relative />
                {event.actor !== null && ` · ${event.actor}`}
              </div>
            </div>
          </li>
        ))}
      </ol>
    </Card>
  )
}

/** What somebody wrote, or where it stands; which model found it is said above. */
function Detail({ event: { kind, detail } }: { event: Event }) {
  const t = useWords(leadWords)
  if (detail === '' || kind === 'found' || kind === 'found-again') return null
  if (kind === 'fixed') {
    return (
      <Link to="/ledger/$index" params={{ index: detail }} className="small">
        #{detail}
      </Link>
    )
  }
  const [code = '', ...note] = detail.split(': ')
  const key = `reason-${code}`
  const said = key in leadWords.zh ? [t(key as 'reason-exempt'), ...note].join(' · ') : detail
  return <span className="second small break">{said}</span>
}
