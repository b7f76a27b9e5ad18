/** A connection pool whose errors carry our codes, whatever went wrong underneath. */
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import pg from 'pg'
import { namedDatabaseError } from '../storage-failure.ts'

export interface PoolOptions {
  url: string
  /** Shown in `pg_stat_activity`. */
  applicationName: string
  /** Most connections open at once. */
  size: number
  /** Server-side limit of one statement; 0 for none. */
  statementTimeoutMs: number
  /** The role that every statement runs as; the connecting user's own when null. */
  role: string | null
  /** Told of connections that broke while idle. */
  onIdleError?: (error: unknown) => void
}

/** A lock is never waited for longer than this: whoever waits longer is told so by name. */
const LOCK_TIMEOUT_MS = 10_000
/** A forgotten transaction is ended by the server, so that it cannot hold rows for ever. */
const IDLE_TRANSACTION_TIMEOUT_MS = 60_000
const CONNECT_TIMEOUT_MS = 5_000

/** Session settings as start-up options: `RESET ROLE` then returns to this role and not to the owner. */
function startOptions(options: PoolOptions): string {
  const settings: Record<string, string | number> = {
    statement_timeout: options.statementTimeoutMs,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
    ...(options.role === null ? {} : { role: options.role }),
  }
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ')
}

class NamedClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient

  constructor(client: pg.PoolClient) {
    this.#client = client
  }

  get processID(): number {
    return (this.#client as unknown as { processID: number }).processID
  }

  query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>
  query<R>(sql: string | PostgresCursor<R>, parameters: readonly unknown[] = []): unknown {
    if (typeof sql !== 'string') return this.#client.query(sql as unknown as pg.Submittable)
    return this.#client.query(sql, [...parameters]).catch((error: unknown) => {
      throw namedDatabaseError(error)
    })
  }

  release(destroy?: boolean): void {
    this.#client.release(destroy)
  }
}

/** Opens a pool. Nothing connects until the first statement. */
export function openPool(options: PoolOptions): PostgresPool & { readonly raw: pg.Pool } {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.size,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    options: startOptions(options),
    keepAlive: true,
  })
  pool.on('error', (error) => options.onIdleError?.(namedDatabaseError(error)))
  // A checked-out client that loses its server emits an error beside the failing query; unheard, it ends the process.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const wrapped = new WeakMap<pg.PoolClient, NamedClient>()
  return {
    raw: pool,
    options: pool.options,
    async connect() {
      try {
        const client = await pool.connect()
        const known = wrapped.get(client) ?? new NamedClient(client)
        wrapped.set(client, known)
        return known
      } catch (error) {
        throw namedDatabaseError(error)
      }
    },
    end: () => pool.end(),
  }
}
