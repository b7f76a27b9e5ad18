/** Half load: memory, handles and the disk of every process stay where they should. `./mingzheng bench soak` is longer. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { needs } from '../capability.ts'
import { agreement } from './agreement.ts'
import { FiveNodes } from './five-nodes.ts'
import { judge, type Look, noSoak, slope, soak } from './soak.ts'

const impossible = noSoak()
const options = impossible === null ? needs('cometbft') : { skip: impossible }
const ROUNDS = 12
const ITEMS = 2048
const MOST_MEMORY = { node: 1024, engine: 1024 }
const MOST_HANDLES = 24
/** Both trees, the entry, its index, all signatures; CometBFT's blocks before maintenance. */
const MOST_DISK = { log: 1024, engine: 4096 }

test(`five nodes keep no more for ${ROUNDS * ITEMS} entries than they should`, options, async () => {
  const five = await FiveNodes.start({ measured: true })
  try {
    const soaked = await soak(five, { items: ITEMS, going: (rounds) => rounds < ROUNDS, seed: 'half load' })
    if (process.env.SOAK_TELL) {
      for (const l of soaked.looks) console.error(JSON.stringify(l))
      console.error(soaked.seconds)
    }
    const found = judge(soaked)
    console.error(found)
    assert.ok(found.nodePerEntry < MOST_MEMORY.node, `a node keeps ${found.nodePerEntry} bytes an entry alive`)
    assert.ok(found.enginePerEntry < MOST_MEMORY.engine, `an engine keeps ${found.enginePerEntry} bytes an entry alive`)
    assert.ok(found.handles < MOST_HANDLES, `handles rose by ${found.handles}`)
    assert.ok(found.logDiskPerEntry < MOST_DISK.log, `${found.logDiskPerEntry} bytes of log and state an entry`)
    assert.ok(found.engineDiskPerEntry < MOST_DISK.engine, `${found.engineDiskPerEntry} bytes of the engine an entry`)
    await agreement(five, soaked.load.accepted)
  } finally {
    await five.end()
  }
})
