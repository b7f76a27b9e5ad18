/**
 * `faults`: server, database, browsers or all of them killed at random instants under load, then everything that was
 * acknowledged looked for. `BENCH_KILLS` (1,000) and `BENCH_SEED` say how often and when; the seed is printed. What is lost,
 * doubled or half done ends it with words that name it.
 */
import { checkAftermath, checkNumbers } from '../tests/faults/aftermath.ts'
import { openInstallation } from '../tests/faults/installation.ts'
import { killRounds, type Victim } from '../tests/faults/kill-rounds.ts'
import type { BenchResult, Figure } from './result/result.ts'

const KILLS = Number(process.env.BENCH_KILLS ?? 1000)
const SEED = process.env.BENCH_SEED ?? `${Date.now()}`
const RESTART_MS = 10_000

/** The value that a share of the others does not exceed. */
function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0
}

export async function run(): Promise<BenchResult> {
  process.stderr.write(`seed ${SEED}\n`)
  const installation = await openInstallation()
  const { data, key, server } = installation
  let running = server
  try {
    const captures = Math.max(2, Math.floor(KILLS / 20))
    const report = await killRounds({
      ...installation,
      captures,
      seed: SEED,
      kills: KILLS,
      longestLifeMs: 2000,
      onKill: (count, victim) => {
        if (count % 10 === 0) process.stderr.write(`kill ${count + 1} of ${KILLS}: ${victim}\n`)
      },
    })
    running = report.server
    const aftermath = await checkAftermath({ report, key })
    const undone = aftermath.captures.filter((end) => end !== 'done')
    for (const end of undone) process.stderr.write(`a capture ended ${end}\n`)
    await running.stop()
    const numbers = await checkNumbers(data)
    const reference = { name: 'first start, making the cluster', value: server.startMs }
    const timed = (name: string, value: number, target: number | null): Figure => ({
      name,
      value: Math.round(value),
      unit: 'ms',
      reference,
      ratio: value / reference.value,
      target: target === null ? null : `< ${target} ms`,
      met: target === null ? null : value < target,
    })
    const spread = (name: string, values: readonly number[]): Figure[] => [
      timed(`${name}, half of them`, percentile(values, 0.5), null),
      timed(`${name}, 95 of 100`, percentile(values, 0.95), null),
      timed(`${name}, slowest`, percentile(values, 1), RESTART_MS),
    ]
    const after = (victim: Victim) => report.recoveries.filter((one) => one.victim === victim).map(({ ms }) => ms)
    const counted = (name: string, value: number, unit: string, zero = false): Figure => ({
      name,
      value,
      unit,
      reference: null,
      ratio: null,
      target: zero ? '0' : null,
      met: zero ? value === 0 : null,
    })
    return {
      bench: 'faults',
      figures: [
        counted('kills', KILLS, 'kills'),
        ...spread('restart to ready', report.starts),
        ...spread('server killed to work acknowledged', after('server')),
        ...spread('database killed to work acknowledged', after('database')),
        ...spread('browsers killed to work acknowledged', after('browser')),
        ...spread('all killed to work acknowledged', after('group')),
        counted('acknowledged and lost', report.acknowledged.length - aftermath.receipts, 'preservations', true),
        counted('acknowledged, found, receipts verified', aftermath.receipts, 'preservations'),
        counted('numbers without gap or repeat', numbers, 'numbers'),
        counted('captures that did not end done', undone.length, 'captures', true),
        counted('packages verified offline', aftermath.packages, 'packages'),
        counted('processes left behind', report.orphans.length, 'processes', true),
      ],
    }
  } finally {
    await running.kill()
    await installation.remove()
  }
}
