import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bytes, concat, digest } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { needs, toolPath } from '../../../../../tests/capability.ts'
import { type CometMember, cometMembers, startComet } from '../../testing/comet-rig.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import type { Application, Block } from '../engine.ts'
import { compactBlocks } from './compaction.ts'
import { lastEndOfHeight } from './write-ahead.ts'

const MEGABYTE = 1024 * 1024

/** Keeps a hash of everything and every block at once. */
class Hashing implements Application {
  #height = 0
  #hash: Bytes = new Uint8Array(32)
  transactions = 0

  info() {
    return { height: this.#height, appHash: this.#hash }
  }

  check() {
    return null
  }

  propose() {
    return { time: 1_000_000, clockStep: 0 }
  }

  judge() {
    return null
  }

  async finalize(block: Block): Promise<Bytes> {
    if (block.height === this.#height) return this.#hash
    for (const transaction of block.transactions) this.#hash = digest('sha256', concat(this.#hash, transaction))
    this.transactions += block.transactions.length
    this.#height = block.height
    return this.#hash
  }

  async commit() {
    return { retainFrom: this.#height }
  }
}

test(
  'maintenance gives back the room of old blocks; the member goes on, and can be started again',
  needs('cometbft'),
  async (t) => {
    const [member] = (await cometMembers(temporaryFolder(), 1, t.name)) as [CometMember]
    const application = new Hashing()
    const start = () => startComet(member, toolPath('cometbft'), application, { tuning: { keepBlocks: 5 } })
    let engine = await start()
    t.after(() => engine.stop())
    const random = seededRandom(t.name)
    const order = async (bytes: number) => {
      const { transactions } = application
      await engine.submit(random(bytes))
      for (let waited = 0; application.transactions === transactions; waited += 5) {
        assert.ok(waited < 60_000)
        await sleep(5)
      }
    }
    for (let i = 0; i < 60; i++) await order(300_000)
    const { before, after } = await engine.maintain()
    t.diagnostic(`${before} bytes became ${after}`)
    assert.ok(before > 10 * MEGABYTE, `${before}`)
    assert.ok(after < 5 * MEGABYTE, `${before} -> ${after}`)
    await order(100)
    await engine.stop()
    engine = await start()
    await order(100)
    assert.equal(application.transactions, 62)
    await assert.rejects(
      async () => {
        await engine.stop()
        await engine.maintain()
      },
      { code: 'ledger-closed' },
    )
  },
)

test('of what CometBFT wrote ahead, everything from the end of the last height on is kept', () => {
  const frame = (...message: number[]) => [0, 0, 0, 0, 0, 0, 0, message.length, ...message]
  const ended = frame(0x0a, 1, 9, 0x12, 4, 0x22, 2, 0x08, 7)
  const vote = frame(0x0a, 1, 9, 0x12, 2, 0x12, 0)
  assert.equal(lastEndOfHeight(Uint8Array.from([...vote, ...ended, ...vote, ...ended, ...vote])), 47)
  assert.equal(lastEndOfHeight(Uint8Array.from([...ended, ...vote, 0, 0, 0, 0, 0, 0, 9, 9, 1])), 0)
  assert.equal(lastEndOfHeight(Uint8Array.from([...vote, ...vote])), null)
  assert.equal(lastEndOfHeight(new Uint8Array()), null)
  assert.equal(lastEndOfHeight(new Uint8Array(500).fill(0xff)), null)
})

test('maintenance by a program that is not there fails by name', async () => {
  await assert.rejects(compactBlocks(temporaryFolder(), '/nowhere/cometbft'), { code: 'engine-start' })
})
