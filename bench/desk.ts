/**
 * `desk`: the monitoring desk's first view over HTTP with a year of data: 10,000,000 snapshots, 500,000 findings, 1,000,000 listings on 20
 * platforms, sums by the hour. Beside it what counting the same from the tables would take. `BENCH_SCALE` makes it smaller, for trials.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@mingzheng/storage'
import { type Kysely, sql } from 'kysely'
import { startPlatform } from '../tests/platform/start-platform.ts'
import type { BenchResult, Figure } from './result/result.ts'
import { seedYear, type YearSize } from './seeded/watched-year.ts'

const ROUNDS = 60
const TARGET_MS = 1000

export async function run(): Promise<BenchResult> {
  const scale = Number(process.env.BENCH_SCALE ?? 1)
  const size: YearSize = { snapshots: 10_000_000 * scale, findings: 500_000 * scale, listings: 1_000_000 * scale }
  const folder = await mkdtemp(join(tmpdir(), 'mz-desk-'))
  await chmod(folder, 0o711)
  const database = await openDatabase<never>({ source: { folder: join(folder, 'postgres') } })
  try {
    const platform = await startPlatform({ DATABASE_URL: database.url, MINGZHENG_WATCHERS: '0' })
    try {
      const { cookie } = await platform.signIn('analyst')
      const ask = async (path: string) => {
        const start = performance.now()
        const answer = await fetch(platform.url + path, { headers: { cookie } })
        const text = await answer.text()
        if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 300)}`)
        return { ms: performance.now() - start, text }
      }
      const empty = await p95(() => ask('/api/watch/desk'))
      const began = performance.now()
      await seedYear(database.system, size)
      process.stderr.write(`seeded in ${Math.round((performance.now() - began) / 1000)} s\n`)
      const first = await ask('/api/watch/desk')
      const { openLeads } = JSON.parse(first.text) as { openLeads: number }
      if (openLeads === 0) throw new Error('the desk shows nothing of what was seeded')
      const counted = await countedAnew(database.system)
      const desk = await p95(() => ask('/api/watch/desk'))
      const leads = await p95(() => ask('/api/leads?state=new'))
      const models = await p95(() => ask('/api/models'))
      const figure = (name: string, value: number, target: number | null): Figure => ({
        name,
        value,
        unit: 'ms',
        reference: { name: 'the same sums counted from the tables', value: counted },
        ratio: value / counted,
        target: target === null ? null : `< ${target} ms`,
        met: target === null ? null : value < target,
      })
      return {
        bench: 'desk',
        figures: [
          figure('desk, very first, cold', first.ms, null),
          figure('desk, p95', desk, TARGET_MS),
          figure('desk without data, p95', empty, null),
          figure('leads to be judged, p95', leads, null),
          figure('models, p95', models, null),
        ],
      }
    } finally {
      await platform.stop()
    }
  } finally {
    await database.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function p95(work: () => Promise<{ ms: number }>): Promise<number> {
  const taken: number[] = []
  for (let i = 0; i < ROUNDS; i++) taken.push((await work()).ms)
  return taken.sort((a, b) => a - b)[Math.ceil(taken.length * 0.95) - 1]!
}

/** What the desk would have to count without its roll-ups. Milliseconds. */
async function countedAnew(db: Kysely<never>): Promise<number> {
  const start = performance.now()
  await sql`select behaviour, count(*) filter (where first_at >= now() - interval '7 days'), count(*) filter (where state = 'new')
    from lead group by behaviour`.execute(db)
  await sql`select left(region, 4), count(*) from lead where last_at >= now() - interval '30 days' group by 1`.execute(
    db,
  )
  await sql`select span ->> 'text', count(distinct lead_id) from finding where at >= now() - interval '7 days' and span is not null
    group by 1`.execute(db)
  await sql`select platform_id, count(*) from listing group by 1`.execute(db)
  await sql`select date_trunc('day', at), count(*), count(*) filter (where outcome <> 'ok') from snapshot
    where at >= now() - interval '30 days' group by 1`.execute(db)
  return performance.now() - start
}
