/** Files of imports go when nobody needs them: their rows are on the register, their digests in the audit log. */
import type { Clock } from '@mingzheng/kernel'
import type { BlobStore } from '@mingzheng/storage'
import type { Kysely } from 'kysely'
import type { MonitoringTables } from '../register/schema.ts'
import { endImport } from './run-import.ts'

const DAY_MS = 86_400_000
/** The file of an import that has ended is there for so long, to be compared with what was read of it. */
const ENDED_DAYS = 30
/** What was uploaded and never put to work is cancelled after so long. */
const UPLOADED_DAYS = 7
const BATCH = 500

export interface SweepParts {
  readonly db: Kysely<MonitoringTables>
  readonly blobs: Pick<BlobStore, 'remove'>
  readonly clock: Clock
}

/** Removes what is no longer needed and answers how many files that were. Broken off, the next one does the rest. */
export async function sweepImports({ db, blobs, clock }: SweepParts): Promise<number> {
  const before = (days: number) => new Date(clock.now() - days * DAY_MS)
  const left = await db
    .selectFrom('register_import')
    .select('id')
    .where('state', '=', 'uploaded')
    .where('made_at', '<', before(UPLOADED_DAYS))
    .limit(BATCH)
    .execute()
  for (const { id } of left) await endImport(db, clock, id, 'cancelled', null)
  const rows = await db
    .selectFrom('register_import')
    .select(['id', 'blob'])
    .where('blob', 'is not', null)
    .where((where) =>
      where.or([
        where('ended_at', '<', before(ENDED_DAYS)),
        where.and([where('state', '=', 'cancelled'), where('made_at', '<', before(UPLOADED_DAYS))]),
      ]),
    )
    .limit(BATCH)
    .execute()
  for (const { id, blob } of rows) {
    // The file first: a row without one would keep it for ever.
    await blobs.remove(blob!)
    await db.updateTable('register_import').set({ blob: null }).where('id', '=', id).execute()
  }
  return rows.length
}
