import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock, toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { actorOf, decodeEntry } from '@mingzheng/proof'
import fc from 'fast-check'
import { ContractRuntime } from './contract/runtime.ts'
import type { Block } from './engine/engine.ts'
import type { LedgerItem } from './ledger-client.ts'
import { LedgerTime } from './ledger-time.ts'
import { Member } from './member.ts'
import { MemoryFiles } from './testing/memory-files.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'
import { registerContract, TEST_ORIGIN, testItem, testLedgerKeys, testPolicy } from './testing/test-ledger.ts'
import { encodeItem, signBatch } from './transaction.ts'
import { TransactionReader } from './transaction-reader.ts'

const keys = testLedgerKeys('replicas')
const START = Date.UTC(2026, 10, 24)

/** A member without engine, fed by the test. */
class Replica {
  files = new MemoryFiles()
  readonly #folder: string
  member!: Member

  constructor(folder: string) {
    this.#folder = folder
  }

  async open(): Promise<void> {
    this.member = await Member.open({
      files: this.files,
      folder: this.#folder,
      beginning: { origin: TEST_ORIGIN, policy: testPolicy(keys), actor: actorOf(keys.log.publicKey) },
      runtime: new ContractRuntime([registerContract], ({ actorId }) => actorId[0] !== 0),
      reader: new TransactionReader(),
      time: new LedgerTime({ clock: manualClock(START) }),
      committed: () => undefined,
      settled: () => undefined,
      grown: () => undefined,
      stalled: () => undefined,
      idleMs: 60_000,
      retryMs: 1,
    })
  }

  async take(block: Block): Promise<string> {
    const hash = toHex(await this.member.finalize(block))
    await this.member.commit()
    return hash
  }
}

const operation = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key: fc.constantFrom('a', 'b', 'c'), value: fc.nat({ max: 3 }) }),
  fc.record({ kind: fc.constant('once' as const), name: fc.constantFrom('x', 'y', 'z') }),
  fc.record({ kind: fc.constant('fix' as const) }),
  fc.record({ kind: fc.constant('again' as const), back: fc.nat({ max: 20 }) }),
  fc.record({ kind: fc.constant('unknown' as const) }),
)
const event = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('block' as const), items: fc.array(operation, { maxLength: 12 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('restart' as const, 'crash' as const), replica: fc.nat(1) }),
  },
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

async function history(events: readonly (typeof event extends fc.Arbitrary<infer T> ? T : never)[]) {
  const replicas = [new Replica(temporaryFolder()), new Replica(temporaryFolder())]
  for (const replica of replicas) await replica.open()
  const past: LedgerItem[] = []
  const blocks: Block[] = []
  let chances = 7
  const chance = (n: number) => {
    chances = (Math.imul(chances, 1_103_515_245) + 12_345) >>> 0
    return (chances >>> 8) % n
  }
  for (const one of events) {
    if (one.kind === 'block') {
      const random = seededRandom(`transaction ${blocks.length}`)
      const items = itemsOf(one.items, past)
      const batch = await signBatch(TEST_ORIGIN, keys.gateway, random(16), items.map(encodeItem))
      const transactions = items.length === 0 ? [] : [batch.bytes, random(30)]
      const block = { height: blocks.length + 1, time: START + blocks.length, clockStep: 0, transactions }
      blocks.push(block)
      const [first, second] = [await replicas[0]!.take(block), await replicas[1]!.take(block)]
      assert.equal(first, second)
      continue
    }
    const replica = replicas[one.replica]!
    const before = replica.member.info()
    if (one.kind === 'restart') {
      await replica.member.close()
    } else {
      const survived = replica.files.crash(chance)
      replica.files.fault = () => ({ when: 'lost' })
      await replica.member.close()
      replica.files = survived
    }
    await replica.open()
    // As an engine does: every block that the member did not keep comes again.
    for (const block of blocks.slice(replica.member.height)) await replica.take(block)
    assert.equal(toHex(replica.member.info().appHash), toHex(before.appHash))
  }
  const [first, second] = replicas.map(({ member }) => member)
  assert.deepEqual(first!.heads, second!.heads)
  assert.deepEqual(
    Array.from({ length: first!.log.size }, (_, index) => toHex(first!.log.entry(index))),
    Array.from({ length: second!.log.size }, (_, index) => toHex(second!.log.entry(index))),
  )
  for (const { member } of replicas) await member.close()
}

test('random histories with restarts and crashes give every replica the same state and the same log', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 5, maxLength: 25 }), (events) => history(events)),
    { seed: 20261124, numRuns: 20 },
  )
})

test('an id is one effect for each actor: nobody can take an id that he saw in another’s transaction', async () => {
  const replica = new Replica(temporaryFolder())
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
