/** Who is at work: each worker says so every few seconds, and what a silent one held is due again at once. */
import { type Clock, newId } from '@mingzheng/kernel'
import { type Kysely, sql } from 'kysely'
import type { MonitoringTables } from '../register/schema.ts'

/** A worker that has said nothing for so long is gone. */
const SILENT_MS = 15_000
const FORGET_MS = 86_400_000

export async function enterWorker(db: Kysely<MonitoringTables>, clock: Clock, machine: string): Promise<string> {
  const now = new Date(clock.now())
  const id = newId(now.getTime())
  await db.insertInto('watch_worker').values({ id, machine, started_at: now, seen_at: now, pages: 0 }).execute()
  return id
}

/** Says that the worker lives and what it has done, and frees what silent ones held. */
export async function beat(db: Kysely<MonitoringTables>, clock: Clock, id: string, pages: number): Promise<void> {
  const now = clock.now()
  await db
    .updateTable('watch_worker')
    .set({ seen_at: new Date(now), pages })
    .where('id', '=', id)
    .execute()
  await sql`
    update watch_address set claim = null, claimed_by = null, due_at = ${new Date(now)}
    where claimed_by in (select id from watch_worker where seen_at < ${new Date(now - SILENT_MS)})`.execute(db)
  await db
    .deleteFrom('watch_worker')
    .where('seen_at', '<', new Date(now - FORGET_MS))
    .execute()
}

/** Leaves in order: nothing that it held waits for the end of its claim. */
export async function leaveWork(db: Kysely<MonitoringTables>, clock: Clock, id: string): Promise<void> {
  const now = new Date(clock.now())
  await sql`
    update watch_address set claim = null, claimed_by = null, due_at = ${now} where claimed_by = ${id}`.execute(db)
  await db.deleteFrom('watch_worker').where('id', '=', id).execute()
}
