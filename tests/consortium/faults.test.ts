/**
 * What machines, networks, disks and clocks do to five organisations, under load and with everything seeded: the others go on, it
 * is said in words, it comes back by itself, and in the end all logs are the same to the last byte, with all that was accepted, once,
 * in its order.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { verifyReceipt } from '@mingzheng/proof'
import { needs } from '../capability.ts'
import { makeSmallDisk, noSmallDisk, type SmallDisk } from '../faults/disk.ts'
import { agreement } from './agreement.ts'
import { FiveNodes, MEMBERS, type MemberId, until } from './five-nodes.ts'
import { SteadyLoad } from './steady-load.ts'

const options = needs('cometbft')
const noDisk = noSmallDisk()
const SEED = process.env.FAULTS_SEED ?? 'five organisations'

describe(`faults among five nodes (seed "${SEED}")`, { concurrency: false, ...options }, () => {
  let five: FiveNodes
  let load: SteadyLoad
  const disks: SmallDisk[] = []

  before(async () => {
    if (options.skip !== undefined) return
    five = await FiveNodes.start({
      links: SEED,
      async prepare(folder) {
        if (noDisk !== null) return
        for (const part of ['ledger', 'comet']) disks.push(await makeSmallDisk(join(folder, 'forensic', part), 96))
      },
    })
    load = new SteadyLoad(five, { seed: SEED })
  })
  after(async () => {
    await load?.stop().catch(() => undefined)
    for (const disk of disks) await disk.remove()
    await five?.end()
  })

  const progress = async (...members: MemberId[]) => {
    for (const id of members) {
      const { size } = await five.health(id)
      await until(`${id} goes on`, async () => (await five.health(id)).size > size)
    }
  }
  const said = (id: MemberId, state: string | RegExp) =>
    until(`${id} says ${state}`, async () => {
      const health = await five.health(id)
      return typeof state === 'string' ? health.state === state : state.test(`${health.state} ${health.detail}`)
    })
  const agree = async () => {
    await load.stop()
    return agreement(five, load.accepted)
  }

  test(
    'one is killed under load: its engine, its application, both; the others go on, it comes back',
    options,
    async () => {
      load.start('regulator', 'court', 'notary', 'ca')
      await progress('regulator')
      // By force, and in order: then it ends with exit code 0, which says nothing of whether it should.
      for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
        const engine = (await five.engine('notary'))!
        process.kill(engine, signal)
        await progress('regulator', 'court')
        await until('its engine runs again', async () => ![null, engine].includes(await five.engine('notary')))
        await progress('notary')
      }
      await five.killApplication('court')
      await progress('regulator', 'ca')
      await five.start('court')
      await progress('court')
      await five.halt('ca', 'SIGKILL')
      await progress('regulator', 'court')
      await five.start('ca')
      await progress('ca')
      await agree()
    },
  )

  test(
    'two are gone: nothing new is fixed, what is accepted waits; they return: all of it is fixed in its order',
    options,
    async () => {
      load.start('regulator', 'notary')
      await progress('regulator')
      await Promise.all([five.killApplication('court'), five.halt('ca', 'SIGKILL')])
      await said('regulator', 'quorum-lost')
      assert.match((await five.health('regulator')).words.en, /nothing can be fixed now/)
      const { size, witnessedSize } = await five.health('regulator')
      const more = load.count
      await until('more is accepted', async () => load.count > more + 200)
      assert.equal((await five.health('regulator')).size, size)
      const { policy } = await five.client('forensic')
      const receipt = await (await five.client('forensic')).receipt({ index: witnessedSize - 1 })
      assert.equal(
        verifyReceipt({ entry: receipt.entry, proof: receipt.proof, profile: 'sha256', policy }).verdict,
        'verified',
      )
      // What waits in CometBFT's memory is lost with it; what is accepted meanwhile must not stand before it.
      const left = ['regulator', 'notary', 'forensic'] as const
      const engines = await Promise.all(left.map((id) => five.engine(id)))
      for (const engine of engines) process.kill(engine!, 'SIGKILL')
      for (const [i, id] of left.entries()) {
        await until(`the engine of ${id} runs again`, async () => ![null, engines[i]].includes(await five.engine(id)))
      }
      const later = load.count
      await until('more is accepted', async () => load.count > later + 200)
      await load.stop()
      await Promise.all([five.start('court'), five.start('ca')])
      await agree()
    },
  )

  test(
    'three stop where they are, with their connections open: it is said that nothing can be fixed; they go on: all is fixed',
    options,
    async () => {
      const stopped = ['court', 'forensic', 'ca'] as const
      load.start('regulator', 'notary')
      await progress('regulator')
      try {
        for (const id of stopped) await five.hang(id, 'SIGSTOP')
        for (const id of ['regulator', 'notary'] as const) {
          await said(id, 'quorum-lost')
          assert.match((await five.health(id)).words.en, /fewer than a quorum are here: nothing can be fixed now/)
        }
        const { size } = await five.health('regulator')
        const more = load.count
        await until('more is accepted', async () => load.count > more + 100)
        assert.equal((await five.health('regulator')).size, size)
      } finally {
        for (const id of stopped) await five.hang(id, 'SIGCONT')
      }
      await progress('regulator')
      await said('regulator', 'ready')
      await agree()
    },
  )

  test(
    'one is parted from the others without a word, then cut off: they go on; it says so, and catches up',
    options,
    async () => {
      const others = ['regulator', 'court', 'notary', 'forensic'] as const
      load.start('regulator', 'notary', 'ca')
      await progress('regulator')
      five.links.part(['ca'], others)
      const { size } = await five.health('ca')
      await progress(...others)
      await progress(...others)
      // What was under way when the network broke may have arrived.
      assert.ok((await five.health('ca')).size < (await five.health('regulator')).size, `${size}`)
      five.links.heal()
      await progress('ca')
      five.links.cut(['ca'], others)
      await said('ca', 'quorum-lost')
      await progress(...others)
      five.links.heal()
      await progress('ca')
      await agree()
    },
  )

  test('two, two and one: nobody fixes anything; the network heals: everybody has everything', options, async () => {
    load.start('regulator', 'notary', 'ca')
    await progress('ca')
    five.links.part(['regulator', 'court'], ['notary', 'forensic'], ['ca'])
    let size = -1
    await until('nothing moves any more', async () => {
      const before = size
      size = (await five.health('regulator')).size
      await pause(1000)
      return size === before
    })
    const more = load.count
    await until('more is accepted', async () => load.count > more + 100)
    const sizes = await Promise.all(MEMBERS.map(async (id) => (await five.health(id)).size))
    assert.ok(
      sizes.every((one) => one <= size),
      sizes.join(),
    )
    five.links.heal()
    await agree()
  })

  test(
    'a link that comes and goes, and one over which a member is not heard, hold up nobody else',
    options,
    async () => {
      load.start('regulator', 'court', 'notary')
      for (let round = 0; round < 5; round++) {
        five.links.cut(['court'], ['regulator', 'notary', 'forensic', 'ca'])
        await pause(400)
        five.links.heal()
        await pause(600)
      }
      await progress('regulator', 'notary')
      for (const id of MEMBERS) if (id !== 'notary') five.links.holdOneWay('notary', id)
      await progress('regulator', 'court', 'forensic', 'ca')
      five.links.heal()
      await progress('notary', 'court')
      await agree()
    },
  )

  test('over lines of 200 ms with jitter and loss it is slower, and all the same', options, async () => {
    five.links.weather(MEMBERS, { delayMs: 200, jitterMs: 60, lostOneOf: 60, againMs: 1000 })
    load.start('regulator', 'court', 'notary')
    await progress(...MEMBERS)
    await progress(...MEMBERS)
    await load.stop()
    five.links.heal()
    await agree()
  })

  test(
    'the disk of one is slow, the clock of another ten minutes ahead, then behind: nobody is held up',
    options,
    async () => {
      load.start('regulator', 'notary')
      await five.halt('court', 'SIGTERM')
      await five.start('court', { slowDiskMs: 150 })
      for (const clockOffMs of [600_000, -600_000]) {
        await five.halt('ca', 'SIGTERM')
        await five.start('ca', { clockOffMs })
        await progress('regulator', 'court', 'ca')
        await progress('regulator', 'court', 'ca')
        if (clockOffMs < 0) await said('ca', 'clock-behind')
      }
      for (const id of ['court', 'ca'] as const) {
        await five.halt(id, 'SIGTERM')
        await five.start(id)
      }
      await load.stop()
      const times: number[] = []
      await agreement(five, load.accepted, ({ time }) => times.push(time))
      assert.ok(
        times.every((time, i) => time >= (times[i - 1] ?? 0)),
        'ledger time never goes back',
      )
      assert.ok(
        times.every((time) => time < Date.now() + 10_000),
        'no wrong time stands on the ledger',
      )
    },
  )

  for (const [at, part] of (['ledger', 'comet'] as const).entries()) {
    const where = part === 'ledger' ? 'the ledger’s folder' : 'CometBFT’s folder'
    test(`the disk of one is full under ${where}: the others go on; there is room again: it comes back by itself`, {
      ...options,
      ...(noDisk === null ? {} : { skip: noDisk }),
    }, async () => {
      load.start('regulator', 'court', 'notary')
      await progress('forensic')
      await disks[at]!.fill()
      await said('forensic', 'storage-full')
      await progress('regulator', 'court', 'notary', 'ca')
      await disks[at]!.empty()
      await said('forensic', 'ready')
      await progress('forensic')
      await agree()
    })
  }
})
