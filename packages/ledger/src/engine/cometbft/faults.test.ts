import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { needs, toolPath } from '../../../../../tests/capability.ts'
import { CometConsortium } from '../../testing/comet-consortium.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test(
  'five organisations go on whichever one is killed, wait when two are gone, and lose nothing',
  needs('cometbft'),
  async (t) => {
    const five = await CometConsortium.start(temporaryFolder(), toolPath('cometbft'), 5, 'faults')
    t.after(() => five.end())

    await t.test('the engine of one is killed under load: the others go on, it comes back by itself', async () => {
      five.load(0, 2, 3, 4)
      await five.progress(0)
      const { engine } = await five.status(1)
      process.kill(engine!, 'SIGKILL')
      await five.progress(0)
      await five.until('it runs again', async () => (await five.status(1)).restarts > 0)
      await five.progress(1)
      await five.rest()
    })

    await t.test('the application of one is killed: its engine ends too, and both come back', async () => {
      five.load(0, 1, 3)
      const { engine } = await five.status(2)
      await five.members[2]!.kill()
      await five.progress(0)
      await five.until('its engine has ended', async () => !runs(engine!))
      await five.members[2]!.start()
      await five.progress(2)
      await five.rest()
    })

    await t.test(
      'two are gone: nothing new is fixed, what is accepted waits, in clear words; they return: it drains',
      async () => {
        await five.agree()
        // Of one the application alone, of the other the engine as well.
        process.kill((await five.status(4)).engine!, 'SIGKILL')
        await Promise.all([five.members[3]!.kill(), five.members[4]!.kill()])
        await five.until('the others say so', async () => (await five.status(0)).stalled === 'quorum-lost')
        const before = (await five.status(0)).size
        await five.submit(0, 500)
        await five.submit(1, 500)
        await sleep(3000)
        const { size, waiting } = await five.status(0)
        assert.deepEqual([size, waiting], [before, 500])
        await Promise.all([five.members[3]!.start(), five.members[4]!.start()])
        await five.agree()
        await five.until('nobody stalls', async () => (await five.status(0)).stalled === null)
      },
    )

    await t.test(
      'the disk of one is slow, the clock of another ten minutes off: the others are not held up',
      async () => {
        await Promise.all([five.members[1]!.kill(), five.members[2]!.kill()])
        await five.members[1]!.start({ slowDiskMs: 150 })
        await five.members[2]!.start({ clockOffMs: 600_000 })
        five.load(0, 3)
        for (let i = 0; i < 3; i++) await five.progress(0)
        await five.progress(1)
        await five.progress(2)
        // A proposer whose time is not the others' gets no vote from them: its block is not made, another's is.
        await five.until('its time is refused', async () => /not voted for: .* ms off this clock/.test(five.words(0)))
        await five.rest()
        await five.agree()
      },
    )
  },
)
