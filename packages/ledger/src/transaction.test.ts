import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CborValue, decodeCbor, encodeCbor, equalBytes } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import fc from 'fast-check'
import { packItems } from './batch-items.ts'
import type { LedgerItem } from './ledger-client.ts'
import { TEST_ORIGIN, testItem, testLedgerKeys } from './testing/test-ledger.ts'
import { copyItem, decodeItem, decodeTransaction, encodeItem, signBatch, transactionHolds } from './transaction.ts'

const { gateway } = testLedgerKeys('transaction')

async function batch(count: number, seed = 'batch', after: Uint8Array | null = null) {
  const random = seededRandom(seed)
  const items = Array.from({ length: count }, () => testItem(random))
  const id = random(16)
  const signed = await signBatch(TEST_ORIGIN, gateway, id, items.map(encodeItem), after)
  return { items, ...signed }
}

const pack = (items: readonly LedgerItem[]) => packItems(items.map((item) => ({ item, bytes: encodeItem(item) })))

describe('a transaction', () => {
  test('of a batch is the deterministic CBOR of its parts, and reads back as signed', async () => {
    for (const count of [1, 23, 24, 255, 256, 1024]) {
      const { items, bytes, id } = await batch(count)
      assert.ok(equalBytes(encodeCbor(decodeCbor(bytes)), bytes))
      const read = decodeTransaction(bytes)
      assert.deepEqual(read.items, items)
      assert.deepEqual([read.chain, read.actor, read.id], [TEST_ORIGIN, gateway.publicKey.bytes, id])
      assert.ok(transactionHolds(read))
    }
  })

  test('of a batch may name the one that goes before it', async () => {
    const after = seededRandom('before')(16)
    const { items, bytes } = await batch(2, 'after', after)
    assert.ok(equalBytes(encodeCbor(decodeCbor(bytes)), bytes))
    const read = decodeTransaction(bytes)
    assert.deepEqual([read.items, read.batch], [items, { after }])
    assert.ok(transactionHolds(read))
    assert.deepEqual(decodeTransaction((await batch(2)).bytes).batch, { after: null })
    const short = await batch(2, 'after', after.slice(1))
    assert.throws(() => decodeTransaction(short.bytes), { code: 'transaction-malformed' })
  })

  test('of the same items, id and key is the same bytes', async () => {
    assert.deepEqual((await batch(50)).bytes, (await batch(50)).bytes)
    assert.notDeepEqual((await batch(50)).bytes, (await batch(50, 'other')).bytes)
  })

  test('of a batch whose items are alike holds them in columns, and reads back as the same items', async () => {
    const random = seededRandom('columns')
    const alike = (count: number) => Array.from({ length: count }, () => testItem(random))
    const other = (args: LedgerItem['arguments']): LedgerItem => ({ ...testItem(random), arguments: args })
    const cases: { items: LedgerItem[]; members: number }[] = [
      { items: alike(1), members: 1 },
      { items: alike(2), members: 1 },
      { items: alike(4096), members: 1 },
      { items: [...alike(3), other({ c: random(32), s: random(31), n: random(32) }), ...alike(1)], members: 3 },
      { items: [...alike(2), other({ c: random(32), s: random(32) }), other({ c: 'c', s: 1, n: null })], members: 3 },
      { items: [other({ c: new Uint8Array() }), other({ c: new Uint8Array() }), other({}), other({})], members: 3 },
      {
        items: [...alike(2), { ...testItem(random), method: 'other' }, { ...testItem(random), contract: 'other' }],
        members: 3,
      },
    ]
    for (const { items, members } of cases) {
      const packed = pack(items)
      assert.equal(packed.length, members)
      const { bytes } = await signBatch(TEST_ORIGIN, gateway, random(16), packed)
      assert.ok(equalBytes(encodeCbor(decodeCbor(bytes)), bytes))
      const read = decodeTransaction(bytes)
      assert.deepEqual(read.items, items)
      assert.ok(transactionHolds(read))
    }
    const [items, together] = [cases[2]!.items, pack(cases[2]!.items)]
    const apart = items.reduce((sum, item) => sum + encodeItem(item).length, 0)
    assert.ok(together[0]!.length < 0.68 * apart)
  })

  test('with columns that do not fit each other is refused', () => {
    const body = { id: new Uint8Array(16), chain: 'c', actor: new Uint8Array(32), signature: new Uint8Array(64) }
    const batch = (...items: CborValue[]) =>
      encodeCbor({ ...body, contract: 'ledger', method: 'batch', arguments: { items } })
    const run = { ids: new Uint8Array(32), contract: 'register', method: 'fix', arguments: { c: new Uint8Array(64) } }
    assert.equal(decodeTransaction(batch(run)).items.length, 2)
    for (const bad of [
      { ...run, ids: new Uint8Array() },
      { ...run, ids: new Uint8Array(16) },
      { ...run, ids: new Uint8Array(40), arguments: {} },
      { ...run, ids: 'ids' },
      { ...run, arguments: { c: new Uint8Array(63) } },
      { ...run, arguments: { c: new Uint8Array() } },
      { ...run, arguments: { c: 'c' } },
      { ...run, arguments: { c: [] } },
      { ...run, arguments: [] },
      { ...run, arguments: { ['__proto__']: new Uint8Array(64) } },
      { ...run, id: new Uint8Array(16) },
      { ...run, contract: 'A' },
      { ids: run.ids, contract: 'register', arguments: {} },
      { ...run, ids: new Uint8Array(16 * 4097), arguments: {} },
    ]) {
      assert.throws(() => decodeTransaction(batch(bad as CborValue)), { code: 'transaction-malformed' })
    }
    const full = { ...run, ids: new Uint8Array(16 * 4096), arguments: {} }
    const one = { id: new Uint8Array(16), contract: 'register', method: 'fix', arguments: {} }
    assert.equal(decodeTransaction(batch(full)).items.length, 4096)
    for (const more of [one, run]) {
      assert.throws(() => decodeTransaction(batch(full, more)), { code: 'transaction-malformed' })
    }
  })

  test('may be one call without a batch', async () => {
    const random = seededRandom('single')
    const { id, contract, method, arguments: args } = testItem(random)
    const actor = gateway.publicKey.bytes
    const body = { id, contract, method, arguments: args as { [key: string]: CborValue }, actor, chain: TEST_ORIGIN }
    const signature = await gateway.sign(Buffer.concat([Buffer.from('mingzheng transaction v1\n'), encodeCbor(body)]))
    const read = decodeTransaction(encodeCbor({ ...body, signature }))
    assert.ok(transactionHolds(read))
    assert.deepEqual(read.items, [{ id, contract, method, arguments: args }])
  })

  test('with any byte changed is no transaction, or not signed', async () => {
    const random = seededRandom('changed')
    const packed = pack([testItem(random), testItem(random), { ...testItem(random), method: 'other' }])
    const { bytes } = await signBatch(TEST_ORIGIN, gateway, random(16), packed)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = bytes.slice()
        changed[at]! ^= change
        try {
          return !transactionHolds(decodeTransaction(changed))
        } catch (error) {
          return (error as { code?: string }).code === 'transaction-malformed'
        }
      }),
      { seed: 20261124, numRuns: 2000 },
    )
  })

  test('cut off, prolonged, too long, or of arbitrary bytes is refused by name', async () => {
    const { bytes } = await batch(2)
    for (const bad of [bytes.subarray(0, -1), Buffer.concat([bytes, Uint8Array.of(0)]), new Uint8Array(3 << 20)]) {
      assert.throws(() => decodeTransaction(bad), { code: 'transaction-malformed' })
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        assert.throws(() => decodeTransaction(noise), { code: 'transaction-malformed' })
      }),
      { seed: 20261124 },
    )
  })

  test('with a field too many, an empty batch, or a batch in a batch that is no item is refused', async () => {
    const body = { id: new Uint8Array(16), chain: 'c', actor: new Uint8Array(32), signature: new Uint8Array(64) }
    const call = { contract: 'ledger', method: 'batch' }
    for (const bad of [
      { ...body, ...call, arguments: { items: [] } },
      { ...body, ...call, arguments: {} },
      { ...body, ...call, arguments: { items: [{ id: new Uint8Array(16) }] } },
      { ...body, ...call, arguments: { items: [1] } },
      { ...body, contract: 'a', method: 'b', arguments: {}, extra: 1 },
      { ...body, contract: 'A', method: 'b', arguments: {} },
      { ...body, contract: 'a', method: 'b', arguments: [] },
      { ...body, id: new Uint8Array(15), contract: 'a', method: 'b', arguments: {} },
    ]) {
      assert.throws(() => decodeTransaction(encodeCbor(bad)), { code: 'transaction-malformed' })
    }
  })
})

describe('an item', () => {
  test('reads back as it was written', () => {
    const item = testItem(seededRandom('item'))
    assert.deepEqual(decodeItem(encodeItem(item)), item)
  })

  test('is copied whole, without absent arguments: its giver may go on using it', () => {
    const item = testItem(seededRandom('item'))
    const c = item.arguments.c as Uint8Array
    const given = { ...item, arguments: { c, list: [{ deep: c }], n: undefined } }
    const copy = copyItem(given)
    const before = encodeItem(copy)
    c.fill(0)
    item.id.fill(0)
    assert.deepEqual(encodeItem(copy), before)
    assert.deepEqual(Object.keys(copy.arguments), ['c', 'list'])
  })
})
