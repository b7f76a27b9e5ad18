import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { equalBytes } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { verifyReceipt } from '@mingzheng/proof'
import { openLedger } from '../ledger.ts'
import type { MemberLedger } from '../ledger-client.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { testItem, testLedgerOptions } from '../testing/test-ledger.ts'
import { LightCopy, type LightSource } from './light-copy.ts'

const random = seededRandom('light copy')

describe('a light copy', () => {
  test('takes the log, checks it, follows it, and hands out receipts that verify', async (t) => {
    const ledger = await ledgerOf(t)
    const copy = copyOf(t, ledger, [sourceOf('one', ledger)])
    await grow(ledger, 300)
    assert.deepEqual(await copy.follow(), [{ id: 'one', state: 'same', size: 301 }])
    await grow(ledger, 5)
    await copy.follow()
    assert.equal(copy.size, 306)
    assert.deepEqual(copy.rootsAt(306), ledger.rootsAt(306))
    for (const index of [0, 255, 256, 305]) {
      const { entry, proof, proofSm3 } = copy.receipt(index)
      assert.equal(verifyReceipt({ entry, proof, profile: 'sha256', policy: ledger.policy }).verdict, 'verified')
      assert.equal(verifyReceipt({ entry, proof: proofSm3, profile: 'sm3', policy: ledger.policy }).verdict, 'verified')
    }
    assert.throws(() => copy.receipt(306), { code: 'ledger-not-found' })
  })

  test('finds entries by commitment and number, as the ledger does', async (t) => {
    const ledger = await ledgerOf(t)
    const copy = copyOf(t, ledger, [sourceOf('one', ledger)])
    const [item] = await grow(ledger, 20)
    await copy.follow()
    const { c, n } = item!.arguments as { c: Uint8Array; n: Uint8Array }
    assert.deepEqual(copy.lookup(c), await ledger.lookup({ commitment: c }))
    assert.deepEqual(copy.lookup(n), await ledger.lookup({ number: n }))
    assert.deepEqual(copy.lookup(random(32)), [])
  })

  test('opened again it has what it had, and goes on', async (t) => {
    const ledger = await ledgerOf(t)
    const folder = temporaryFolder()
    await grow(ledger, 270)
    const options = { folder, policy: ledger.policy, sources: [sourceOf('one', ledger)] }
    const first = LightCopy.open(options)
    await first.follow()
    assert.throws(() => LightCopy.open(options), { code: 'ledger-in-use' })
    await first.close()
    const second = LightCopy.open(options)
    t.after(() => second.close())
    assert.equal(second.size, 271)
    await grow(ledger, 10)
    await second.follow()
    assert.deepEqual(second.rootsAt(281), ledger.rootsAt(281))
  })

  test('a member that serves other entries than it signed is not believed, and the copy takes them from another', async (t) => {
    const ledger = await ledgerOf(t)
    const [item] = await grow(ledger, 40)
    const commitment = item!.arguments.c as Uint8Array
    const honest = sourceOf('honest', ledger)
    const liar: LightSource = {
      id: 'liar',
      read: async (path) => {
        const bytes = Uint8Array.from(await honest.read(path))
        // An entry in good order that is another than the one that was signed.
        if (path.startsWith('tile/entries/')) bytes[Buffer.from(bytes).indexOf(commitment)]! ^= 1
        return bytes
      },
    }
    const copy = copyOf(t, ledger, [liar, honest])
    assert.deepEqual(
      (await copy.follow()).map(({ id, state }) => [id, state]),
      [
        ['liar', 'broken'],
        ['honest', 'same'],
      ],
    )
    assert.ok(equalBytes(copy.rootsAt(41)!.sha256, ledger.rootsAt(41)!.sha256))
  })

  test('a member whose keys sign another log of the same size is found to have forked', async (t) => {
    const ledger = await ledgerOf(t)
    const fork = await ledgerOf(t)
    await grow(ledger, 10)
    await grow(fork, 10)
    const copy = copyOf(t, ledger, [sourceOf('one', ledger), sourceOf('two', fork)])
    const states = await copy.follow()
    assert.deepEqual(
      states.map(({ state }) => state),
      ['same', 'forked'],
    )
    assert.deepEqual(copy.rootsAt(11), ledger.rootsAt(11))
  })

  test('what the policy does not believe is not taken, and who is silent holds up nobody', async (t) => {
    const stranger = await ledgerOf(t, 'stranger')
    const ledger = await ledgerOf(t)
    await grow(stranger, 5)
    await grow(ledger, 5)
    const silent: LightSource = { id: 'silent', read: () => Promise.reject(new Error('no answer')) }
    const copy = copyOf(t, ledger, [sourceOf('stranger', stranger), silent, sourceOf('one', ledger)])
    const states = await copy.follow()
    assert.deepEqual(
      states.map(({ state }) => state),
      ['unsigned', 'silent', 'same'],
    )
    assert.equal(copy.size, 6)
  })
})

async function ledgerOf(t: TestContext, seed = 'one'): Promise<MemberLedger> {
  const ledger = await openLedger(testLedgerOptions(temporaryFolder(), { seed }))
  t.after(() => ledger.close())
  return ledger
}

function copyOf(t: TestContext, { policy }: MemberLedger, sources: readonly LightSource[]): LightCopy {
  const copy = LightCopy.open({ folder: temporaryFolder(), policy, sources })
  t.after(() => copy.close())
  return copy
}

function sourceOf(id: string, ledger: MemberLedger): LightSource {
  return {
    id,
    read: async (path) => {
      const file = ledger.serve(path)
      if (file === null) throw new Error(`${path} is not served`)
      return file.body
    },
  }
}

async function grow(ledger: MemberLedger, count: number) {
  const items = Array.from({ length: count }, () => testItem(random))
  await ledger.submit(items)
  for (const { id } of items) await ledger.wait(id, 'witnessed')
  return items
}
