/** For tests: a real PostgreSQL, started once a process and ended with it; a fresh database for whoever asks. */
import { mkdtempSync, rmSync } from 'node:fs'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { type Database, openDatabase } from './database.ts'
import { type MigrationSet, migrate } from './migrate.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './postgres/embedded-postgres.ts'
import { isAlive, lockFolder } from './postgres/folder-lock.ts'
import { withDatabase } from './postgres/postgres-address.ts'
import { storageMigrations } from './storage-migrations.ts'

/** What a test cluster promises less: it need not survive the machine, so it does not wait for the disk. */
export const HASTY = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '64MB' }

const PREFIX = 'mz-pg-'

let cluster: Promise<EmbeddedPostgres> | null = null
const templates = new Map<string, Promise<string>>()
let counter = 0

/** Test processes that were killed left their server behind; whoever comes next ends it. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue
    const folder = join(tmpdir(), name)
    try {
      // Refused while its starter lives; without a lock yet, it is being made at this moment.
      await stat(join(folder, 'starter.json'))
      await lockFolder(join(folder, 'starter.json'))
      const pid = Number.parseInt(await readFile(join(folder, 'cluster', 'postmaster.pid'), 'utf8').catch(() => ''), 10)
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      if (command.includes(folder)) process.kill(pid, 'SIGQUIT')
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
    } catch {
      // In use, or another test process was quicker.
    }
  }
}

async function startCluster(): Promise<EmbeddedPostgres> {
  await sweep()
  const folder = mkdtempSync(join(tmpdir(), PREFIX))
  const server = await startEmbeddedPostgres({ folder, settings: HASTY })
  // At exit nothing can be awaited: tell the server, see it go, remove what it left.
  process.once('exit', () => {
    try {
      process.kill(server.pid, 'SIGQUIT')
      for (let i = 0; i < 400 && isAlive(server.pid); i++)
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    } catch {
      // It ended before us.
    }
    rmSync(folder, { recursive: true, force: true })
  })
  return server
}

/** The address of this process's test server; the database named there is not for tests' tables. */
export async function testServerUrl(): Promise<string> {
  cluster ??= startCluster()
  return (await cluster).url
}

async function onServer<Result>(work: (db: Kysely<unknown>) => Promise<Result>): Promise<Result> {
  const db = await openDatabase({ source: { url: await testServerUrl() }, poolSize: 2 })
  try {
    return await work(db.system as Kysely<unknown>)
  } finally {
    await db.close()
  }
}

/** A database with the steps taken, made once and copied for every test. */
function template(steps: MigrationSet[]): Promise<string> {
  const key = steps.flatMap((set) => Object.keys(set)).join(' ')
  const known = templates.get(key)
  if (known !== undefined) return known
  const made = (async () => {
    const name = `template_${templates.size}`
    await onServer((db) => sql`create database ${sql.id(name)}`.execute(db))
    const db = await openDatabase({ source: { url: withDatabase(await testServerUrl(), name) }, poolSize: 2 })
    await migrate(db.system, ...steps)
    await db.close()
    return name
  })()
  templates.set(key, made)
  return made
}

/**
 * A fresh database with storage's own tables and those of `sets`. `close()` drops it; the server ends with the process.
 * About 0.6 s for the first of a process and 50 ms for each further one.
 */
export async function testDatabase<Schema>(...sets: MigrationSet[]): Promise<Database<Schema>> {
  const from = await template([storageMigrations, ...sets])
  const name = `test_${++counter}`
  await onServer((db) => sql`create database ${sql.id(name)} template ${sql.id(from)}`.execute(db))
  const url = withDatabase(await testServerUrl(), name)
  const db = await openDatabase<Schema>({ source: { url }, poolSize: 6 })
  return {
    ...db,
    async close() {
      await db.close()
      await onServer((server) => sql`drop database if exists ${sql.id(name)} with (force)`.execute(server))
    },
  }
}

export { blobStoreContract } from './blob/contract-suite.ts'
