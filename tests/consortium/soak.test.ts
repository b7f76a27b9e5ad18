/** Half load: memory, handles and the disk of every process stay where they should. `./mingzheng bench soak` is longer. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { needs } from '../capability.ts'
import { agreement } from './agreement.ts'
import { FiveNodes } from './five-nodes.ts'
import { judge, type Look, noSoak, slope, soak } from './soak.ts'

const impossible = noSoak()
const options = impossible === null ? needs('cometbft') : { skip: impossible }
const ROUNDS = 6
const ITEMS = 2048
/** Bytes an entry. A node's caches, which have bounds in bytes, take half of it until they are full. */
const MOST_MEMORY = { node: 1024, engine: 512 }
/** One of the five is given this leak, which has to be found. */
const LEAK = 2048
const MOST_HANDLES = 24
/** Both trees, the entry, its index, all signatures; CometBFT's blocks before maintenance. */
const MOST_DISK = { log: 1024, engine: 4096 }

test(`five nodes keep no more alive for ${ROUNDS * ITEMS} entries than they should, and one that leaks is found`, {
  ...options,
}, async () => {
  const five = await FiveNodes.start({ measured: true })
  try {
    await five.halt('ca', 'SIGTERM')
    await five.start('ca', { leaksBytes: LEAK })
    const { looks, load } = await soak(five, { items: ITEMS, going: (rounds) => rounds < ROUNDS, seed: 'half load' })
    const sound = judge(looks.filter(({ member }) => member !== 'ca'))
    const leaking = judge(looks.filter(({ member }) => member === 'ca'))
    const told = JSON.stringify({ sound, leaking })
    assert.ok(sound.nodePerEntry < MOST_MEMORY.node, `bytes that a node keeps alive an entry: ${told}`)
    assert.ok(leaking.nodePerEntry > LEAK, `the leak is not seen: ${told}`)
    for (const one of [sound, leaking]) {
      assert.ok(one.enginePerEntry < MOST_MEMORY.engine, `bytes that an engine keeps alive an entry: ${told}`)
      assert.ok(one.handles < MOST_HANDLES, `handles: ${told}`)
      assert.ok(one.logDiskPerEntry < MOST_DISK.log, `bytes of log and state an entry: ${told}`)
      assert.ok(one.engineDiskPerEntry < MOST_DISK.engine, `bytes of the engine an entry: ${told}`)
    }
    await agreement(five, load.accepted)
  } finally {
    await five.end()
  }
})

describe('the line through what a process holds', () => {
  const looksOf = (memory: (entries: number) => number): Look[] =>
    Array.from({ length: 9 }, (_, i) => {
      const entries = i * 1000
      return { member: 'ca', process: 'node', memory: memory(entries), handles: 40 + i, disk: 300 * entries, entries }
    })

  test('rises by what leaks an entry, and not by what it took to get warm', () => {
    assert.ok(Math.abs(judge(looksOf((entries) => 5e7 + 7 * entries)).nodePerEntry - 7) < 1e-6)
    assert.equal(judge(looksOf((entries) => 1000 * Math.min(entries, 3000))).nodePerEntry, 0)
    const found = judge(looksOf(() => 1))
    assert.ok(Math.abs(found.logDiskPerEntry - 300) < 1e-6)
    assert.ok(Math.abs(found.handles - 5) < 1e-6)
    assert.equal(slope([]), 0)
  })
})
