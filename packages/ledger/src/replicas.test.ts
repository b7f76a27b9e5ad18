import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { actorOf, decodeEntry } from '@mingzheng/proof'
import fc from 'fast-check'
import type { Block } from './engine/engine.ts'
import type { LedgerItem } from './ledger-client.ts'
import type { Member } from './member.ts'
import { Replica, type ReplicaOptions } from './testing/replica.ts'
import { registerContract, TEST_ORIGIN, testItem, testLedgerKeys } from './testing/test-ledger.ts'
import { encodeItem, signBatch } from './transaction.ts'

const keys = testLedgerKeys('replicas')
const START = Date.UTC(2026, 10, 24)

/** Who may not act: whose id begins with zero. The clock is later than every block: nobody takes a snapshot from its future. */
const OPTIONS: ReplicaOptions = {
  contracts: () => [registerContract],
  authorise: () => (asked) => asked.actorId[0] !== 0,
  now: START + 3_600_000,
}
const REPLICAS = 4

const operation = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key: fc.constantFrom('a', 'b', 'c'), value: fc.nat({ max: 3 }) }),
  fc.record({ kind: fc.constant('once' as const), name: fc.constantFrom('x', 'y', 'z') }),
  fc.record({ kind: fc.constant('fix' as const) }),
  fc.record({ kind: fc.constant('again' as const), back: fc.nat({ max: 20 }) }),
  fc.record({ kind: fc.constant('unknown' as const) }),
)
const replica = fc.nat(REPLICAS - 1)
const event = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('block' as const), items: fc.array(operation, { maxLength: 12 }) }),
  },
  // Each is as far as it is: some execute a block while others restart at one long past.
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('execute' as const), replica, blocks: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), replica }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), replica }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('snapshot' as const), replica, of: replica }) },
)

function itemsOf(
  operations: readonly (typeof operation extends fc.Arbitrary<infer T> ? T : never)[],
  past: LedgerItem[],
) {
  const random = seededRandom(`items ${past.length}`)
  return operations.map((one): LedgerItem => {
    const id = random(16)
    const base = { id, contract: 'register' }
    let item: LedgerItem
    switch (one.kind) {
      case 'set':
        item = { ...base, method: 'set', arguments: { key: one.key, value: one.value } }
        break
      case 'once':
        item = { ...base, method: 'once', arguments: { name: one.name } }
        break
      case 'fix':
        item = { ...base, method: 'fix', arguments: { c: random(32) } }
        break
      case 'unknown':
        item = { ...base, method: 'missing', arguments: {} }
        break
      case 'again':
        item = past[past.length - 1 - one.back] ?? { ...base, method: 'fix', arguments: { c: random(32) } }
        break
    }
    past.push(item)
    return item
  })
}

async function history(
  events: readonly (typeof event extends fc.Arbitrary<infer T> ? T : never)[],
  happened: Set<string>,
) {
  const replicas = Array.from({ length: REPLICAS }, () => new Replica(OPTIONS))
  for (const one of replicas) await one.open()
  const past: LedgerItem[] = []
  const blocks: Block[] = []
  /** What the first that reached a height held there. */
  const held = new Map<number, string>()
  let chances = 7
  const chance = (n: number) => {
    chances = (Math.imul(chances, 1_103_515_245) + 12_345) >>> 0
    return (chances >>> 8) % n
  }
  const agrees = ({ member }: Replica) => {
    const { height, appHash } = member.info()
    const there = held.get(height) ?? toHex(appHash)
    held.set(height, there)
    assert.equal(toHex(appHash), there, `at height ${height}`)
  }
  const execute = async (one: Replica, count: number) => {
    for (const block of blocks.slice(one.member.height, one.member.height + count)) {
      await one.take(block)
      agrees(one)
    }
  }
  for (const one of events) {
    if (one.kind === 'block') {
      const random = seededRandom(`transaction ${blocks.length}`)
      const items = itemsOf(one.items, past)
      const batch = await signBatch(TEST_ORIGIN, keys.gateway, random(16), items.map(encodeItem))
      const transactions = items.length === 0 ? [] : [batch.bytes, random(30)]
      blocks.push({ height: blocks.length + 1, time: START + blocks.length, clockStep: 0, transactions })
      continue
    }
    const those = replicas[one.replica]!
    if (one.kind === 'execute') await execute(those, one.blocks)
    else if (one.kind === 'restart') await those.restart()
    else if (one.kind === 'crash') await those.crash(chance)
    else if (one.kind === 'snapshot') {
      const giver = replicas[one.of]!
      if (giver === those || giver.member.height === 0) continue
      await those.beginFrom(giver)
    }
    happened.add(one.kind)
    agrees(those)
  }
  // As an engine does: every block that a member did not keep comes again.
  for (const one of replicas) await execute(one, blocks.length)
  const [first, ...others] = replicas.map(({ member }) => member)
  const entriesOf = ({ log }: Member) => Array.from({ length: log.size }, (_, index) => toHex(log.entry(index)))
  for (const other of others) {
    assert.deepEqual(other.heads, first!.heads)
    assert.deepEqual(entriesOf(other), entriesOf(first!))
  }
  for (const { member } of replicas) await member.close()
}

test('random histories, each at its own pace, with restarts, crashes and snapshots, give all the same state and log', async () => {
  const happened = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 8, maxLength: 40 }), (events) => history(events, happened)),
    { seed: 20261124, numRuns: 20 },
  )
  assert.deepEqual([...happened].sort(), ['crash', 'execute', 'restart', 'snapshot'])
})

test('an id is one effect for each actor: nobody can take an id that he saw in another’s transaction', async () => {
  const replica = new Replica(OPTIONS)
  await replica.open()
  const random = seededRandom('front-running')
  const victim = testItem(random)
  const thief = { ...testItem(random), id: victim.id }
  const batch = async (seed: string, item: LedgerItem) => {
    const { gateway } = testLedgerKeys(seed)
    const { bytes, actor } = await signBatch(TEST_ORIGIN, gateway, random(16), [encodeItem(item)])
    return { bytes, actorId: actorOf({ algorithm: 'ed25519', bytes: actor }) }
  }
  const [stolen, own] = [await batch('thief', thief), await batch('replicas', victim)]
  const transactions = [stolen.bytes, own.bytes, own.bytes]
  await replica.take({ height: 1, time: START, clockStep: 0, transactions })
  const { member } = replica
  assert.equal(member.log.size, 3)
  assert.equal(member.indexOf(victim.id, stolen.actorId), 1)
  assert.equal(member.indexOf(victim.id, own.actorId), 2)
  assert.deepEqual(decodeEntry(member.log.entry(2)).body, victim.arguments)
  await member.close()
})
