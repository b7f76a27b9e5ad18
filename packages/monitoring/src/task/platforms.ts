/** Platforms: names for where shops trade, and the entries from which their pages are found. */
import { type Clock, newId } from '@mingzheng/kernel'
import type { Kysely, Selectable } from 'kysely'
import type { MonitoringTables, PlatformEntry, WatchPlatformTable } from '../register/schema.ts'

export type PlatformRow = Selectable<WatchPlatformTable>

/** Adds a platform, or gives one of that name its new entries. */
export function savePlatform(
  db: Kysely<MonitoringTables>,
  clock: Clock,
  given: { organisationId: string; name: string; entries: readonly PlatformEntry[]; demo: boolean },
): Promise<PlatformRow> {
  const now = clock.now()
  const entries = JSON.stringify(given.entries)
  return db
    .insertInto('watch_platform')
    .values({
      id: newId(now),
      organisation_id: given.organisationId,
      name: given.name,
      entries,
      demo: given.demo,
      created_at: new Date(now),
    })
    .onConflict((conflict) => conflict.columns(['organisation_id', 'name']).doUpdateSet({ entries }))
    .returningAll()
    .executeTakeFirstOrThrow()
}

export function listPlatforms(db: Kysely<MonitoringTables>): Promise<PlatformRow[]> {
  return db.selectFrom('watch_platform').selectAll().orderBy('name').limit(1000).execute()
}
