/** A database with monitoring's tables, a folder for blobs, a clock that tests move, and one task. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identityMigrations } from '@mingzheng/identity'
import { type Clock, isRefusal, manualClock } from '@mingzheng/kernel'
import { type BlobStore, type Database, openBlobs } from '@mingzheng/storage'
import { testDatabase } from '@mingzheng/storage/testing'
import { listingModels } from '../recognition/models.ts'
import { monitoringMigrations } from '../register/migrations.ts'
import { ensureMonths } from '../register/partitions.ts'
import type { MonitoringTables, PlatformEntry } from '../register/schema.ts'
import { openGuardedAgent } from '../source/guarded-agent.ts'
import { savePlatform } from '../task/platforms.ts'
import { type WatchSpec, watchSpecSchema } from '../task/spec.ts'
import { addTask, setTaskState, type TaskRow } from '../task/tasks.ts'
import { startWatcher, type Watcher, type WatcherParts } from '../watch/watcher.ts'

export const STAGE_TIME = Date.parse('2026-11-24T02:00:00.000Z')
export const ORGANISATION = '01ARZ3NDEKTSV4RRFFQ69G5FAV'

export interface TestStage {
  readonly database: Database<MonitoringTables>
  readonly blobs: BlobStore
  /** Where the blobs are. */
  readonly folder: string
  readonly clock: Clock
  /** Moves the stage's own clock. */
  advance(ms: number): void
  readonly author: { organisationId: string; name: string }
  /** A platform with these entries and a running task over it. */
  issue(entries: readonly PlatformEntry[], frequency?: Partial<WatchSpec['frequency']>): Promise<TaskRow>
  watch(parts?: Partial<WatcherParts>): Promise<Watcher>
  /** Watches until nothing is due, then stops. */
  settle(parts?: Partial<WatcherParts>): Promise<void>
  close(): Promise<void>
}

/** With a clock of its own, unless told otherwise. */
export async function openTestStage(given?: Clock): Promise<TestStage> {
  const folder = await mkdtemp(join(tmpdir(), 'mz-watch-'))
  const database = await testDatabase<MonitoringTables>(identityMigrations, monitoringMigrations)
  const manual = manualClock(STAGE_TIME)
  const clock = given ?? manual
  const blobs = await openBlobs({ url: null, folder, clock })
  await ensureMonths(database.system, clock.now())
  const guard = openGuardedAgent({ allow: (host) => host === '127.0.0.1' })
  const author = { organisationId: ORGANISATION, name: '研判员' }
  let platforms = 0
  const watch = (parts: Partial<WatcherParts> = {}) =>
    startWatcher({
      db: database.system,
      blobs,
      clock,
      elapsed: () => performance.now(),
      guard,
      models: listingModels,
      province: '330000',
      machine: 'test',
      about: 'http://127.0.0.1/monitoring',
      onError: (error) => {
        throw error
      },
      ...parts,
    })
  const due = async () => {
    const { n } = await database.system
      .selectFrom('watch_address')
      .innerJoin('watch_task', 'watch_task.id', 'watch_address.task_id')
      .innerJoin('watch_host', 'watch_host.id', 'watch_address.host_id')
      .select((eb) => eb.fn.countAll<string>().as('n'))
      .where('watch_task.state', '=', 'running')
      .where((eb) =>
        eb.or([
          eb('claim', 'is not', null),
          eb.and([eb('due_at', '<=', new Date(clock.now())), eb('next_at', '<=', new Date(clock.now()))]),
        ]),
      )
      .executeTakeFirstOrThrow()
    return Number(n)
  }
  return {
    database,
    blobs,
    folder,
    clock,
    advance: (ms) => manual.advance(ms),
    author,
    async issue(entries, frequency = {}) {
      const platform = await savePlatform(database.system, clock, {
        organisationId: ORGANISATION,
        name: `平台${++platforms}`,
        entries,
        demo: true,
      })
      const spec = watchSpecSchema.parse({
        objectives: { platforms: [platform.id] },
        elements: {},
        frequency: { hostPaceMs: 0, ...frequency },
      })
      return database.system.transaction().execute(async (tx) => {
        const task = await addTask(tx, clock, author, { name: '测试任务', spec })
        if (isRefusal(task)) throw new TypeError(task.detail)
        const running = await setTaskState(tx, clock, author, task.id, { state: 'running', note: '' })
        if (running === null || isRefusal(running)) throw new TypeError('the task does not run')
        return running
      })
    },
    watch,
    async settle(parts) {
      const watcher = await watch(parts)
      try {
        while ((await due()) > 0) await new Promise((resolve) => setTimeout(resolve, 20))
      } finally {
        await watcher.stop()
      }
    },
    async close() {
      await guard.close()
      await blobs.close()
      await database.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
