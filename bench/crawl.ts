/**
 * `crawl`: a platform watched over HTTP, from the fetch to the statement on the ledger (snapshot, extraction, all models, PostgreSQL that
 * waits for the disk, an embedded ledger), against a bare loop that fetches the same pages in the same run and throws them away.
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
  type Fixer,
  listingModels,
  type MonitoringTables,
  monitoringContract,
  monitoringMigrations,
  openGuardedAgent,
  savePlatform,
  setTaskState,
  startFixer,
  startWatcher,
  type Watcher,
  watchSpecSchema,
} from '@mingzheng/monitoring'
import { migrate, openBlobs, openDatabase, storageMigrations } from '@mingzheng/storage'
import { type Kysely, sql } from 'kysely'
import { Agent, request } from 'undici'
import type { BenchResult, Figure } from './result/result.ts'

const PAGES = 20_000
const LONGEST_MS = 300_000
/** Fetches side by side, as many as the watcher has. */
const AT_ONCE = 48
const ORGANISATION = '01ARZ3NDEKTSV4RRFFQ69G5FAV'

interface PageServer {
  readonly origin: string
  readonly bytes: number
  change(): Promise<void>
  stop(): Promise<void>
}

async function startPages(): Promise<PageServer> {
  const script = join(import.meta.dirname, 'crawl/page-server.ts')
  const child = spawn(process.execPath, [script, String(PAGES)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const { origin, bytes } = JSON.parse((await lines.next()).value as string) as { origin: string; bytes: number }
  return {
    origin,
    bytes,
    async change() {
      child.stdin.write('change\n')
      await lines.next()
    },
    async stop() {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}

/** Pages a second of a loop that only fetches. */
async function bareLoop(origin: string): Promise<number> {
  const agent = new Agent({ connections: 64 })
  let next = 0
  const run = async () => {
    for (let i = next++; i < PAGES; i = next++) {
      const { body } = await request(`${origin}/item/${i}`, { dispatcher: agent })
      for await (const _ of body);
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: AT_ONCE }, run))
  const rate = (PAGES / (performance.now() - began)) * 1000
  await agent.close()
  return rate
}

/** Waits until the watcher has written so many pages in all and every statement is fixed. Asks nobody: what asks takes from what is measured. */
async function settled(watcher: Watcher, pages: number, fixer: Fixer): Promise<void> {
  const until = performance.now() + LONGEST_MS
  while (watcher.pages < pages && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
  if (watcher.pages < pages) throw new Error(`${watcher.pages} of ${pages} pages were written`)
  await fixer.drain()
}

export async function run(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'mz-crawl-'))
  await chmod(folder, 0o711)
  const pages = await startPages()
  const database = await openDatabase<MonitoringTables>({ source: { folder: join(folder, 'postgres') } })
  const db = database.system
  try {
    await migrate(db, storageMigrations, identityMigrations, monitoringMigrations)
    await ensureMonths(db, systemClock.now())
    const blobs = await openBlobs({ url: null, folder: join(folder, 'blobs'), clock: systemClock })
    const ledger = await openLedger(testLedgerOptions(join(folder, 'ledger'), { contracts: [monitoringContract] }))
    const onError = (error: unknown) => process.stderr.write(`${String(error)}\n`)
    const before = await bareLoop(pages.origin)
    await issue(db, pages.origin)
    const guard = openGuardedAgent({ allow: (host) => host === '127.0.0.1' })
    const fixer = startFixer({ db, clock: systemClock, ledger, onError })
    const began = performance.now()
    const cpu = process.cpuUsage()
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
    // The site map is one of them.
    await settled(watcher, PAGES + 1, fixer)
    const first = (PAGES / (performance.now() - began)) * 1000
    const used = process.cpuUsage(cpu)
    await pages.change()
    const after = await bareLoop(pages.origin)
    await sql`update watch_address set due_at = now()`.execute(db)
    const again = performance.now()
    await settled(watcher, 2 * (PAGES + 1), fixer)
    const second = (PAGES / (performance.now() - again)) * 1000
    await watcher.stop()
    await fixer.stop()
    const { rows } = await sql<{ leads: string; fixed: string; bodies: string }>`
      select (select count(*) from lead) as leads, (select count(*) from watch_fixing where ledger_index is not null) as fixed,
        (select count(*) from snapshot_body) as bodies`.execute(db)
    await guard.close()
    await ledger.close()
    await blobs.close()
    const bare = (before + after) / 2
    return {
      bench: 'crawl',
      figures: [
        against('first look: snapshot, facts, models, fixing', first, bare, 0.5),
        against('second look, 2 % changed', second, bare, 0.5),
        plain('CPU of the watcher and the ledger', (used.user + used.system) / PAGES / 1000, 'ms/page'),
        plain('page', pages.bytes / PAGES, 'bytes'),
        plain('leads', Number(rows[0]!.leads), 'leads'),
        plain('statements fixed', Number(rows[0]!.fixed), 'statements'),
        plain('bodies kept', Number(rows[0]!.bodies), 'bodies'),
      ],
    }
  } finally {
    await pages.stop()
    await database.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function issue(db: Kysely<MonitoringTables>, origin: string): Promise<void> {
  const author = { organisationId: ORGANISATION, name: 'bench' }
  const platform = await savePlatform(db, systemClock, {
    organisationId: ORGANISATION,
    name: 'bench',
    entries: [{ kind: 'sitemap', url: `${origin}/sitemap.xml` }],
    demo: true,
  })
  const spec = watchSpecSchema.parse({
    objectives: { platforms: [platform.id] },
    elements: {},
    frequency: { hostPaceMs: 0, depth: 0 },
  })
  await db.transaction().execute(async (tx) => {
    const task = await addTask(tx, systemClock, author, { name: 'bench', spec })
    if (isRefusal(task)) throw new TypeError(task.detail)
    await setTaskState(tx, systemClock, author, task.id, { state: 'running', note: '' })
  })
}

function against(name: string, value: number, bare: number, share: number): Figure {
  return {
    name,
    value,
    unit: 'pages/s',
    reference: { name: 'bare fetch loop', value: bare },
    ratio: value / bare,
    target: `>= ${share} x bare`,
    met: value / bare >= share,
  }
}

const plain = (name: string, value: number, unit: string): Figure => ({
  name,
  value,
  unit,
  reference: null,
  ratio: null,
  target: null,
  met: null,
})
