/** What happened to a lead, by whom. */
import type { LeadDetail } from '@mingzheng/api'
import { Card } from '../design/card.tsx'
import { Icon, type IconName } from '../design/icon.tsx'
import { TimeText } from '../design/time-text.tsx'
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
              <strong>{t(`event-${event.kind}`)}</strong>
              {event.detail !== '' && <div className="second small break">{event.detail}</div>}
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
