/** How the challenges of one copy ended, from the events of its evidence; newest first. */
import type { AnswerOf } from '@mingzheng/api'

type Event = AnswerOf<'evidence.timeline'>['events'][number]

export interface Challenge {
  readonly at: string
  readonly proved: boolean
  /** Why it is in doubt. */
  readonly doubt: 'bytes' | 'late' | null
  readonly index: number | null
}

/** Proofs name their edition; doubts do not, and count for every copy of that custodian. */
export function challengesOf(
  events: readonly Event[],
  { custodian, edition }: { custodian: { id: string }; edition: number },
): Challenge[] {
  const own = events.filter(
    ({ kind, actor, detail }) =>
      actor === custodian.id && ((kind === 'proved' && detail === String(edition)) || kind === 'doubted'),
  )
  return own
    .map(
      ({ at, kind, detail, index }): Challenge => ({
        at,
        proved: kind === 'proved',
        doubt: detail === 'bytes' || detail === 'late' ? detail : null,
        index,
      }),
    )
    .reverse()
}
