/** A minute at half load: memory, handles and the disk of every process stay where they should. `./mingzheng bench soak` is longer. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { needs } from '../capability.ts'
import { agreement } from './agreement.ts'
import { FiveNodes } from './five-nodes.ts'
import { judge, noSoak, rise, slope, soak } from './soak.ts'

const impossible = noSoak()
const options = impossible === null ? needs('cometbft') : { skip: impossible }
const SECONDS = Number(process.env.SOAK_SECONDS ?? 60)
/** A leak of a hundredth of what an entry holds would rise by more. */
const MOST_MEMORY = 96 << 20
const MOST_HANDLES = 24
/** Both trees, the entry, its index, all signatures; CometBFT's blocks before maintenance. */
const MOST_DISK = { log: 1024, engine: 4096 }

test(
  `five nodes at half load for ${SECONDS} seconds hold no more at the end than at the beginning`,
  options,
  async () => {
    const five = await FiveNodes.start()
    try {
      const soaked = await soak(five, { ms: SECONDS * 1000, everyMs: 1000, seed: 'a minute' })
      const { memory, handles, logPerEntry, enginePerEntry } = judge(soaked)
      assert.ok(soaked.load.count > 1000)
      assert.ok(memory < MOST_MEMORY, `memory rose by ${Math.round(memory / 2 ** 20)} MiB`)
      assert.ok(handles < MOST_HANDLES, `handles rose by ${handles}`)
      assert.ok(logPerEntry < MOST_DISK.log, `${logPerEntry} bytes of log and state an entry`)
      assert.ok(enginePerEntry < MOST_DISK.engine, `${enginePerEntry} bytes of the engine an entry`)
      await agreement(five, soaked.load.accepted)
    } finally {
      await five.end()
    }
  },
)

describe('the line through what a process holds', () => {
  const series = (of: (i: number) => number) => Array.from({ length: 60 }, (_, i) => [i * 1000, of(i)] as const)

  test('rises by what leaks, and not by what it took to get warm', () => {
    assert.ok(Math.abs(rise(series((i) => i * 7)) - 273) < 1e-6)
    assert.equal(rise(series((i) => Math.min(i, 15) * 1000)), 0)
    assert.ok(Math.abs(rise(series((i) => (i % 2) * 100))) < 20)
    assert.ok(Math.abs(slope(series((i) => i * 7)) - 0.007) < 1e-9)
    assert.equal(rise([]), 0)
  })
})
