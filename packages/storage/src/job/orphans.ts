/**
 * Whose jobs are they? Every program that works holds a session lock with a number of its own, and notes the number on
 * the jobs it begins. PostgreSQL lets go of the lock the moment the program dies, so that another sees it at once.
 */
import { randomInt } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import pg from 'pg'

/** First half of the two-part advisory lock; the second is the worker's number. */
const LOCK_CLASS = 0x6d7a6a62

/** A server that takes a connection and then says nothing is asked again on another one. */
const ANSWER_LIMIT_MS = 5_000
const AGAIN_MS = 500

export interface WorkerMark {
  readonly number: number
  release(): Promise<void>
}

/** Holds the mark on a connection of its own, taken anew with the same number when the database comes back. */
export async function holdWorkerMark(url: string, onError: (error: unknown) => void): Promise<WorkerMark> {
  const number = randomInt(1, 2 ** 31 - 1)
  let released = false
  let client: pg.Client | null = null
  let timer: NodeJS.Timeout | undefined

  async function take(): Promise<void> {
    const next = new pg.Client({
      connectionString: url,
      application_name: 'mingzheng worker',
      keepAlive: true,
      connectionTimeoutMillis: ANSWER_LIMIT_MS,
    })
    next.on('error', onError)
    // A connection that ends after it failed must not be tried for twice: the tries would double with each round.
    next.once('end', () => {
      if (client !== next) return
      client = null
      again()
    })
    try {
      await next.connect()
      await next.query('select pg_advisory_lock($1, $2)', [LOCK_CLASS, number])
      client = next
    } catch (error) {
      await next.end().catch(() => undefined)
      throw error
    }
    if (released) await next.end()
  }
  function again(): void {
    if (released) return
    timer = setTimeout(() => {
      take().catch((error: unknown) => {
        onError(error)
        again()
      })
    }, AGAIN_MS)
  }
  await take()
  return {
    number,
    async release() {
      released = true
      clearTimeout(timer)
      await client?.end()
    },
  }
}

/** A job without a note of this attempt is in its first instant; after this long its worker died in that instant. */
const UNNOTED_SECONDS = 5

/** After the database itself was away, living workers need a moment to take their locks again. */
const SETTLED_SECONDS = 3

/** Who asks, and which of the asker's own jobs are really under way. */
export interface Asker {
  number: number
  busy(id: string): boolean
}

/**
 * Gives active jobs that nobody works on back to their queue: those of dead workers, those whose worker died before it
 * noted them, and the asker's own that ended without the database hearing of it.
 */
export async function giveBackOrphans(db: Kysely<unknown>, queue: string, asker: Asker): Promise<number> {
  const { rows } = await sql<{ id: string; attempt: number }>`
    select job.id, job.retry_count as attempt
    from ${sql.table('job.job')} as job left join job_run as run on run.id = job.id,
      lateral (select coalesce(run.attempt = job.retry_count, false) as noted) as note
    where job.name = ${queue} and job.state = 'active' and case when noted
      then run.worker = ${asker.number}
        or pg_postmaster_start_time() < now() - make_interval(secs => ${SETTLED_SECONDS}) and not exists (
        select from pg_locks
        where locktype = 'advisory' and classid = ${LOCK_CLASS} and objid = run.worker and objsubid = 2 and granted
          and database = (select oid from pg_database where datname = current_database()))
      else job.started_on < now() - make_interval(secs => ${UNNOTED_SECONDS}) end`.execute(db)
  const orphans = rows.filter((row) => !asker.busy(row.id))
  for (const { id, attempt } of orphans) await giveBack(db, queue, id, attempt)
  return orphans.length
}

/** A job that ends its program each time must end some day; an ordinary one is not stopped by restarts. */
const MOST_ATTEMPTS = 100

/**
 * Puts an active job back, to be taken up at once. It lost its worker through no fault of its own, so the attempt is
 * given back too. Bound to the attempt: if the job has moved on meanwhile, nothing happens.
 */
export async function giveBack(db: Kysely<unknown>, queue: string, id: string, attempt: number): Promise<void> {
  await sql`
    update ${sql.table('job.job')} set
      state = (case when retry_count < ${MOST_ATTEMPTS} then 'retry' else 'failed' end)::job.job_state,
      completed_on = case when retry_count < ${MOST_ATTEMPTS} then null else now() end,
      retry_limit = greatest(retry_limit, least(retry_limit + 1, ${MOST_ATTEMPTS})), start_after = now()
    where name = ${queue} and id = ${id} and state = 'active' and retry_count = ${attempt}`.execute(db)
}
