/** Sums that screens of monitoring show, read from what the watchers keep by the hour. */
import type { PlatformView } from '@mingzheng/api'
import { type Counts, listPlatforms, type MonitoringTables, type PlatformRow, ruleHealth } from '@mingzheng/monitoring'
import { type Kysely, sql } from 'kysely'
import type { PlatformNames, TaskSums } from './watch-view.ts'

type Db = Kysely<MonitoringTables>

export async function platformNames(db: Db): Promise<PlatformNames> {
  const rows = await db.selectFrom('watch_platform').select(['id', 'name']).execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

const summed = sql`
  select group_key, jsonb_object_agg(name, n) as counts from (
    select group_key, name, sum(value::bigint) as n from picked, jsonb_each_text(counts) as c(name, value)
    group by group_key, name) as sums
  group by group_key`

/** Sums of all that tasks did. */
async function totalsOf(db: Db, ids: readonly string[]): Promise<Map<string, Counts>> {
  const { rows } = await sql<{ group_key: string; counts: Counts }>`
    with picked as (select task_id as group_key, counts from watch_count where task_id = any (${[...ids]})) ${summed}`.execute(
    db,
  )
  return new Map(rows.map(({ group_key, counts }) => [group_key, counts]))
}

/** Addresses counted are at most so many: a task's list says more only by "10,000+". */
const MOST_COUNTED = 100_000

export async function taskSums(db: Db, ids: readonly string[], now: Date): Promise<Map<string, TaskSums>> {
  const totals = await totalsOf(db, ids)
  const sums = new Map<string, TaskSums>()
  for (const id of ids) {
    const { rows } = await sql<{ addresses: string; due: string; next: Date | null }>`
      select count(*) as addresses, count(*) filter (where due_at <= ${now}) as due, min(due_at) as next
      from (select due_at from watch_address where task_id = ${id} order by due_at limit ${MOST_COUNTED}) as held`.execute(
      db,
    )
    const { addresses, due, next } = rows[0]!
    sums.set(id, { totals: totals.get(id) ?? {}, addresses: Number(addresses), due: Number(due), nextAt: next })
  }
  return sums
}

/** Sums by hour of one task since a moment, the oldest first. */
export async function hoursOf(db: Db, taskId: string, since: Date): Promise<{ hour: Date; counts: Counts }[]> {
  const { rows } = await sql<{ group_key: Date; counts: Counts }>`
    with picked as (select hour as group_key, counts from watch_count where task_id = ${taskId} and hour >= ${since})
    ${summed} order by group_key`.execute(db)
  return rows.map(({ group_key, counts }) => ({ hour: group_key, counts }))
}

/** Sums of everything since a moment. */
export async function sumsSince(db: Db, since: Date): Promise<Counts> {
  const { rows } = await sql<{ counts: Counts }>`
    with picked as (select 1 as group_key, counts from watch_count where hour >= ${since}) ${summed}`.execute(db)
  return rows[0]?.counts ?? {}
}

const DAY_MS = 86_400_000
/** So many pages that lost their facts, and such a share of those read, are no accident. */
const LOST_PAGES = 5
const LOST_SHARE = 0.3
const ILL: readonly string[] = ['blocked', 'captcha', 'unreachable', 'slow', 'decoy']

/** So few are counted; of more the count that the server takes every minute is shown. */
const COUNTED = 2000

const heldOf = (table: 'listing' | 'shop') => sql`greatest(
  (select count(*) from (select 1 from ${sql.table(table)} h where h.organisation_id = p.organisation_id and h.platform_id = p.id
    limit ${COUNTED}) as held),
  coalesce((select n from watch_sum w where w.kind = ${table} and w.day = date '1970-01-01' and w.key = p.id), 0))`

/** How each platform stands: its hosts, whether anything is read, whether its pages can still be read. */
export async function platformViews(db: Db, now: number): Promise<PlatformView[]> {
  const platforms = await listPlatforms(db)
  const since = new Date(now - DAY_MS)
  const { rows: counts } = await sql<{ group_key: string; counts: Counts }>`
    with picked as (select platform_id as group_key, counts from watch_count where hour >= ${since}) ${summed}`.execute(
    db,
  )
  const lately = new Map(counts.map((row) => [row.group_key, row.counts]))
  const hosts = await db.selectFrom('watch_host').select(['origin', 'state', 'reason']).execute()
  const { rows: held } = await sql<{ id: string; listings: string; shops: string; watched: boolean }>`
    select p.id, ${heldOf('listing')} as listings, ${heldOf('shop')} as shops,
      exists (select 1 from watch_task t where t.state = 'running' and t.spec -> 'objectives' -> 'platforms' ? p.id) as watched
    from watch_platform p`.execute(db)
  const heldBy = new Map(held.map((row) => [row.id, row]))
  const rules = await ruleHealth(db, now)
  return platforms.map((platform) => {
    const own = heldBy.get(platform.id)
    const origins = new Set(platform.entries.map(({ url }) => URL.parse(url)?.origin))
    const ill = hosts.find(({ origin, state }) => origins.has(origin) && ILL.includes(state))
    const { health, detail } = healthOf(platform, own?.watched ?? false, ill, lately.get(platform.id) ?? {}, now)
    const lost = (rules.get(platform.id) ?? []).filter(({ alarm }) => alarm).map(({ field }) => field)
    const isLost = lost.length > 0 && health === 'ok'
    const { id, name, entries, demo } = platform
    return {
      id,
      name,
      entries,
      demo,
      listings: Number(own?.listings ?? 0),
      shops: Number(own?.shops ?? 0),
      health: isLost ? 'layout-changed' : health,
      detail: isLost ? lost.join(', ') : detail,
    }
  })
}

function healthOf(
  { created_at }: PlatformRow,
  watched: boolean,
  ill: { state: string; reason: string; origin: string } | undefined,
  counts: Counts,
  now: number,
): Pick<PlatformView, 'health' | 'detail'> {
  if (!watched) return { health: 'unwatched', detail: '' }
  if (ill !== undefined) return { health: ill.state as PlatformView['health'], detail: `${ill.origin}: ${ill.reason}` }
  const lost = Number(counts.lost ?? 0)
  const read = Number(counts.ok ?? 0)
  if (lost >= LOST_PAGES && lost >= read * LOST_SHARE) return { health: 'layout-changed', detail: `${lost} / ${read}` }
  const silent = read + Number(counts.unchanged ?? 0) === 0 && now - created_at.getTime() > DAY_MS
  return silent ? { health: 'silent', detail: '' } : { health: 'ok', detail: '' }
}
