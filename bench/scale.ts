/**
 * `scale`: a store of 1,000,000 listings of 171,466 registered operators; then a feed tells of a day's changes (2 %), which are fetched
 * over HTTP, read, judged by every model, written, fixed on an embedded ledger and looked at by the panels that span listings. A round
 * of 0.5 % before it shows what a change costs when fewer come. `BENCH_LISTINGS` and `BENCH_OPERATORS` make it smaller.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { identityMigrations } from '@mingzheng/identity'
import { isRefusal, systemClock } from '@mingzheng/kernel'
import { openLedger } from '@mingzheng/ledger'
import { testLedgerOptions } from '@mingzheng/ledger/testing'
import {
  addTask,
  ensureMonths,
  listingModels,
  type MonitoringTables,
  monitoringContract,
  monitoringMigrations,
  openGuardedAgent,
  panelModels,
  runPanels,
  savePlatform,
  setTaskState,
  startFixer,
  startWatcher,
  watchSpecSchema,
} from '@mingzheng/monitoring'
import { migrate, openBlobs, openDatabase, storageMigrations } from '@mingzheng/storage'
import { type Kysely, sql } from 'kysely'
import type { BenchResult, Figure } from './result/result.ts'
import { fillStore } from './scale/fill-store.ts'

const LISTINGS = Number(process.env.BENCH_LISTINGS ?? 1_000_000)
const OPERATORS = Number(process.env.BENCH_OPERATORS ?? 171_466)
const SHARES = [0.005, 0.02] as const
const MOST_MINUTES = 15
const MOST_BYTES = 2e9
const SEED = 'scale'
const ORGANISATION = '01ARZ3NDEKTSV4RRFFQ69G5FAV'
const DAY_MS = 86_400_000

type Db = Kysely<MonitoringTables>

/** The feed and the pages; `round` tells of so large a share of the listings, and how many that is. */
async function startFeed(today: string) {
  const script = join(import.meta.dirname, 'scale/feed-server.ts')
  const child = spawn(process.execPath, [script, SEED, String(LISTINGS), today], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => JSON.parse((await lines.next()).value as string) as { origin?: string; changed?: number }
  const { origin = '' } = await next()
  return {
    origin,
    async round(number: number, share: number) {
      child.stdin.write(`${number} ${share}\n`)
      return (await next()).changed ?? 0
    },
    async stop() {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}

/** Waits until every address that the feed named is written. */
async function settled(db: Db, addresses: number): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ left: string; held: string }>`
      select count(*) filter (where due_at <= now() or claim is not null) as left, count(*) as held from watch_address`.execute(
      db,
    )
    if (Number(rows[0]!.left) === 0 && Number(rows[0]!.held) >= addresses) return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

/** The most memory that this process held while `work` ran, bytes. */
async function watched<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number; peak: number }> {
  let peak = process.memoryUsage.rss()
  const look = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 100)
  const began = performance.now()
  try {
    const value = await work()
    return { value, seconds: (performance.now() - began) / 1000, peak }
  } finally {
    clearInterval(look)
  }
}

async function issue(db: Db, origin: string): Promise<string> {
  const author = { organisationId: ORGANISATION, name: 'bench' }
  const platform = await savePlatform(db, systemClock, {
    organisationId: ORGANISATION,
    name: 'bench',
    entries: [{ kind: 'feed', url: `${origin}/feed.xml` }],
    demo: true,
  })
  const spec = watchSpecSchema.parse({
    objectives: { platforms: [platform.id] },
    elements: {},
    frequency: { hostPaceMs: 0, depth: 0, pages: 1_000_000 },
  })
  await db.transaction().execute(async (tx) => {
    const task = await addTask(tx, systemClock, author, { name: 'bench', spec })
    if (isRefusal(task)) throw new TypeError(task.detail)
    await setTaskState(tx, systemClock, author, task.id, { state: 'running', note: '' })
  })
  return platform.id
}

export async function run(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'mz-scale-'))
  await chmod(folder, 0o711)
  const today = new Date(systemClock.now()).toISOString().slice(0, 10)
  const feed = await startFeed(today)
  const database = await openDatabase<MonitoringTables>({ source: { folder: join(folder, 'postgres') } })
  const db = database.system
  const told = (text: string) => process.stderr.write(`${text}\n`)
  try {
    await migrate(db, storageMigrations, identityMigrations, monitoringMigrations)
    await ensureMonths(db, systemClock.now())
    const blobs = await openBlobs({ url: null, folder: join(folder, 'blobs'), clock: systemClock })
    const ledger = await openLedger(testLedgerOptions(join(folder, 'ledger'), { contracts: [monitoringContract] }))
    const onError = (error: unknown) => told(String(error))
    await feed.round(0, 0)
    const platformId = await issue(db, feed.origin)
    const filled = await watched(() =>
      fillStore(db, {
        organisationId: ORGANISATION,
        platformId,
        origin: feed.origin,
        seed: SEED,
        listings: LISTINGS,
        operators: OPERATORS,
        today,
        at: new Date(systemClock.now() - DAY_MS),
      }),
    )
    told(`store filled in ${filled.seconds.toFixed(0)} s`)
    const panels = { db, blobs, clock: systemClock, province: '330000', models: panelModels }
    const first = await watched(() => runPanels(panels))
    told(`panels over the whole store in ${first.seconds.toFixed(0)} s, ${first.value} leads`)
    const guard = openGuardedAgent({ allow: (host) => host === '127.0.0.1' })
    const fixer = startFixer({ db, clock: systemClock, ledger, onError })
    const watcher = await startWatcher({
      db,
      blobs,
      clock: systemClock,
      elapsed: () => performance.now(),
      guard,
      models: listingModels,
      province: '330000',
      machine: 'bench',
      about: 'http://127.0.0.1/monitoring',
      onError,
    })
    await settled(db, 1)
    const rounds: { changed: number; seconds: number; panels: number; peak: number; leads: number }[] = []
    let addresses = 1
    for (const [i, share] of SHARES.entries()) {
      const changed = await feed.round(i + 1, share)
      addresses += changed
      // Between two looks of panels a minute passes; it is no part of the work.
      await sql`update panel_run set at = at - interval '2 minutes'`.execute(db)
      const round = await watched(async () => {
        await sql`update watch_address set due_at = now() where kind = 'feed'`.execute(db)
        await settled(db, addresses)
        const panel = await watched(() => runPanels(panels))
        await fixer.drain()
        return panel
      })
      rounds.push({ changed, ...round, panels: round.value.seconds, leads: round.value.value })
      told(`${changed} changed: ${round.seconds.toFixed(1)} s, of them panels ${round.value.seconds.toFixed(1)} s`)
    }
    await watcher.stop()
    await fixer.stop()
    const { rows } = await sql<{ leads: string; changed: string }>`
      select (select count(*) from lead) as leads, (select count(*) from listing_fact where at > ${new Date(systemClock.now() - DAY_MS / 2)}) as changed`.execute(
      db,
    )
    await guard.close()
    await ledger.close()
    await blobs.close()
    const [few, day] = [rounds[0]!, rounds[1]!]
    const each = ({ seconds, changed }: { seconds: number; changed: number }) => (seconds * 1000) / changed
    const minutes = day.seconds / 60
    return {
      bench: 'scale',
      figures: [
        figure(`${day.changed.toLocaleString('en')} changes among ${LISTINGS.toLocaleString('en')}`, minutes, 'min', {
          target: `< ${MOST_MINUTES}`,
          met: minutes < MOST_MINUTES,
        }),
        figure('most memory of the worker meanwhile', day.peak / 1e6, 'MB', {
          target: '< 2000',
          met: day.peak < MOST_BYTES,
        }),
        figure('a change, when 2 % come', each(day), 'ms', {
          reference: { name: 'when 0.5 % come', value: each(few) },
          ratio: each(day) / each(few),
          target: '<= 1.5 x',
          met: each(day) <= 1.5 * each(few),
        }),
        figure('of it panels', day.panels, 's'),
        figure('changes written', Number(rows[0]!.changed), 'listings'),
        figure('leads', Number(rows[0]!.leads), 'leads'),
        figure('panels over the whole store, once', first.seconds, 's'),
        figure('filling the store, not measured', filled.seconds, 's'),
      ],
    }
  } finally {
    await feed.stop()
    await database.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function figure(name: string, value: number, unit: string, more: Partial<Figure> = {}): Figure {
  return { name, value, unit, reference: null, ratio: null, target: null, met: null, ...more }
}
