/** What a host lets us do: back-off after refusals, robots.txt. */
import type { Kysely } from 'kysely'
import type { HostState, MonitoringTables } from '../register/schema.ts'
import type { Outcome } from '../source/outcome.ts'
import type { ClaimedHost } from './claim.ts'

const FIRST_REST_MS = 30_000
const LONGEST_REST_MS = 3_600_000

/** Outcomes after which a host is left alone for a while, and how it then stands. */
const REFUSALS: { readonly [outcome in Outcome]?: HostState } = {
  limited: 'slow',
  blocked: 'blocked',
  captcha: 'captcha',
}
/** So many pages of a batch without an answer are the host's trouble and not the page's. */
const MOSTLY = 0.8

export interface HostTurn {
  readonly state: HostState
  readonly reason: string
  readonly refused: number
  /** When it may be asked again. */
  readonly nextAt: number
}

/** How a host stands after a batch; `null` when as before. `retryAfterMs` is what it asked for itself. */
export function turnOf(
  host: Pick<ClaimedHost, 'state' | 'refused'>,
  outcomes: readonly { readonly outcome: Outcome; readonly detail: string; readonly retryAfterMs: number | null }[],
  now: number,
): HostTurn | null {
  const refusal = outcomes.find(({ outcome }) => REFUSALS[outcome] !== undefined)
  if (refusal !== undefined) {
    const rest = Math.max(restAfter(host.refused), Math.min(refusal.retryAfterMs ?? 0, LONGEST_REST_MS))
    return {
      state: REFUSALS[refusal.outcome]!,
      reason: refusal.detail,
      refused: host.refused + 1,
      nextAt: now + rest,
    }
  }
  const failed = outcomes.filter(({ outcome }) => outcome === 'failed')
  if (outcomes.length > 0 && failed.length >= outcomes.length * MOSTLY) {
    const rest = restAfter(host.refused)
    return { state: 'unreachable', reason: failed[0]!.detail, refused: host.refused + 1, nextAt: now + rest }
  }
  const answered = outcomes.some(({ outcome }) => outcome !== 'robots' && outcome !== 'refused')
  // What a second look has shown, the next second look takes back.
  if ((host.state === 'ok' || host.state === 'decoy') && host.refused === 0) return null
  return answered ? { state: 'ok', reason: '', refused: 0, nextAt: now } : null
}

/** 30 s, 1 min, 2 min ... 1 h. */
export function restAfter(refused: number): number {
  return Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** Math.min(refused, 20))
}

export async function keepTurn(db: Kysely<MonitoringTables>, id: string, turn: HostTurn, now: number): Promise<void> {
  const { state, reason, refused, nextAt } = turn
  await db
    .updateTable('watch_host')
    .set({ state, reason, refused, next_at: new Date(nextAt), changed_at: new Date(now) })
    .where('id', '=', id)
    .execute()
}

export async function keepRobots(db: Kysely<MonitoringTables>, id: string, robots: string, at: Date): Promise<void> {
  await db.updateTable('watch_host').set({ robots, robots_at: at }).where('id', '=', id).execute()
}
