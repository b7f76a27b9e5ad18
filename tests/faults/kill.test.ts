import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needs } from '../capability.ts'
import { checkAftermath, checkNumbers } from './aftermath.ts'
import { openInstallation } from './installation.ts'
import { killRounds } from './kill-rounds.ts'

const KILLS = Number(process.env.FAULTS_KILLS ?? 20)
const SEED = process.env.FAULTS_SEED ?? 'west lake'

test(
  `server, database, browsers or all of them killed ${KILLS} times under load: nothing acknowledged is lost, nothing is half done`,
  needs('chromium'),
  async (context) => {
    context.diagnostic(`seed ${SEED}`)
    const installation = await openInstallation()
    const { data, key } = installation
    let running = installation.server
    try {
      const options = { ...installation, captures: 2, seed: SEED, kills: KILLS, longestLifeMs: 1000 }
      const report = await killRounds({
        ...options,
        onKill: (n, victim) => context.diagnostic(`kill ${n + 1}: ${victim}`),
      })
      running = report.server
      // How fast it must be, `bench faults` says; here it only must be at all.
      const slowest = Math.round(Math.max(...report.starts))
      context.diagnostic(`kills ${JSON.stringify(report.kills)}; slowest start ${slowest} ms`)
      context.diagnostic(`slowest recovery ${Math.round(Math.max(...report.recoveries.map(({ ms }) => ms)))} ms`)
      context.diagnostic(`problems ${JSON.stringify(Object.fromEntries(report.problems))}`)
      assert.deepEqual(report.orphans, [])
      for (const code of report.problems.keys()) assert.notEqual(code, 'internal')
      const aftermath = await checkAftermath({ report, key })
      context.diagnostic(JSON.stringify(aftermath))
      assert.ok(aftermath.receipts > KILLS)
      assert.ok(
        aftermath.captures.every((state) => state === 'done'),
        aftermath.captures.join(),
      )
      await running.stop()
      context.diagnostic(`${await checkNumbers(data)} numbers`)
    } finally {
      await running.kill()
      await installation.remove()
    }
  },
)
