/** A platform that is watched as the product watches it, for benches: PostgreSQL that waits for the disk, blobs, an embedded ledger. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identityMigrations } from '@mingzheng/identity'
import { type Clock, isRefusal } from '@mingzheng/kernel'
import { openLedger } from '@mingzheng/ledger'
import { testLedgerOptions } from '@mingzheng/ledger/testing'
import {
  addTask,
  ensureMonths,
  type Fixer,
  listingModels,
  type MonitoringTables,
  monitoringContract,
  monitoringMigrations,
  openGuardedAgent,
  type PlatformEntry,
  savePlatform,
  setTaskState,
  startFixer,
  startWatcher,
  type Watcher,
  type WatchSpec,
  watchSpecSchema,
} from '@mingzheng/monitoring'
import { type BlobStore, migrate, openBlobs, openDatabase, storageMigrations } from '@mingzheng/storage'
import type { Kysely } from 'kysely'

export const ORGANISATION = '01ARZ3NDEKTSV4RRFFQ69G5FAV'

interface WatchStage {
  readonly db: Kysely<MonitoringTables>
  /** Of the database. */
  readonly url: string
  readonly blobs: BlobStore
  /** A platform with this entry and a running task over it. */
  issue(
    entry: PlatformEntry,
    frequency: Partial<WatchSpec['frequency']>,
  ): Promise<{ platformId: string; taskId: string }>
  /** Begins to watch and to fix; both stop when the stage is closed. */
  start(): Promise<{ watcher: Watcher; fixer: Fixer }>
  close(): Promise<void>
}

export async function openWatchStage(name: string, clock: Clock): Promise<WatchStage> {
  const folder = await mkdtemp(join(tmpdir(), `mz-${name}-`))
  await chmod(folder, 0o711)
  const database = await openDatabase<MonitoringTables>({ source: { folder: join(folder, 'postgres') } })
  const db = database.system
  await migrate(db, storageMigrations, identityMigrations, monitoringMigrations)
  await ensureMonths(db, clock.now())
  const blobs = await openBlobs({ url: null, folder: join(folder, 'blobs'), clock })
  const ledger = await openLedger(testLedgerOptions(join(folder, 'ledger'), { contracts: [monitoringContract] }))
  const guard = openGuardedAgent({ allow: (host) => host === '127.0.0.1' })
  const onError = (error: unknown) => process.stderr.write(`${String(error)}\n`)
  const running: { stop(): Promise<void> }[] = []
  return {
    db,
    url: database.url,
    blobs,
    issue: (entry, frequency) => issue(db, clock, entry, frequency),
    async start() {
      const fixer = startFixer({ db, clock, ledger, onError })
      const watcher = await startWatcher({
        db,
        blobs,
        clock,
        elapsed: () => performance.now(),
        guard,
        models: listingModels,
        province: '330000',
        machine: 'bench',
        about: 'http://127.0.0.1/monitoring',
        onError,
      })
      running.push(watcher, fixer)
      return { watcher, fixer }
    },
    async close() {
      for (const one of running) await one.stop()
      await guard.close()
      await ledger.close()
      await blobs.close()
      await database.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function issue(
  db: Kysely<MonitoringTables>,
  clock: Clock,
  entry: PlatformEntry,
  frequency: Partial<WatchSpec['frequency']>,
): Promise<{ platformId: string; taskId: string }> {
  const author = { organisationId: ORGANISATION, name: 'bench' }
  const platform = await savePlatform(db, clock, {
    organisationId: ORGANISATION,
    name: 'bench',
    entries: [entry],
    demo: true,
  })
  const spec = watchSpecSchema.parse({
    objectives: { platforms: [platform.id] },
    elements: {},
    frequency: { hostPaceMs: 0, depth: 0, ...frequency },
  })
  const taskId = await db.transaction().execute(async (tx) => {
    const task = await addTask(tx, clock, author, { name: 'bench', spec })
    if (isRefusal(task)) throw new TypeError(task.detail)
    await setTaskState(tx, clock, author, task.id, { state: 'running', note: '' })
    return task.id
  })
  return { platformId: platform.id, taskId }
}
