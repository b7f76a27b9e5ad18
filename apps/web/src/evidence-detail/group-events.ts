/** Repeated acts of one person in a row (opening again and again) as one line with their number. */
import type { AnswerOf } from '@mingzheng/api'

export type TimelineEvent = AnswerOf<'evidence.timeline'>['events'][number]

export interface EventGroup {
  event: TimelineEvent
  times: number
  /** When the last of them was. */
  last: string
}

/** Events in their order; what a ledger entry proves always stands alone. */
export function groupEvents(events: readonly TimelineEvent[]): EventGroup[] {
  const groups: EventGroup[] = []
  for (const event of events) {
    const group = groups.at(-1)
    const same =
      group !== undefined &&
      event.index === null &&
      group.event.index === null &&
      group.event.kind === event.kind &&
      group.event.actor === event.actor &&
      group.event.detail === event.detail
    if (same) {
      group.times += 1
      group.last = event.at
    } else groups.push({ event, times: 1, last: event.at })
  }
  return groups
}
