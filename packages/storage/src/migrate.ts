/** Tables change forward only: each package brings its numbered steps, a landed step is never edited or removed. */
import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { storageFailure } from './storage-failure.ts'

/** Steps by name, `0100_identity_tables`; the number's first two digits belong to the package. */
export type MigrationSet = Record<string, Migration>

/**
 * Brings the database to the newest step, all steps in one transaction under a lock: two programs starting together
 * migrate once. Returns the names of the steps taken. A database that knows steps we do not is of a newer release and
 * throws `migration-changed`; a step that fails leaves everything as it was and throws `migration-failed`.
 */
export async function migrate<Schema>(db: Kysely<Schema>, ...sets: MigrationSet[]): Promise<string[]> {
  const steps: MigrationSet = {}
  for (const set of sets) {
    for (const [name, step] of Object.entries(set)) {
      if (steps[name] !== undefined) throw storageFailure('migration-changed', `two steps are called ${name}`)
      steps[name] = step
    }
  }
  await refuseNewer(db, Object.keys(steps))
  const migrator = new Migrator({
    db: db as Kysely<unknown>,
    provider: { getMigrations: async () => steps },
    // A package added later has smaller numbers than steps that already ran.
    allowUnorderedMigrations: true,
    migrationTableName: 'migration',
    migrationLockTableName: 'migration_lock',
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error !== undefined) {
    const failed = results?.find((result) => result.status === 'Error')?.migrationName ?? 'before the first step'
    throw storageFailure('migration-failed', `the database could not be changed (${failed})`, {
      cause: error,
      remedy: 'nothing was changed; see the cause, then start again',
    })
  }
  return (results ?? []).map((result) => result.migrationName)
}

async function refuseNewer<Schema>(db: Kysely<Schema>, known: string[]): Promise<void> {
  const { rows } = await sql<{ found: boolean }>`select to_regclass('migration') is not null as found`.execute(db)
  if (rows[0]?.found !== true) return
  const taken = await sql<{ name: string }>`select name from migration order by name`.execute(db)
  const foreign = taken.rows.map((row) => row.name).filter((name) => !known.includes(name))
  if (foreign.length === 0) return
  throw storageFailure(
    'migration-changed',
    `the database has steps this release does not know: ${foreign.join(', ')}`,
    {
      remedy: 'the data was written by a newer release: start that release',
    },
  )
}
