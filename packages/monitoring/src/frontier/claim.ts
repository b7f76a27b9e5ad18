/**
 * Workers claim addresses of one host at a time, so that its pace holds however many workers there are. A claim lasts for a
 * while: what a killed worker held becomes due again by itself, and what it had not written is fetched once more. Only the
 * holder of a claim can write its outcome (`finish`), so nothing is recorded twice.
 */
import { newId } from '@mingzheng/kernel'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { HostState, MonitoringTables, WatchAddressTable } from '../register/schema.ts'
import type { WatchSpec } from '../task/spec.ts'
import { nextOpen } from '../task/window.ts'

export type ClaimedAddress = Selectable<WatchAddressTable>

export interface ClaimedHost {
  readonly id: string
  readonly origin: string
  readonly state: HostState
  readonly refused: number
  readonly robots: string | null
  readonly robotsAt: Date | null
}

/** A task as it stood when it was claimed for. */
export interface ClaimedTask {
  readonly id: string
  readonly version: number
  readonly organisationId: string
  readonly spec: WatchSpec
}

export interface Claim {
  readonly mark: string
  readonly host: ClaimedHost
  readonly task: ClaimedTask
  readonly platformId: string
  readonly addresses: readonly ClaimedAddress[]
}

/** Longest time from a claim to its writing. */
const CLAIM_MS = 120_000
/** A paced host is claimed for about so long at a time. */
const PACED_MS = 10_000

/** Tasks that may fetch now. */
export async function openTasks(db: Kysely<MonitoringTables>, now: number): Promise<ClaimedTask[]> {
  const rows = await db
    .selectFrom('watch_task')
    .select(['id', 'version', 'organisation_id', 'spec'])
    .where('state', '=', 'running')
    .execute()
  return rows
    .filter(({ spec }) => nextOpen(spec.frequency.windows, now) <= now)
    .map(({ id, version, organisation_id, spec }) => ({ id, version, organisationId: organisation_id, spec }))
}

/** Up to `most` due addresses of one task and platform on one host; `null` when nothing is due. */
export async function claimDue(
  db: Kysely<MonitoringTables>,
  worker: string,
  now: number,
  most: number,
): Promise<Claim | null> {
  const tasks = await openTasks(db, now)
  if (tasks.length === 0) return null
  const at = new Date(now)
  const ids = tasks.map(({ id }) => id)
  return db.transaction().execute(async (tx) => {
    // Thousands of addresses come in one statement, of which the planner knows nothing yet: it would sort them all for
    // each claim. As one of a list the task leaves it the host's index alone.
    await sql`select set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true)`.execute(tx)
    const { rows } = await sql<{
      id: string
      origin: string
      state: HostState
      refused: number
      robots: string | null
      robots_at: Date | null
      task_id: string
      platform_id: string
    }>`
      select h.id, h.origin, h.state, h.refused, h.robots, h.robots_at, due.task_id, due.platform_id
      from watch_host h cross join lateral (
        select a.task_id, a.platform_id from watch_address a
        where a.host_id = h.id and a.due_at <= ${at} and a.task_id = any (${ids})
        order by a.due_at limit 1) due
      where h.next_at <= ${at}
      order by h.next_at limit 1`.execute(tx)
    const host = rows[0]
    const task = tasks.find(({ id }) => id === host?.task_id)
    if (host === undefined || task === undefined) return null
    const pace = task.spec.frequency.hostPaceMs
    if (pace > 0 && !(await holdHost(tx, host.id, at))) return null
    const many = pace === 0 ? most : Math.max(1, Math.min(most, Math.floor(PACED_MS / pace)))
    const mark = newId(now)
    const addresses = await sql<ClaimedAddress>`
      update watch_address set claim = ${mark}, claimed_by = ${worker}, due_at = ${new Date(now + CLAIM_MS)}
      where id in (
        select a.id from watch_address a
        where a.host_id = ${host.id} and a.task_id = any (${[task.id]}) and a.platform_id = ${host.platform_id}
          and a.due_at <= ${at} and (select state = 'running' from watch_task where id = ${task.id})
        order by a.due_at limit ${many} for update skip locked)
      returning *`.execute(tx)
    if (addresses.rows.length === 0) return null
    // A host without a pace goes to the end of the line all the same, so that others get their turn.
    await tx
      .updateTable('watch_host')
      .set({ next_at: new Date(now + pace * addresses.rows.length) })
      .where('id', '=', host.id)
      .execute()
    const { id, origin, state, refused, robots, robots_at: robotsAt } = host
    return {
      mark,
      task,
      platformId: host.platform_id,
      host: { id, origin, state, refused, robots, robotsAt },
      addresses: addresses.rows,
    }
  })
}

/** Whether the host is still free; it then is ours until the transaction ends. */
async function holdHost(tx: Kysely<MonitoringTables>, id: string, at: Date): Promise<boolean> {
  const held = await tx
    .selectFrom('watch_host')
    .select('id')
    .where('id', '=', id)
    .where('next_at', '<=', at)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  return held !== undefined
}

/** Gives back what was not fetched: it is due again from `at` on. */
export async function giveBack(
  db: Kysely<MonitoringTables>,
  claim: Pick<Claim, 'mark'>,
  ids: readonly string[],
  at: number,
): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('watch_address')
    .set({ claim: null, claimed_by: null, due_at: new Date(at) })
    .where('id', 'in', ids)
    .where('claim', '=', claim.mark)
    .execute()
}
