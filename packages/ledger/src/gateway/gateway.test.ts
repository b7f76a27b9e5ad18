import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CborValue, decodeCbor, type Signer, toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { decodeEntry } from '@mingzheng/proof'
import { unpackItems } from '../batch-items.ts'
import { openLedger } from '../ledger.ts'
import type { LedgerItem } from '../ledger-client.ts'
import { MemoryFiles } from '../testing/memory-files.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { testItem, testLedgerOptions } from '../testing/test-ledger.ts'
import { encodeRecord } from './records.ts'
import { recoverRecords } from './recover.ts'

/** Of a signed batch: which items it holds; what it names as going before it depends on what was executed. */
function itemIds(message: Uint8Array): string {
  const { arguments: given } = decodeCbor(message.subarray(message.indexOf(0x0a) + 1)) as {
    arguments: { items: CborValue }
  }
  const items = unpackItems(given.items)
  assert.ok(typeof items !== 'string')
  return items.map(({ id }) => toHex(id)).join()
}

/** A crash that loses nothing that was written, synced or not. */
const everythingStays = (n: number) => (n === 2 ? 0 : 1)

describe('the gateway', () => {
  test('sends again, after a crash, the same transactions as before', async (t) => {
    const files = new MemoryFiles()
    const signed: string[][] = []
    const { keys, ...rest } = testLedgerOptions(temporaryFolder(), { files })
    const recording = (): Signer => {
      const life: string[] = []
      signed.push(life)
      return {
        publicKey: keys.gateway.publicKey,
        sign: (message) => {
          life.push(itemIds(message))
          return keys.gateway.sign(message)
        },
      }
    }
    const random = seededRandom('again')
    const items = Array.from({ length: 20 }, () => testItem(random))
    const first = {
      ...rest,
      keys: { ...keys, gateway: recording() },
      tuning: { gatherMs: 1, batchItems: 3, retryMs: 5 },
    }
    const ledger = await openLedger(first)
    files.fault = (operation, path) =>
      operation !== 'read' && path.includes('/engine/') ? { when: 'lost', code: 'storage-full' } : null
    await ledger.submit(items)
    while (signed[0]!.length < 7) await new Promise((resolve) => setTimeout(resolve, 5))
    const survived = files.crash(everythingStays)
    files.fault = () => ({ when: 'lost' })
    await ledger.close()
    // Gathered anew they would all go under one signature.
    const second = { ...rest, files: survived, keys: { ...keys, gateway: recording() }, tuning: { gatherMs: 1 } }
    const again = await openLedger(second)
    t.after(() => again.close())
    await Promise.all(items.map(({ id }) => again.wait(id, 'witnessed')))
    assert.deepEqual(signed[1], signed[0])
  })

  test('does not send again what was refused, even if it would not be refused any more', async (t) => {
    const files = new MemoryFiles()
    const options = testLedgerOptions(temporaryFolder(), { files, tuning: { idleMs: 60_000 } })
    const random = seededRandom('refused')
    const call = (method: string): LedgerItem => ({
      id: random(16),
      contract: 'register',
      method,
      arguments: { name: 'x' },
    })
    const [first, second, free] = [call('once'), call('once'), call('free')]
    const ledger = await openLedger(options)
    await ledger.submit([first, second])
    await assert.rejects(ledger.wait(second.id, 'ordered'), { code: 'ledger-item-refused' })
    await ledger.submit([free])
    await ledger.wait(free.id, 'witnessed')
    const survived = files.crash(everythingStays)
    files.fault = () => ({ when: 'lost' })
    await ledger.close()
    const again = await openLedger({ ...options, files: survived })
    t.after(() => again.close())
    const last = testItem(random)
    await again.submit([last])
    await again.wait(last.id, 'witnessed')
    assert.equal((await again.standing(second.id))?.kind, 'refused')
    const kinds = (await again.entries(1, 10)).map(({ entry }) => decodeEntry(entry).kind)
    assert.deepEqual(kinds, ['register.once', 'register.free', 'register.fix'])
    // Sent anew by who wants it, it is judged anew.
    await again.submit([second])
    assert.equal((await again.wait(second.id, 'witnessed')).kind, 'witnessed')
  })

  test('reads its records strictly', () => {
    const frame = (payload: Uint8Array) => [{ number: 0, payload }]
    const items = encodeRecord({ kind: 'items', first: 5, items: [Uint8Array.of(1), Uint8Array.of(2)] })
    assert.equal(recoverRecords(frame(items)).next, 7)
    assert.throws(() => recoverRecords(frame(items.slice(0, -1))), { code: 'journal-corrupt' })
    assert.throws(() => recoverRecords(frame(Uint8Array.of(0xa0))), { code: 'journal-corrupt' })
  })
})
