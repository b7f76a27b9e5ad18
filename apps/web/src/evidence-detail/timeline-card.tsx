/** What happened to it, by whom, with the ledger entries that prove it; and who opened it. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import { BonesList } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Icon, type IconName } from '../design/icon.tsx'
import { TimeText } from '../design/time-text.tsx'
import '../design/timeline.css'
import { useWords } from '../i18n/words.ts'
import { ReasonList } from '../said/reason-list.tsx'
import { groupEvents } from './group-events.ts'
import { useCustodyEvents } from './use-custody-events.ts'
import { detailWords } from './words.ts'

const ICONS: Record<string, IconName> = {
  opened: 'person',
  downloaded: 'download',
  verified: 'verify',
  edition: 'editions',
  compared: 'compare',
  replayed: 'replay',
  timestamped: 'history',
}

export function TimelineCard({ number }: { number: string }) {
  const t = useWords(detailWords)
  const timeline = useQuery(ask('evidence.timeline', { params: { number } }))
  const events = timeline.data?.events
  const { actorOf, detailOf } = useCustodyEvents(number, events ?? [])
  return (
    <Card title={t('timeline')}>
      {timeline.isPending && <BonesList rows={5} />}
      {events?.length === 0 && <p className="quiet">{t('timelineNone')}</p>}
      <ol className="timeline">
        {groupEvents(events ?? []).map(({ event, times, last }) => {
          const key = `event-${event.kind}`
          const name = key in detailWords.zh ? t(key as 'event-opened') : event.kind
          return (
            <li key={event.at + event.kind + event.detail + event.actor}>
              <span className="timeline-icon">
                <Icon name={ICONS[event.kind] ?? (event.index === null ? 'check' : 'ledger')} size={13} />
              </span>
              <div>
                <div className="timeline-line">
                  <strong>
                    {name}
                    {times > 1 && <span className="quiet small"> × {times}</span>}
                  </strong>
                  {event.index !== null && (
                    <Link
                      to="/ledger/$index"
                      params={{ index: String(event.index) }}
                      search={{ at: event.at, number }}
                      className="small"
                    >
                      #{event.index}
                    </Link>
                  )}
                </div>
                <ReasonList text={detailOf(event)} className="second small break" />
                <div className="quiet small">
                  {event.actor !== null && <>{actorOf(event)} · </>}
                  <TimeText time={last} />
                </div>
              </div>
            </li>
          )
        })}
      </ol>
    </Card>
  )
}
