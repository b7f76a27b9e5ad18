/**
 * What machines, networks, disks and clocks do to five organisations, under load and with everything seeded: the others go on, it
 * is said in words, it comes back by itself, and in the end all logs are the same to the last byte, with all that was accepted, once,
 * in its order.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { verifyReceipt } from '@mingzheng/proof'
import { needs } from '../capability.ts'
import { makeSmallDisk, noSmallDisk, type SmallDisk } from '../faults/disk.ts'
import { agreement } from './agreement.ts'
import { FiveNodes, type MemberId, until } from './five-nodes.ts'
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
      const engine = (await five.engine('notary'))!
      process.kill(engine, 'SIGKILL')
      await progress('regulator', 'court')
      await until('its engine runs again', async () => ![null, engine].includes(await five.engine('notary')))
      await progress('notary')
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
      await load.stop()
      await Promise.all([five.start('court'), five.start('ca')])
      await agree()
    },
  )
})
