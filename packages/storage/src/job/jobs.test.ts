import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Failure, JsonValue } from '@mingzheng/kernel'
import { sql } from 'kysely'
import { type Database, openDatabase } from '../database.ts'
import { migrate } from '../migrate.ts'
import { storageMigrations } from '../storage-migrations.ts'
import { testDatabase } from '../testing.ts'
import { type JobContext, type Jobs, openJobs } from './jobs.ts'

async function withJobs(body: (jobs: Jobs, database: Database<unknown>) => Promise<void>): Promise<void> {
  const database = await testDatabase<unknown>()
  const jobs = await openJobs({ database, watchMs: 50 })
  try {
    await jobs.queue('capture', { retries: 3 })
    await body(jobs, database)
  } finally {
    await jobs.stop()
    await database.close()
  }
}

async function until<T>(look: () => Promise<T | null | false>): Promise<T> {
  for (let i = 0; i < 1200; i++) {
    const found = await look()
    if (found !== null && found !== false) return found
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('it never came')
}

const inState = (jobs: Jobs, id: string, state: string) =>
  until(async () => {
    const status = await jobs.status('capture', id).catch((error: Failure) => {
      if (error.code !== 'database-unavailable') throw error
      return null
    })
    return status?.state === state && status
  })

test('a job put in by a transaction that rolls back never exists', () =>
  withJobs(async (jobs, { system }) => {
    let id = ''
    await assert.rejects(
      system.transaction().execute(async (tx) => {
        id = await jobs.enqueue(tx, 'capture', {})
        throw new Error('changed my mind')
      }),
      /changed my mind/,
    )
    await assert.rejects(jobs.status('capture', id), (error: Failure) => error.code === 'job-unknown')
  }))

test('a job that must be there is put in once, left alone while it lives, and put in again when it has ended', () =>
  withJobs(async (jobs, { system }) => {
    const id = '00000000-0000-8000-8000-000000000001'
    const ensure = () => system.transaction().execute((tx) => jobs.ensure(tx, 'capture', { n: 1 }, id))
    let runs = 0
    const held = Promise.withResolvers<void>()
    await ensure()
    await ensure()
    await jobs.work('capture', async () => {
      runs++
      await held.promise
    })
    await inState(jobs, id, 'active')
    await ensure()
    held.resolve()
    await inState(jobs, id, 'done')
    assert.equal(runs, 1)
    await ensure()
    await until(async () => runs === 2)
    await inState(jobs, id, 'done')
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from job.job where name = 'capture'`.execute(
      system,
    )
    assert.equal(rows[0]!.n, 1)
  }))

test('a request of a person can put in a job but cannot touch those of others', () =>
  withJobs(async (jobs, { people }) => {
    const id = await people.transaction().execute((tx) => jobs.enqueue(tx, 'capture', { capture: 'x' }))
    assert.equal((await jobs.status('capture', id)).state, 'waiting')
    const { sql } = await import('kysely')
    await assert.rejects(sql`update job.job set state = 'cancelled'`.execute(people), /permission denied/)
    await assert.rejects(sql`delete from job.job`.execute(people), /permission denied/)
  }))

test('a job runs, reports its progress, and is done', () =>
  withJobs(async (jobs, { system }) => {
    const seen: JsonValue[] = []
    await jobs.work('capture', async (job) => {
      seen.push(job.data)
      await job.progress({ step: 'browse', done: 3 })
    })
    const id = await system.transaction().execute((tx) => jobs.enqueue(tx, 'capture', { capture: 'C1' }))
    const status = await inState(jobs, id, 'done')
    assert.deepEqual(status.progress, { step: 'browse', done: 3 })
    assert.deepEqual(seen, [{ capture: 'C1' }])
  }))

test('the same id twice is one job', () =>
  withJobs(async (jobs, { system }) => {
    const id = crypto.randomUUID()
    let runs = 0
    for (let i = 0; i < 2; i++) await system.transaction().execute((tx) => jobs.enqueue(tx, 'capture', {}, { id }))
    await jobs.work('capture', async () => {
      runs++
    })
    await inState(jobs, id, 'done')
    assert.equal(runs, 1)
  }))

test('a job that fails is tried again', () =>
  withJobs(async (jobs, { system }) => {
    const attempts: number[] = []
    await jobs.work('capture', async (job) => {
      attempts.push(job.attempt)
      if (attempts.length === 1) throw new Error('not yet')
    })
    const id = await system.transaction().execute((tx) => jobs.enqueue(tx, 'capture', {}))
    await inState(jobs, id, 'done')
    assert.deepEqual(attempts, [0, 1])
  }))

test('a waiting job that is cancelled never starts, and can be resumed', () =>
  withJobs(async (jobs, { system }) => {
    const id = await system.transaction().execute((tx) => jobs.enqueue(tx, 'capture', {}))
    assert.equal(await jobs.cancel('capture', id), true)
    assert.equal((await jobs.status('capture', id)).state, 'cancelled')
    assert.equal(await jobs.cancel('capture', id), false)
    let runs = 0
    await jobs.work('capture', async () => {
      runs++
    })
    await jobs.resume('capture', id)
    await inState(jobs, id, 'done')
    assert.equal(runs, 1)
  }))

test('an active job that is cancelled is told so, and stays cancelled', () =>
  withJobs(async (jobs, { system }) => {
    let begun: JobContext | null = null
    await jobs.work('capture', async (job) => {
      begun = job
      await new Promise((_, reject) => job.signal.addEventListener('abort', () => reject(new Error('stopped'))))
    })
    const id = await system.transaction().execute((tx) => jobs.enqueue(tx, 'capture', {}))
    await until(async () => begun)
    assert.equal(await jobs.cancel('capture', id), true)
    await inState(jobs, id, 'cancelled')
    assert.equal((begun as JobContext | null)?.signal.reason, 'cancelled')
  }))

test('a job of a program that was killed is taken up by another at once', () =>
  withJobs(async (jobs, { url, system }) => {
    const id = await system.transaction().execute((tx) => jobs.enqueue(tx, 'capture', {}))
    const child = spawn(process.execPath, [fileURLToPath(new URL('./killed-worker.ts', import.meta.url)), url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const attempts: number[] = []
    await jobs.work('capture', async (job) => {
      attempts.push(job.attempt)
    })
    await inState(jobs, id, 'done')
    assert.deepEqual(attempts, [1])
  }))

test('a job outlives many kills of its program, however few failures it may have, and goes on at once each time', () =>
  withJobs(async (jobs, { url, system }) => {
    const id = await system.transaction().execute((tx) => jobs.enqueue(tx, 'capture', {}))
    for (let kill = 0; kill < 5; kill++) {
      const child = spawn(process.execPath, [fileURLToPath(new URL('./killed-worker.ts', import.meta.url)), url], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await once(child.stdout, 'data')
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await jobs.work('capture', async () => undefined)
    assert.equal((await inState(jobs, id, 'done')).attempts, 5)
  }))

test('a job that was active when the program stopped in order goes on at the next start', async () => {
  const database = await testDatabase<unknown>()
  const first = await openJobs({ database, watchMs: 50 })
  await first.queue('capture', { retries: 0 })
  let begun = false
  await first.work('capture', async (job) => {
    begun = true
    await new Promise((_, reject) => job.signal.addEventListener('abort', () => reject(new Error('stopped'))))
  })
  const id = await database.system.transaction().execute((tx) => first.enqueue(tx, 'capture', {}))
  await until(async () => begun)
  await first.stop()
  const second = await openJobs({ database, watchMs: 50 })
  await second.queue('capture', { retries: 0 })
  await second.work('capture', async () => undefined)
  await inState(second, id, 'done')
  await second.stop()
  await database.close()
})

test('work goes on by itself after the database was away, and what was active then is done', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mz-jobs-'))
  const database = await openDatabase<unknown>({ source: { folder }, settings: { fsync: 'off' } })
  await migrate(database.system, storageMigrations)
  const jobs = await openJobs({ database, watchMs: 50 })
  await jobs.queue('capture', { retries: 3 })
  let release: () => void = () => undefined
  let runs = 0
  await jobs.work('capture', async () => {
    runs++
    if (runs === 1) await new Promise<void>((resolve) => (release = resolve))
  })
  const put = () => database.system.transaction().execute((tx) => jobs.enqueue(tx, 'capture', {}))
  const first = await put()
  await until(async () => runs === 1)
  process.kill(database.embedded!.pid, 'SIGKILL')
  // The job ends while there is no database to hear of it.
  release()
  const second = await until(() => put().catch(() => null))
  await inState(jobs, second, 'done')
  await inState(jobs, first, 'done')
  await jobs.stop()
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

test('a worker asks for its mark once, however long the database was away', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mz-jobs-'))
  const database = await openDatabase<unknown>({ source: { folder }, settings: { fsync: 'off' } })
  await migrate(database.system, storageMigrations)
  const jobs = await openJobs({ database, watchMs: 50 })
  const marks = () =>
    until(async () => {
      const { rows } = await sql<{ state: string }>`
        select state from pg_stat_activity where application_name = 'mingzheng worker'`
        .execute(database.system)
        .catch(() => ({ rows: [] }))
      return rows.length > 0 && rows.map(({ state }) => state)
    })
  assert.deepEqual(await marks(), ['idle'])
  const cluster = join(folder, 'cluster')
  await rename(cluster, `${cluster}.away`)
  process.kill(database.embedded!.pid, 'SIGKILL')
  // Several tries fail.
  await new Promise((resolve) => setTimeout(resolve, 3000))
  await rename(`${cluster}.away`, cluster)
  await marks()
  // Whoever else asks would by now stand in line behind the one who has it.
  await new Promise((resolve) => setTimeout(resolve, 1500))
  assert.deepEqual(await marks(), ['idle'])
  await jobs.stop()
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

test('asking for a job or queue that does not exist is refused by name', () =>
  withJobs(async (jobs, { system }) => {
    const unknown = (error: Failure) => error.code === 'job-unknown'
    const id = crypto.randomUUID()
    await assert.rejects(jobs.cancel('capture', id), unknown)
    await assert.rejects(jobs.resume('capture', id), unknown)
    await assert.rejects(
      system.transaction().execute((tx) => jobs.enqueue(tx, 'nothing', {})),
      unknown,
    )
  }))
