import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { digest, toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import type { Block, Snapshot } from '../engine/engine.ts'
import type { LedgerItem } from '../ledger-client.ts'
import { Replica } from '../testing/replica.ts'
import { registerContract, TEST_ORIGIN, testItem, testLedgerKeys } from '../testing/test-ledger.ts'
import { encodeItem, signBatch } from '../transaction.ts'
import { decodeManifest, encodeManifest, manifestHash } from './manifest.ts'

const START = Date.UTC(2026, 10, 24)
const keys = testLedgerKeys('snapshots')
const options = { contracts: () => [registerContract] }

/** Blocks of `each` items, every fifth of which writes state. */
async function blocks(count: number, each: number, from = 1): Promise<Block[]> {
  const random = seededRandom(`snapshot blocks ${from}`)
  const made: Block[] = []
  for (let height = from; height < from + count; height++) {
    const items = Array.from({ length: each }, (_, i): LedgerItem => {
      if (i % 5 !== 0) return testItem(random)
      return { id: random(16), contract: 'register', method: 'once', arguments: { name: toHex(random(20)) } }
    })
    const { bytes } = await signBatch(TEST_ORIGIN, keys.gateway, random(16), items.map(encodeItem))
    made.push({ height, time: START + height, clockStep: 0, transactions: [bytes] })
  }
  return made
}

/** A member with history, its snapshot, and the app hash that the others voted for. */
async function giver(count = 9, each = 600) {
  const replica = new Replica(options)
  await replica.open()
  for (const block of await blocks(count, each)) await replica.take(block)
  const height = await replica.member.takeSnapshot()
  const [snapshot] = await replica.member.snapshots.list()
  const { appHash } = replica.member.info()
  const chunk = async (i: number) => (await replica.member.snapshots.load(height, 1, i))!
  return { replica, snapshot: snapshot!, appHash, chunk }
}

async function newcomer(): Promise<Replica> {
  const replica = new Replica(options)
  await replica.open()
  return replica
}

describe('a new member', () => {
  test('takes over log and state from a snapshot, and goes on as if it had executed every block', async () => {
    const { replica, snapshot, appHash, chunk } = await giver()
    assert.ok(snapshot.chunks > 5)
    const fresh = await newcomer()
    assert.equal(await fresh.member.snapshots.offer(snapshot, appHash), 'accept')
    for (let i = 0; i < snapshot.chunks; i++)
      assert.equal(await fresh.member.snapshots.apply(i, await chunk(i)), 'accept')
    assert.deepEqual(fresh.member.info(), replica.member.info())
    assert.deepEqual(fresh.member.heads, replica.member.heads)
    assert.deepEqual(fresh.member.log.entry(3000), replica.member.log.entry(3000))
    assert.equal(fresh.member.lastTime, replica.member.lastTime)
    await fresh.restart()
    for (const block of await blocks(3, 40, 10)) assert.equal(await fresh.take(block), await replica.take(block))
    // Nothing comes twice: the ids of the log that was taken over are known.
    const [again] = await blocks(1, 600)
    const size = fresh.member.log.size
    await fresh.take({ ...again!, height: 13, time: START + 13 })
    assert.equal(fresh.member.log.size, size)
    for (const { member } of [replica, fresh]) await member.close()
  })

  test('names the chunk that is wrong, keeps nothing of it, and takes the right one afterwards', async () => {
    const { replica, snapshot, appHash, chunk } = await giver(3, 300)
    const fresh = await newcomer()
    const { snapshots } = fresh.member
    await snapshots.offer(snapshot, appHash)
    const random = seededRandom('wrong chunks')
    for (let i = 0; i < snapshot.chunks; i++) {
      const right = await chunk(i)
      const wrong = right.slice()
      wrong[random(4).reduce((sum, byte) => sum * 256 + byte) % wrong.length]! ^= 1
      assert.equal(await snapshots.apply(i, wrong), 'retry')
      assert.equal(await snapshots.apply(i, right.subarray(0, right.length - 1)), 'retry')
      assert.equal(await snapshots.apply(i, new Uint8Array([...right, 0])), 'retry')
      assert.equal(await snapshots.apply(i, right), 'accept')
    }
    assert.deepEqual(fresh.member.info(), replica.member.info())
    for (const { member } of [replica, fresh]) await member.close()
  })

  test('refuses a snapshot that is not what the members voted for, whatever in it differs', async () => {
    const { replica, snapshot, appHash } = await giver(2, 100)
    const fresh = await newcomer()
    const offer = (change: Partial<Snapshot>, hash = appHash) =>
      fresh.member.snapshots.offer({ ...snapshot, ...change }, hash)
    const manifest = decodeManifest(snapshot.metadata)
    const forged = (change: object) => {
      const metadata = encodeManifest({ ...manifest, ...change })
      return { metadata, hash: digest('sha256', metadata) }
    }
    assert.equal(await offer({ format: 2 }), 'reject-format')
    assert.equal(await offer({ height: snapshot.height + 1 }), 'reject')
    assert.equal(await offer({ chunks: snapshot.chunks + 1 }), 'reject')
    assert.equal(await offer({ hash: new Uint8Array(32) }), 'reject')
    assert.equal(await offer({}, new Uint8Array(32)), 'reject')
    assert.equal(await offer(forged({ origin: 'another.test/330000/00000000' })), 'reject')
    assert.equal(await offer(forged({ time: START + 3_600_000 })), 'reject')
    const [first, ...rest] = manifest.log
    assert.equal(await offer(forged({ log: [{ ...first!, sha256: new Uint8Array(32) }, ...rest] })), 'reject')
    assert.equal(
      await offer(forged({ state: manifest.state.map((vector) => vector.map((byte) => byte ^ 1)) })),
      'reject',
    )
    assert.equal(await offer(forged({ log: rest, size: manifest.size - 2 ** first!.level })), 'reject')
    const torn = snapshot.metadata.subarray(1)
    assert.equal(await offer({ metadata: torn, hash: digest('sha256', torn) }), 'reject')
    assert.deepEqual(manifestHash(manifest), appHash)
    assert.equal(await offer({}), 'accept')
    for (const { member } of [replica, fresh]) await member.close()
  })

  test('that was interrupted begins again, and one that has history takes none', async () => {
    const { replica, snapshot, appHash, chunk } = await giver()
    const fresh = await newcomer()
    await fresh.member.snapshots.offer(snapshot, appHash)
    for (let i = 0; i < 3; i++) await fresh.member.snapshots.apply(i, await chunk(i))
    await fresh.restart()
    assert.deepEqual([fresh.member.height, fresh.member.log.size], [0, 1])
    await fresh.beginFrom(replica)
    assert.deepEqual(fresh.member.info(), replica.member.info())
    assert.equal(await replica.member.snapshots.offer(snapshot, appHash), 'reject')
    assert.equal(await fresh.member.snapshots.apply(0, await chunk(0)), 'reject')
    for (const { member } of [replica, fresh]) await member.close()
  })

  test('skips nothing: chunks come in their order only', async () => {
    const { replica, snapshot, appHash, chunk } = await giver(3, 300)
    const fresh = await newcomer()
    await fresh.member.snapshots.offer(snapshot, appHash)
    assert.equal(await fresh.member.snapshots.apply(1, await chunk(1)), 'reject')
    assert.equal(await fresh.member.snapshots.apply(0, await chunk(0)), 'accept')
    assert.equal(await fresh.member.snapshots.apply(0, await chunk(0)), 'reject')
    for (const { member } of [replica, fresh]) await member.close()
  })
})

describe('a member’s snapshots', () => {
  test('are of its last block, though an earlier one is just being settled', async () => {
    const replica = new Replica(options)
    await replica.open()
    const { files } = replica
    const store = files.store.bind(files)
    files.store = async (...args) => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      await store(...args)
    }
    // The 64th block begins a settlement, which the slow disk keeps.
    for (const block of await blocks(65, 2)) await replica.take(block)
    const height = await replica.member.takeSnapshot()
    const snapshot = (await replica.member.snapshots.list())[0]!
    const { appHash } = replica.member.info()
    assert.equal(height, 65)
    assert.equal(snapshot.height, 65)
    assert.deepEqual(manifestHash(decodeManifest(snapshot.metadata)), appHash)
    await replica.member.close()
  })

  test('outlive its restart, are torn by no crash, and the oldest go', async () => {
    const { replica, snapshot } = await giver(2, 100)
    await replica.restart()
    assert.deepEqual(await replica.member.snapshots.list(), [snapshot])
    for (const block of await blocks(5, 10, 3)) {
      await replica.take(block)
      await replica.member.takeSnapshot()
    }
    const heights = (await replica.member.snapshots.list()).map(({ height }) => height)
    assert.deepEqual(heights, [7, 6, 5, 4])
    assert.equal(await replica.member.snapshots.load(2, 1, 0), null)
    assert.equal(await replica.member.snapshots.load(7, 1, 10_000), null)
    await replica.crash(() => 0)
    for (const { height, chunks, format } of await replica.member.snapshots.list()) {
      for (let i = 0; i < chunks; i++) assert.ok((await replica.member.snapshots.load(height, format, i)) !== null)
    }
    await replica.member.close()
  })
})
