import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Failure } from '@mingzheng/kernel'
import { type Kysely, sql } from 'kysely'
import { type Database, openDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { isAlive } from './postgres/folder-lock.ts'
import { withDatabase } from './postgres/postgres-address.ts'
import { HASTY, testDatabase } from './testing.ts'

const folders: string[] = []
after(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mz-db-'))
  folders.push(folder)
  return folder
}

/** A kill of processes loses nothing that the system has taken over, synced or not: these tests need not wait for disks. */
const inFolder = (folder: string) =>
  openDatabase<unknown>({ source: { folder }, settings: { ...HASTY, synchronous_commit: 'on' } })

const named = (code: string) => (error: Failure) => {
  assert.equal(error.code, code)
  return true
}

const steps = {
  '0001_a': { up: async (db: Kysely<unknown>) => void (await sql`create table a (n int)`.execute(db)) },
}

async function count(db: Database<unknown>): Promise<number> {
  const { rows } = await sql<{ n: string }>`select count(*) as n from a`.execute(db.system)
  return Number(rows[0]!.n)
}

/** The server has been started again: another process, which answers. */
async function untilBack(db: Database<unknown>, pid: number): Promise<void> {
  for (let i = 0; i < 600 && db.embedded!.pid === pid; i++) await new Promise((resolve) => setTimeout(resolve, 25))
  assert.notEqual(db.embedded!.pid, pid)
  await untilAnswers(db)
}

async function untilAnswers(db: Database<unknown>): Promise<void> {
  for (let i = 0; i < 200; i++) {
    try {
      await sql`select 1`.execute(db.system)
      return
    } catch (error) {
      named('database-unavailable')(error as Failure)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  assert.fail('the database did not come back')
}

describe('a database in a folder', () => {
  test('keeps what it was given over an orderly stop', async () => {
    const folder = await newFolder()
    const first = await inFolder(folder)
    await migrate(first.system, steps)
    await sql`insert into a values (1)`.execute(first.system)
    const pid = first.embedded!.pid
    await first.close()
    assert.equal(isAlive(pid), false)
    const second = await inFolder(folder)
    assert.equal(await count(second), 1)
    await second.close()
  })

  test('is refused to a second starter, by name, and stays with the first', async () => {
    const folder = await newFolder()
    const first = await inFolder(folder)
    await assert.rejects(inFolder(folder), named('database-folder-in-use'))
    await sql`select 1`.execute(first.system)
    await first.close()
  })

  test('comes back by itself with everything when the server alone is killed, again and again', async () => {
    const folder = await newFolder()
    const first = await inFolder(folder)
    await migrate(first.system, steps)
    await sql`insert into a values (1)`.execute(first.system)
    for (let kill = 0; kill < 2; kill++) {
      const { pid, ended } = first.embedded!
      process.kill(pid, 'SIGKILL')
      await ended
      await untilBack(first, pid)
      assert.equal(await count(first), 1)
    }
    const { pid } = first.embedded!
    await first.close()
    assert.equal(isAlive(pid), false)
  })

  test('is taken over when its starter is killed and the server lives on', async () => {
    const folder = await newFolder()
    const script = fileURLToPath(new URL('./postgres/killed-starter.ts', import.meta.url))
    const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const serverPid = Number(line.toString())
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.equal(isAlive(serverPid), true)
    const next = await inFolder(folder)
    assert.equal(isAlive(serverPid), false)
    assert.equal(await count(next), 1)
    await next.close()
  })

  test('starts with stale lock files that name some other living program of the same user', async () => {
    const folder = await newFolder()
    const first = await inFolder(folder)
    await first.close()
    // The server takes notice of its own user's processes only.
    const { uid } = await stat(join(folder, 'cluster'))
    const child = spawn('sleep', ['60'], { cwd: '/', ...(process.getuid?.() === 0 ? { uid } : {}) })
    await writeFile(join(folder, 'starter.json'), JSON.stringify({ pid: child.pid, started: 'another boot 1' }))
    await writeFile(
      join(folder, 'cluster', 'postmaster.pid'),
      `${child.pid}\n${join(folder, 'cluster')}\n1\n5432\n\n\n`,
    )
    await writeFile(join(folder, 'socket', '.s.PGSQL.5432.lock'), `${child.pid}\n${join(folder, 'cluster')}\n`)
    const second = await inFolder(folder)
    await sql`select 1`.execute(second.system)
    await second.close()
    assert.equal(isAlive(child.pid!), true)
    child.kill()
    await once(child, 'exit')
  })

  test('starts again after a first start that was cut off half-way', async () => {
    const folder = await newFolder()
    const first = await inFolder(folder)
    await first.close()
    const { rename } = await import('node:fs/promises')
    await rename(join(folder, 'cluster'), join(folder, 'cluster.half'))
    const second = await inFolder(folder)
    await sql`select 1`.execute(second.system)
    await second.close()
  })

  test('of another PostgreSQL version, or damaged, is refused and left alone', async () => {
    const folder = await newFolder()
    const db = await inFolder(folder)
    await db.close()
    const file = join(folder, 'cluster', 'PG_VERSION')
    const version = await readFile(file, 'utf8')
    await writeFile(file, '15\n')
    await assert.rejects(inFolder(folder), named('database-version-differs'))
    await rm(file)
    await assert.rejects(inFolder(folder), named('database-version-differs'))
    await writeFile(file, version)
    const again = await inFolder(folder)
    await again.close()
  })

  test('keeps its password and files from others, and values out of its log', async () => {
    const folder = await newFolder()
    const db = await inFolder(folder)
    await migrate(db.system, steps)
    await assert.rejects(sql`insert into a values ('geheimnis'::text::int)`.execute(db.system))
    await assert.rejects(sql`select ${'geheimnis'}::int`.execute(db.system))
    await db.close()
    assert.equal((await stat(join(folder, 'password'))).mode & 0o077, 0)
    assert.equal((await stat(join(folder, 'cluster'))).mode & 0o077, 0)
    const log = await readFile(join(folder, 'postgres.log'), 'utf8')
    assert.ok(!log.includes(await readFile(join(folder, 'password'), 'utf8')))
    assert.ok(!log.includes('insert into a'))
  })

  test('listens to no network', async () => {
    const folder = await newFolder()
    const db = await inFolder(folder)
    const { rows } = await sql<{ listen_addresses: string }>`show listen_addresses`.execute(db.system)
    assert.ok(['', '127.0.0.1'].includes(rows[0]!.listen_addresses))
    await db.close()
  })
})

describe('a database that goes away', () => {
  test('is named, and everything resumes by itself when it is back', async () => {
    const folder = await newFolder()
    const db = await inFolder(folder)
    await migrate(db.system, steps)
    // A client of the same server by address, whose server is stopped and started under it.
    const client = await openDatabase<unknown>({ source: { url: db.url } })
    await db.close()
    await assert.rejects(sql`select 1`.execute(client.system), named('database-unavailable'))
    await assert.rejects(sql`select 1`.execute(client.people), named('database-unavailable'))
    const again = await inFolder(folder)
    await untilAnswers(client)
    assert.equal(await count(client), 0)
    await client.close()
    await again.close()
  })

  test('breaks a transaction that was under way whole, and comes back by itself', async () => {
    const folder = await newFolder()
    const db = await inFolder(folder)
    await migrate(db.system, steps)
    const work = db.system.transaction().execute(async (tx) => {
      await sql`insert into a values (1)`.execute(tx)
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
      process.kill(rows[0]!.pid, 'SIGKILL')
      await sql`insert into a values (2)`.execute(tx)
    })
    await assert.rejects(work, named('database-unavailable'))
    await untilAnswers(db)
    assert.equal(await count(db), 0)
    await db.close()
  })

  test('that nobody can find is named at once', async () => {
    await assert.rejects(
      openDatabase({ source: { url: 'postgres://x:y@127.0.0.1:1/none' } }),
      named('database-unavailable'),
    )
  })
})

describe('statements', () => {
  test('of people are ended when they take too long', async () => {
    const db = await testDatabase<unknown>()
    const client = await openDatabase<unknown>({ source: { url: db.url }, statementTimeoutMs: 50 })
    await assert.rejects(sql`select pg_sleep(5)`.execute(client.people), named('database-statement-timeout'))
    await client.close()
    await db.close()
  })

  test('of people run as a role that owns nothing, and cannot get back to the owner by RESET', async () => {
    const db = await testDatabase<unknown>()
    const { rows } = await sql<{ r: string }>`select current_user as r`.execute(db.people)
    assert.equal(rows[0]!.r, 'mingzheng_people')
    await db.people.connection().execute(async (one) => {
      await sql`reset role`.execute(one)
      await assert.rejects(sql`select * from outbox`.execute(one), /permission denied/)
      await assert.rejects(sql`create table mine (n int)`.execute(one), /permission denied/)
    })
    await db.close()
  })
})

describe('a database of yours', () => {
  async function asPlainUser(prepare: (db: Kysely<unknown>) => Promise<void>, body: (url: string) => Promise<void>) {
    const folder = await newFolder()
    const server = await inFolder(folder)
    await prepare(server.system)
    await body(withDatabase(server.url.replace(/\/\/[^@]*@/, '//plain:secret@'), 'mine'))
    await server.close()
  }

  test('serves a user without special rights, once the role is granted', () =>
    asPlainUser(
      async (db) => {
        await sql`create role plain login password 'secret' nosuperuser nocreaterole nocreatedb`.execute(db)
        await sql`grant mingzheng_people to plain`.execute(db)
        await sql`create database mine owner plain`.execute(db)
      },
      async (url) => {
        const db = await openDatabase<unknown>({ source: { url } })
        await migrate(db.system, (await import('./storage-migrations.ts')).storageMigrations)
        const jobs = await (await import('./job/jobs.ts')).openJobs({ database: db })
        await jobs.queue('capture')
        await db.people.transaction().execute((tx) => jobs.enqueue(tx, 'capture', {}))
        await assert.rejects(sql`select * from outbox`.execute(db.people), /permission denied/)
        await jobs.stop()
        await db.close()
      },
    ))

  test('without that role is refused with the words that mend it', () =>
    asPlainUser(
      async (db) => {
        await sql`create role plain login password 'secret' nosuperuser nocreaterole nocreatedb`.execute(db)
        await sql`create database mine owner plain`.execute(db)
      },
      (url) => assert.rejects(openDatabase({ source: { url } }), named('database-role-missing')),
    ))
})

describe('migrations', () => {
  test('are taken once, in one transaction', async () => {
    const db = await testDatabase<unknown>()
    const known = { ...(await import('./storage-migrations.ts')).storageMigrations }
    assert.deepEqual(await migrate(db.system, known, steps), ['0001_a'])
    assert.deepEqual(await migrate(db.system, known, steps), [])
    const broken = {
      '0002_b': { up: async (tx: Kysely<unknown>) => void (await sql`create table b (n int)`.execute(tx)) },
      '0003_c': { up: async (tx: Kysely<unknown>) => void (await sql`create table a (n int)`.execute(tx)) },
    }
    await assert.rejects(migrate(db.system, known, steps, broken), named('migration-failed'))
    await assert.rejects(sql`select * from b`.execute(db.system), /does not exist/)
    await db.close()
  })

  test('of a newer release are refused', async () => {
    const db = await testDatabase<unknown>(steps)
    await assert.rejects(
      migrate(db.system, (await import('./storage-migrations.ts')).storageMigrations),
      named('migration-changed'),
    )
    await db.close()
  })

  test('by two programs at once happen once', async () => {
    const db = await testDatabase<unknown>()
    const known = (await import('./storage-migrations.ts')).storageMigrations
    const taken = await Promise.all([migrate(db.system, known, steps), migrate(db.system, known, steps)])
    assert.deepEqual(taken.flat(), ['0001_a'])
    await db.close()
  })
})
