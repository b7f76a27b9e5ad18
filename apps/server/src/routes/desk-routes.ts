/** The desk: what waits for this person, and how the last days went. */

import type { AnswerOf } from '@mingzheng/api'
import { countEvidence, type EvidenceTables } from '@mingzheng/evidence'
import type { Clock } from '@mingzheng/kernel'
import { sql, type Transaction } from 'kysely'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'

export interface DeskParts {
  clock: Clock
  as<T>(person: Person, fn: (tx: Transaction<EvidenceTables>) => Promise<T>): Promise<T>
}

type Desk = AnswerOf<'desk.read'>

const DAYS = 14
const DAY_MS = 86_400_000
const CHINA_MS = 8 * 3_600_000
/** How far back unfinished matters are looked for. */
const LOOK_BACK_MS = 30 * DAY_MS

const chinaDay = (ms: number) => new Date(ms + CHINA_MS).toISOString().slice(0, 10)

async function readDesk(tx: Transaction<EvidenceTables>, person: Person, now: number): Promise<Desk> {
  const since = new Date(now - LOOK_BACK_MS)
  const captures = await tx
    .selectFrom('capture')
    .select(['id', 'urls', 'state', 'requested_at', 'problem'])
    .where('user_id', '=', person.userId)
    .where('state', 'in', ['queued', 'running', 'fixing', 'failed'])
    .where('requested_at', '>=', since)
    .orderBy('requested_at', 'desc')
    .limit(20)
    .execute()
  const incomplete = await tx
    .selectFrom('evidence')
    .select(['number', 'title', 'url', 'captured_at', 'facts'])
    .where('officer_id', '=', person.userId)
    .where('complete', '=', false)
    .where('state', '=', 'fixed')
    .where('captured_at', '>=', since)
    .orderBy('captured_at', 'desc')
    .limit(10)
    .execute()
  const byDay = await tx
    .selectFrom('evidence')
    .select([
      sql<string>`to_char(captured_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD')`.as('day'),
      sql<string>`count(*)`.as('captures'),
      sql<string>`count(*) filter (where ledger_state = 'witnessed')`.as('fixed'),
    ])
    .where('captured_at', '>=', new Date(now - DAYS * DAY_MS))
    .groupBy('day')
    .execute()
  const days = Array.from({ length: DAYS }, (_, i) => {
    const day = chinaDay(now - (DAYS - 1 - i) * DAY_MS)
    const found = byDay.find((row) => row.day === day)
    return { day, captures: Number(found?.captures ?? 0), fixed: Number(found?.fixed ?? 0) }
  })
  return {
    waiting: [
      ...captures.map(({ id, urls, state, requested_at, problem }) => ({
        kind: state === 'failed' ? ('capture-failed' as const) : ('running' as const),
        title: urls[0] ?? '',
        detail: problem?.detail ?? '',
        code: problem?.code ?? null,
        at: requested_at.toISOString(),
        link: `/capture/${id}`,
      })),
      ...incomplete.map(({ number, title, url, captured_at, facts }) => ({
        kind: 'incomplete' as const,
        title: title === '' ? url : title,
        detail: facts.incompleteReason ?? '',
        code: null,
        at: captured_at.toISOString(),
        link: `/evidence/${number}`,
      })),
    ],
    days,
    totals: {
      evidence: await countEvidence(tx, {}),
      today: days.at(-1)!.captures,
      incomplete: (await countEvidence(tx, { complete: false })).value,
      running: captures.filter(({ state }) => state !== 'failed').length,
    },
  }
}

export function deskRoutes(parts: DeskParts): Handlers<Person, 'desk.read'> {
  return {
    'desk.read': ({ principal }) => parts.as(principal, (tx) => readDesk(tx, principal, parts.clock.now())),
  }
}
