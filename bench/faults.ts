/**
 * `faults`: server, database, browsers or all of them killed at random instants under load, then everything that was
 * acknowledged looked for. `BENCH_KILLS` (1,000) and `BENCH_SEED` say how often and when; the seed is printed.
 */
import { checkAftermath, checkNumbers } from '../tests/faults/aftermath.ts'
import { openInstallation } from '../tests/faults/installation.ts'
import { killRounds } from '../tests/faults/kill-rounds.ts'
import type { BenchResult, Figure } from './result/result.ts'

const KILLS = Number(process.env.BENCH_KILLS ?? 1000)
const SEED = process.env.BENCH_SEED ?? `${Date.now()}`
const RESTART_MS = 10_000

export async function run(): Promise<BenchResult> {
  process.stderr.write(`seed ${SEED}\n`)
  const installation = await openInstallation()
  const { data, key, cookie, server } = installation
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
    const aftermath = await checkAftermath({ report, key, cookie })
    await running.stop()
    const numbers = await checkNumbers(data)
    const reference = { name: 'first start, making the cluster', value: server.startMs }
    const timed = (name: string, value: number): Figure => ({
      name,
      value,
      unit: 'ms',
      reference,
      ratio: value / reference.value,
      target: `< ${RESTART_MS} ms`,
      met: value < RESTART_MS,
    })
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
        timed('slowest restart to ready', Math.max(...report.starts)),
        timed('slowest kill to work acknowledged', Math.max(...report.recoveries)),
        counted('acknowledged, found, receipts verified', aftermath.receipts, 'preservations'),
        counted('numbers without gap or repeat', numbers, 'numbers'),
        counted(
          'captures that did not end done',
          aftermath.captures.filter((state) => state !== 'done').length,
          '',
          true,
        ),
        counted('packages verified offline', aftermath.packages, 'packages'),
        counted('processes left behind', report.orphans.length, 'processes', true),
      ],
    }
  } finally {
    await running.kill()
    await installation.remove()
  }
}
