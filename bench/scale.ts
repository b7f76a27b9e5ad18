/**
 * `scale`: a store of 1,000,000 listings of 171,466 registered operators, each with its address and snapshot; then a feed tells of a
 * day's changes (2 %), which are fetched over HTTP, read, judged by every model, written, fixed on an embedded ledger and looked at by the
 * panels that span listings. A round of 0.5 % before it shows what a change costs when fewer come. `BENCH_LISTINGS` and `BENCH_OPERATORS` make it smaller.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Clock, systemClock } from '@mingzheng/kernel'
import { panelModels, runPanels, type Watcher } from '@mingzheng/monitoring'
import { sql } from 'kysely'
import type { BenchResult, Figure } from './result/result.ts'
import type { Filling } from './scale/fill-store.ts'
import { watched } from './scale/memory.ts'
import { ORGANISATION, openWatchStage } from './watching/watch-stage.ts'

const LISTINGS = Number(process.env.BENCH_LISTINGS ?? 1_000_000)
const OPERATORS = Number(process.env.BENCH_OPERATORS ?? 171_466)
const SHARES = [0.005, 0.02] as const
const MOST_MINUTES = 15
const MOST_BYTES = 2e9
const SEED = 'scale'
const DAY_MS = 86_400_000
/** Panels look again at what changed five minutes before their last look, so much later at nothing. */
const REST_MS = 10 * 60_000

/** The feed and the pages; `round` tells of so large a share of the listings, and how many that is. */
async function startFeed(today: string) {
  const script = join(import.meta.dirname, 'scale/feed-server.ts')
  const child = spawn(process.execPath, [script, SEED, String(LISTINGS), today], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => JSON.parse((await lines.next()).value as string) as { origin?: string; changed?: number }
  const { origin = '' } = await next()
  return {
    origin,
    async round(number: number, share: number, at: number) {
      child.stdin.write(`${number} ${share} ${at}\n`)
      return (await next()).changed ?? 0
    },
    async stop() {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}

async function fill(url: string, filling: Filling): Promise<void> {
  const script = join(import.meta.dirname, 'scale/fill.ts')
  const child = spawn(process.execPath, [script, url, JSON.stringify(filling)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the store could not be filled: ${code}`)
}

/** Waits until so many pages are written; asks nobody. */
async function written(watcher: Watcher, pages: number): Promise<void> {
  while (watcher.pages < pages) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** The time, which can be moved on. */
function movedClock(): Clock & { move(ms: number): void } {
  let by = 0
  return {
    now: () => systemClock.now() + by,
    move(ms) {
      by += ms
    },
  }
}

const told = (text: string) => process.stderr.write(`${text}\n`)

export async function run(): Promise<BenchResult> {
  const clock = movedClock()
  const today = new Date(clock.now()).toISOString().slice(0, 10)
  const feed = await startFeed(today)
  const stage = await openWatchStage('scale', clock)
  const { db, blobs } = stage
  try {
    await feed.round(0, 0, clock.now())
    // What the feed does not name is looked at monthly.
    const issued = await stage.issue(
      { kind: 'feed', url: `${feed.origin}/feed.xml` },
      { pages: 10_000_000, everyMinutes: 43_200 },
    )
    const filled = await watched(db, () =>
      fill(stage.url, {
        ...issued,
        organisationId: ORGANISATION,
        origin: feed.origin,
        seed: SEED,
        listings: LISTINGS,
        operators: OPERATORS,
        today,
        at: clock.now() - DAY_MS,
      }),
    )
    told(`store filled in ${filled.seconds.toFixed(0)} s`)
    const panels = { db, blobs, clock, province: '330000', models: panelModels }
    const first = await watched(db, () => runPanels(panels))
    told(
      `panels over the whole store in ${first.seconds.toFixed(0)} s, ${first.value} leads, ${megabytes(first.peak)} MB`,
    )
    const { watcher, fixer } = await stage.start()
    await written(watcher, 1)
    await fixer.drain()
    const rounds: {
      changed: number
      seconds: number
      panels: number
      peak: number
      database: number
      leads: number
    }[] = []
    for (const [i, share] of SHARES.entries()) {
      clock.move(REST_MS)
      await runPanels(panels)
      clock.move(REST_MS)
      const changed = await feed.round(i + 1, share, clock.now())
      const before = watcher.pages
      const round = await watched(db, async () => {
        await sql`update watch_address set due_at = ${new Date(clock.now())} where kind = 'feed'`.execute(db)
        await written(watcher, before + 1 + changed)
        const began = performance.now()
        const leads = await runPanels(panels)
        const seconds = (performance.now() - began) / 1000
        await fixer.drain()
        return { leads, seconds }
      })
      rounds.push({ ...round, changed, panels: round.value.seconds, leads: round.value.leads })
      told(`${changed} changed: ${round.seconds.toFixed(1)} s, of them panels ${round.value.seconds.toFixed(1)} s`)
    }
    const { rows } = await sql<{ leads: string; changed: string; waiting: string }>`
      select (select count(*) from lead) as leads, (select count(*) from watch_fixing where ledger_index is null) as waiting,
        (select count(*) from listing_fact where at > ${new Date(systemClock.now() - DAY_MS / 2)}) as changed`.execute(
      db,
    )
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
        figure('most memory of worker and ledger', megabytes(day.peak), 'MB', {
          target: '< 2000',
          met: day.peak < MOST_BYTES,
        }),
        figure('with PostgreSQL, whose buffers are 256 MB', megabytes(day.peak + day.database), 'MB', {
          target: '< 2000',
          met: day.peak + day.database < MOST_BYTES,
        }),
        figure('a change, when 2 % come', each(day), 'ms', {
          reference: { name: 'when 0.5 % come', value: each(few) },
          ratio: each(day) / each(few),
          target: '<= 1.5 x',
          met: each(day) <= 1.5 * each(few),
        }),
        figure('of it panels', day.panels, 's'),
        figure('leads of panels, day', day.leads, 'leads'),
        figure('changes written', Number(rows[0]!.changed), 'listings'),
        figure('leads', Number(rows[0]!.leads), 'leads'),
        figure('statements that wait', Number(rows[0]!.waiting), 'statements', {
          target: '0',
          met: Number(rows[0]!.waiting) === 0,
        }),
        figure('panels over the whole store, once', first.seconds, 's'),
        figure('leads of panels over the whole store', first.value, 'leads'),
        figure('most memory of that', megabytes(first.peak), 'MB'),
        figure('filling the store, not measured', filled.seconds, 's'),
      ],
    }
  } finally {
    await feed.stop()
    await stage.close()
  }
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6)

function figure(name: string, value: number, unit: string, more: Partial<Figure> = {}): Figure {
  return { name, value, unit, reference: null, ratio: null, target: null, met: null, ...more }
}
