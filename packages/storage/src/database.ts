/** The platform's database: Kysely on PostgreSQL, ours in a folder or yours by address, seen with two pairs of eyes. */
import { Kysely, PostgresDialect, sql } from 'kysely'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './postgres/embedded-postgres.ts'
import { openPool } from './postgres/error-pool.ts'
import { storageFailure } from './storage-failure.ts'

/** The role people's requests run as: owns nothing, so that row security binds it. */
export const PEOPLE_ROLE = 'mingzheng_people'

/** Where the database is: the address of yours (`postgres://...`), or a folder in which we run one. */
export type DatabaseSource = { url: string } | { folder: string }

export interface DatabaseOptions {
  source: DatabaseSource
  applicationName?: string
  /** Most connections for people's requests; the system's own work has half as many. Default 16. */
  poolSize?: number
  /** Limit of one statement in a person's request. Default 15,000. */
  statementTimeoutMs?: number
  /** Told of connections that broke while idle; they are replaced by themselves. */
  onIdleError?: (error: unknown) => void
  /** Told what the embedded server prints while starting. */
  onLog?: (line: string) => void
  /** Server settings added to the embedded server's, for tests and tuning. */
  settings?: Record<string, string>
}

/**
 * `people` is bound by row security: without a principal it shows nothing (see identity's `withPrincipal`).
 * `system` owns the tables: migrations, jobs, sign-in, the outbox. Requests of people never use it for case content.
 * Every statement that fails for the database's sake throws a `Failure` with a storage code; `database-unavailable`
 * passes by itself: connections are made anew at the next statement. A commit that fails so may have happened.
 */
export interface Database<Schema> {
  readonly people: Kysely<Schema>
  readonly system: Kysely<Schema>
  /** Address for other clients of the same database, with the owner's password: a secret. */
  readonly url: string
  readonly embedded: EmbeddedPostgres | null
  /** The same connections with another package's tables in view. */
  as<Other>(): Database<Other>
  /** Ends connections, and the embedded server in order. */
  close(): Promise<void>
}

const OLDEST_SERVER = 160_000

/** Opens the database; waits until it answers. Throws `database-unavailable`, `database-too-old`, `database-role-missing`. */
export async function openDatabase<Schema>(options: DatabaseOptions): Promise<Database<Schema>> {
  const { source } = options
  const embedded =
    'folder' in source
      ? await startEmbeddedPostgres({
          folder: source.folder,
          ...(options.onLog === undefined ? {} : { onLog: options.onLog }),
          ...(options.settings === undefined ? {} : { settings: options.settings }),
        })
      : null
  try {
    return await connect<Schema>(embedded?.url ?? (source as { url: string }).url, embedded, options)
  } catch (error) {
    await embedded?.stop()
    throw error
  }
}

async function connect<Schema>(
  url: string,
  embedded: EmbeddedPostgres | null,
  options: DatabaseOptions,
): Promise<Database<Schema>> {
  const size = options.poolSize ?? 16
  const name = options.applicationName ?? 'mingzheng'
  const idle = options.onIdleError === undefined ? {} : { onIdleError: options.onIdleError }
  const open = (part: string, poolSize: number, statementTimeoutMs: number, role: string | null) =>
    new Kysely<Schema>({
      dialect: new PostgresDialect({
        pool: openPool({ url, applicationName: `${name} ${part}`, size: poolSize, statementTimeoutMs, role, ...idle }),
      }),
    })
  const system = open('system', Math.max(2, Math.ceil(size / 2)), 0, null)
  try {
    await prepareServer(system)
  } catch (error) {
    await system.destroy()
    throw error
  }
  const people = open('people', size, options.statementTimeoutMs ?? 15_000, PEOPLE_ROLE)
  return {
    people,
    system,
    url,
    embedded,
    as<Other>() {
      return this as unknown as Database<Other>
    },
    async close() {
      await people.destroy()
      await system.destroy()
      await embedded?.stop()
    },
  }
}

/** Checks the version and sees to the people's role, which is the cluster's and not one database's. */
async function prepareServer<Schema>(db: Kysely<Schema>): Promise<void> {
  const found = await sql<{ version: number; exists: boolean; member: boolean }>`
    select current_setting('server_version_num')::int as version,
      exists (select from pg_roles where rolname = ${PEOPLE_ROLE}) as exists,
      coalesce((select pg_has_role(current_user, oid, 'SET') from pg_roles where rolname = ${PEOPLE_ROLE}), false) as member
  `.execute(db)
  const { version, exists, member } = found.rows[0]!
  if (version < OLDEST_SERVER) {
    throw storageFailure('database-too-old', `PostgreSQL ${version / 10_000} is too old`, { remedy: 'use 16 or newer' })
  }
  try {
    if (!exists) await createRole(db)
    else if (!member) await sql`grant ${sql.id(PEOPLE_ROLE)} to current_user`.execute(db)
  } catch (cause) {
    throw storageFailure('database-role-missing', `the role ${PEOPLE_ROLE} cannot be used`, {
      cause,
      remedy: `as a superuser: CREATE ROLE ${PEOPLE_ROLE} NOLOGIN; GRANT ${PEOPLE_ROLE} TO the user of DATABASE_URL`,
    })
  }
  await sql`grant usage on schema public to ${sql.id(PEOPLE_ROLE)}`.execute(db)
}

async function createRole<Schema>(db: Kysely<Schema>): Promise<void> {
  const role = sql.id(PEOPLE_ROLE)
  // Two programs may start on one cluster at once; the second finds it made.
  await sql`do $$ begin create role ${role} nologin nobypassrls; exception when duplicate_object or unique_violation then null; end $$`.execute(
    db,
  )
  await sql`grant ${role} to current_user`.execute(db)
}
