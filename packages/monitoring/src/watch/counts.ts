/** What a task's fetches came to, by hour and platform: sums that screens read instead of counting rows. */
import { type Kysely, sql } from 'kysely'
import type { MonitoringTables } from '../register/schema.ts'
import { OUTCOMES } from '../source/outcome.ts'

/** Every name under which something is counted; `ms` is time on the wire, `cpuUs` the worker's own microseconds. */
export const COUNT_NAMES = [
  'fetched',
  ...OUTCOMES,
  'changed',
  'lost',
  'bytes',
  'ms',
  'cpuUs',
  'listings',
  'examined',
  'findings',
  'undecided',
  'leads',
] as const
export type CountName = (typeof COUNT_NAMES)[number]
export type Counts = { [name in CountName]?: number }

const HOUR_MS = 3_600_000

/** Adds to the sums of the hour. */
export async function addCounts(
  db: Kysely<MonitoringTables>,
  place: { taskId: string; organisationId: string; platformId: string },
  now: number,
  counts: Counts,
): Promise<void> {
  const hour = new Date(Math.floor(now / HOUR_MS) * HOUR_MS)
  await sql`
    insert into watch_count (task_id, organisation_id, platform_id, hour, counts)
    values (${place.taskId}, ${place.organisationId}, ${place.platformId}, ${hour}, ${JSON.stringify(counts)}::jsonb)
    on conflict (task_id, platform_id, hour) do update set counts = (
      select jsonb_object_agg(name, coalesce((watch_count.counts ->> name)::bigint, 0) + coalesce((excluded.counts ->> name)::bigint, 0))
      from (select jsonb_object_keys(watch_count.counts) as name union select jsonb_object_keys(excluded.counts)) as names)
  `.execute(db)
}
