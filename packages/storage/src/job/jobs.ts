/**
 * Long work: queued in the transaction that asks for it, done at least once, taken up again after a crash, cancelled on
 * request, with progress to look at. On pg-boss, in the same database. Data of a job are ids, never contents: whoever
 * works on it reads the rest from the tables it belongs to.
 */
import { randomUUID } from 'node:crypto'
import type { JsonValue } from '@mingzheng/kernel'
import { type Kysely, sql, type Transaction } from 'kysely'
import { fromKysely, PgBoss } from 'pg-boss'
import { type Database, PEOPLE_ROLE } from '../database.ts'
import { openPool } from '../postgres/error-pool.ts'
import { namedDatabaseError, storageFailure } from '../storage-failure.ts'
import { giveBack, giveBackOrphans, holdWorkerMark } from './orphans.ts'

export interface JobContext {
  /** Stable over every attempt. */
  id: string
  data: JsonValue
  /** Attempts before this one; after a crash it is more than 0. */
  attempt: number
  /** Aborted when the job is cancelled (reason `cancelled`) or the program stops (reason `stopping`). */
  signal: AbortSignal
  /** Stores the state of the work for whoever watches. */
  progress(value: JsonValue): Promise<void>
}

export interface QueueOptions {
  /** Jobs of this queue done side by side by this program. Default 1. */
  concurrency?: number
  /** Attempts after the first that a failing job gets. Ends of the program count only past a hundred. Default 5. */
  retries?: number
  /** Longest time one attempt may take. Default 6 hours. */
  limitSeconds?: number
}

export interface JobStatus {
  state: 'waiting' | 'active' | 'done' | 'cancelled' | 'failed'
  attempts: number
  progress: JsonValue
  cancelRequested: boolean
}

export interface Jobs {
  /** Makes a queue known; before its first use and again at every start. */
  queue(name: string, options?: QueueOptions): Promise<void>
  /** Puts a job into a known queue. It exists exactly if `tx` commits. `id` (a UUID) makes two tries one job. */
  enqueue<Schema>(
    tx: Transaction<Schema>,
    queue: string,
    data: JsonValue,
    options?: { id?: string; priority?: number; startAfter?: Date },
  ): Promise<string>
  /**
   * Sees to it that the job of this id waits or is worked on: puts it in, or in again where it has ended; one that lives
   * is left alone. Only the system's side may: ended jobs are taken away.
   */
  ensure<Schema>(tx: Transaction<Schema>, queue: string, data: JsonValue, id: string): Promise<void>
  /** Works on a queue until the program stops. A handler that throws is called again later, with growing rests. */
  work(queue: string, handler: (job: JobContext) => Promise<void>): Promise<void>
  /** A waiting job never starts; an active one's signal is aborted within a second. `false` when it has ended before. */
  cancel(queue: string, id: string): Promise<boolean>
  /** Starts a cancelled or failed job again. */
  resume(queue: string, id: string): Promise<void>
  /** Throws `job-unknown`; ended jobs are forgotten after seven days. */
  status(queue: string, id: string): Promise<JobStatus>
  /** Lets active jobs end for at most `graceMs`, then aborts them; they are taken up at the next start. */
  stop(graceMs?: number): Promise<void>
}

export interface JobsOptions {
  database: Database<unknown>
  /** Told of trouble: a failed attempt, a lost connection. */
  onError?: (error: unknown) => void
  /** How often cancellations and orphans are looked for. Default 500. */
  watchMs?: number
}

export const JOB_SCHEMA = 'job'
const SIX_HOURS = 6 * 3600

/** A job that has ended here is settled in the database a moment later. */
const SETTLING_MS = 10_000

interface Running {
  abort: AbortController
}

/** Opens the queues. Jobs that were active in a program which has died go back to their queue at once. */
export async function openJobs(options: JobsOptions): Promise<Jobs> {
  const { database } = options
  const db = database.system as Kysely<unknown>
  const onError = options.onError ?? (() => undefined)
  const pool = openPool({
    url: database.url,
    applicationName: 'mingzheng jobs',
    size: 4,
    statementTimeoutMs: 60_000,
    role: null,
    onIdleError: onError,
  })
  const boss = new PgBoss({
    db: {
      executeSql: (text, values) =>
        pool.raw.query(text, values).catch((error: unknown) => {
          throw namedDatabaseError(error)
        }),
    },
    schema: JOB_SCHEMA,
    superviseIntervalSeconds: 30,
    schedule: false,
  })
  boss.on('error', onError)
  await boss.start()
  await sql`
    grant usage on schema ${sql.id(JOB_SCHEMA)} to ${sql.id(PEOPLE_ROLE)};
  `.execute(db)
  await sql`grant select on all tables in schema ${sql.id(JOB_SCHEMA)} to ${sql.id(PEOPLE_ROLE)}`.execute(db)
  await sql`grant insert on all tables in schema ${sql.id(JOB_SCHEMA)} to ${sql.id(PEOPLE_ROLE)}`.execute(db)
  const mark = await holdWorkerMark(database.url, onError)
  const running = new Map<string, Running>()
  const settling = new Map<string, NodeJS.Timeout>()
  const known = new Map<string, QueueOptions>()
  const isBusy = (id: string) => running.has(id) || settling.has(id)
  let stopped = false

  const watch = setInterval(() => {
    void watchOnce().catch(onError)
  }, options.watchMs ?? 500)

  async function watchOnce(): Promise<void> {
    if (running.size > 0) {
      const ids = [...running.keys()]
      const { rows } = await sql<{ id: string }>`
        select id from job_run where cancel_requested_at is not null and id = any (${ids}::uuid[])`.execute(db)
      for (const { id } of rows) running.get(id)?.abort.abort('cancelled')
    }
    for (const queue of known.keys()) await giveBackOrphans(db, queue, { number: mark.number, busy: isBusy })
  }

  async function run(
    queue: string,
    job: { id: string; data: unknown; retryCount: number },
    handler: (job: JobContext) => Promise<void>,
  ) {
    const abort = new AbortController()
    running.set(job.id, { abort })
    try {
      await sql`
        insert into job_run (id, queue, worker, attempt, updated_at)
        values (${job.id}, ${queue}, ${mark.number}, ${job.retryCount}, now())
        on conflict (id) do update set worker = excluded.worker, attempt = excluded.attempt, updated_at = now()`.execute(
        db,
      )
      await handler({
        id: job.id,
        data: job.data as JsonValue,
        attempt: job.retryCount,
        signal: abort.signal,
        async progress(value) {
          await sql`update job_run set progress = ${JSON.stringify(value)}::jsonb, updated_at = now() where id = ${job.id}`.execute(
            db,
          )
        },
      })
    } catch (error) {
      if (abort.signal.reason === 'cancelled') {
        await boss.cancel(queue, job.id)
        return
      }
      if (abort.signal.reason === 'stopping') {
        await giveBack(db, queue, job.id, job.retryCount)
        return
      }
      onError(error)
      throw error
    } finally {
      running.delete(job.id)
      clearTimeout(settling.get(job.id))
      settling.set(job.id, setTimeout(() => settling.delete(job.id), SETTLING_MS).unref())
    }
  }

  async function enqueue<Schema>(
    tx: Transaction<Schema>,
    queue: string,
    data: JsonValue,
    how: { id?: string; priority?: number; startAfter?: Date } = {},
  ): Promise<string> {
    if (!known.has(queue)) throw storageFailure('job-unknown', `there is no queue ${queue}`)
    const id = how.id ?? randomUUID()
    const extra = {
      ...(how.priority === undefined ? {} : { priority: how.priority }),
      ...(how.startAfter === undefined ? {} : { startAfter: how.startAfter }),
    }
    await boss.send(queue, data as object, { id, db: fromKysely(tx as never), ...extra })
    return id
  }

  return {
    enqueue,
    async ensure(tx, queue, data, id) {
      await sql`
        delete from ${sql.table(`${JOB_SCHEMA}.job`)}
        where name = ${queue} and id = ${id} and state in ('completed', 'cancelled', 'failed')`.execute(tx)
      await enqueue(tx, queue, data, { id })
    },
    async queue(name, how = {}) {
      const settings = {
        retryLimit: how.retries ?? 5,
        retryDelay: 1,
        retryBackoff: true,
        retryDelayMax: 300,
        expireInSeconds: how.limitSeconds ?? SIX_HOURS,
      }
      if ((await boss.getQueue(name)) === null) await boss.createQueue(name, settings)
      else await boss.updateQueue(name, settings)
      known.set(name, how)
    },
    async work(queue, handler) {
      await giveBackOrphans(db, queue, { number: mark.number, busy: isBusy })
      const localConcurrency = known.get(queue)?.concurrency ?? 1
      await boss.work(queue, { localConcurrency, pollingIntervalSeconds: 0.5, batchSize: 1 }, async (jobs) => {
        for (const job of jobs) await run(queue, job, handler)
      })
    },
    async cancel(queue, id) {
      const [job] = await boss.findJobs(queue, { id })
      if (job === undefined) throw storageFailure('job-unknown', `there is no job ${id}`)
      if (['completed', 'failed', 'cancelled'].includes(job.state)) return false
      await sql`
        insert into job_run (id, queue, cancel_requested_at, updated_at) values (${id}, ${queue}, now(), now())
        on conflict (id) do update set cancel_requested_at = now(), updated_at = now()`.execute(db)
      // An active job is settled by its worker, which must first have let go of what it holds.
      if (job.state !== 'active') await boss.cancel(queue, id)
      return true
    },
    async resume(queue, id) {
      await sql`update job_run set cancel_requested_at = null where id = ${id}`.execute(db)
      const [job] = await boss.findJobs(queue, { id })
      if (job === undefined) throw storageFailure('job-unknown', `there is no job ${id}`)
      if (job.state === 'cancelled') await boss.resume(queue, id)
      else if (job.state === 'failed') await boss.retry(queue, id)
    },
    async status(queue, id) {
      const [job] = await boss.findJobs(queue, { id })
      if (job === undefined) throw storageFailure('job-unknown', `there is no job ${id}`)
      const { rows } = await sql<{ progress: JsonValue; cancel_requested_at: Date | null }>`
        select progress, cancel_requested_at from job_run where id = ${id}`.execute(db)
      return {
        state: STATES[job.state],
        attempts: job.retryCount,
        progress: rows[0]?.progress ?? null,
        cancelRequested: (rows[0]?.cancel_requested_at ?? null) !== null,
      }
    },
    async stop(graceMs = 0) {
      if (stopped) return
      stopped = true
      clearInterval(watch)
      const abortAll = setTimeout(() => {
        for (const { abort } of running.values()) abort.abort('stopping')
      }, graceMs)
      await boss.stop({ graceful: true, close: true, timeout: graceMs + 10_000 })
      clearTimeout(abortAll)
      await mark.release()
      await pool.end()
    },
  }
}

const STATES: Record<string, JobStatus['state']> &
  Record<'created' | 'retry' | 'active' | 'completed' | 'cancelled' | 'failed', JobStatus['state']> = {
  created: 'waiting',
  retry: 'waiting',
  active: 'active',
  completed: 'done',
  cancelled: 'cancelled',
  failed: 'failed',
}
