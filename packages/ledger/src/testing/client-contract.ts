/** What every way to a ledger must pass: in process, and over HTTP. */
import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { equalBytes } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { decodeEntry, policyId, verifyReceipt } from '@mingzheng/proof'
import type { ReachableLedger } from '../ledger-client.ts'
import { testItem } from './test-ledger.ts'

/** Declares the suite. `open` gives a fresh ledger with the register contract and cleans up by the context. */
export function clientContract(name: string, open: (context: TestContext) => Promise<ReachableLedger>): void {
  describe(`a ledger ${name}`, () => {
    const random = seededRandom(`client contract ${name}`)

    test('answers in the order of the items, and each gets a receipt that verifies offline', async (t) => {
      const ledger = await open(t)
      const items = Array.from({ length: 30 }, () => testItem(random))
      const standings = await ledger.submit(items)
      assert.deepEqual(
        standings.map(({ id }) => Buffer.from(id).toString('hex')),
        items.map(({ id }) => Buffer.from(id).toString('hex')),
      )
      for (const item of items) {
        const standing = await ledger.wait(item.id, 'witnessed')
        assert.equal(standing.kind, 'witnessed')
        const receipt = await ledger.receipt({ id: item.id })
        const { entry, proof, proofSm3 } = receipt
        for (const input of [
          { entry, proof, profile: 'sha256' as const },
          { entry, proof: proofSm3, profile: 'sm3' as const },
        ]) {
          assert.equal(verifyReceipt({ ...input, policy: ledger.policy }).verdict, 'verified')
        }
        assert.deepEqual(await ledger.receipt({ index: receipt.index }), receipt)
      }
    })

    test('the same id twice is one effect, and is told where it stands', async (t) => {
      const ledger = await open(t)
      const item = testItem(random)
      await ledger.submit([item])
      const first = await ledger.wait(item.id, 'witnessed')
      const [again] = await ledger.submit([item])
      assert.deepEqual(again, first)
      assert.deepEqual(await ledger.standing(item.id), first)
    })

    test('refuses by code, keeps nothing of what it refused, and says so of what it never saw', async (t) => {
      const ledger = await open(t)
      const unknown = { ...testItem(random), contract: 'nobody' }
      const malformed = { ...testItem(random), arguments: { c: random(5) } }
      const [one, two] = await ledger.submit([unknown, malformed])
      assert.equal(one?.kind === 'refused' && one.refusal.code, 'contract-unknown')
      assert.equal(two?.kind === 'refused' && two.refusal.code, 'arguments-malformed')
      assert.equal(await ledger.standing(random(16)), null)
      await assert.rejects(ledger.wait(random(16), 'ordered'), { code: 'ledger-not-found' })
      await assert.rejects(ledger.receipt({ id: random(16) }), { code: 'ledger-not-found' })
      await assert.rejects(ledger.receipt({ index: 10_000 }), { code: 'ledger-not-found' })
      await assert.rejects(ledger.submit([{ ...testItem(random), id: random(15) }]), { code: 'ledger-item-malformed' })
    })

    test('waiting for a refused item fails by name', async (t) => {
      const ledger = await open(t)
      const taken = { contract: 'register', method: 'once', arguments: { name: 'x' } }
      const [first, second] = [random(16), random(16)]
      await ledger.submit([{ id: first, ...taken }])
      await ledger.wait(first, 'witnessed')
      await ledger.submit([{ id: second, ...taken }])
      await assert.rejects(ledger.wait(second, 'ordered'), { code: 'ledger-item-refused' })
    })

    test('finds entries by index, commitment and number', async (t) => {
      const ledger = await open(t)
      const item = testItem(random)
      await ledger.submit([item])
      const standing = await ledger.wait(item.id, 'witnessed')
      assert.ok(standing.kind === 'witnessed')
      const { c, s, n } = item.arguments as { c: Uint8Array; s: Uint8Array; n: Uint8Array }
      for (const by of [{ index: standing.index }, { commitment: c }, { commitment: s }, { number: n }]) {
        const [found, more] = await ledger.lookup(by)
        assert.equal(more, undefined)
        assert.equal(found?.index, standing.index)
        assert.ok(equalBytes(decodeEntry(found.entry).id, item.id))
      }
      assert.deepEqual(await ledger.lookup({ number: c }), [])
      assert.deepEqual(await ledger.lookup({ index: -1 }), [])
      assert.deepEqual(await ledger.lookup({ commitment: random(3) }), [])
    })

    test('tells its state, its checkpoints and its log', async (t) => {
      const ledger = await open(t)
      const items = Array.from({ length: 5 }, () => testItem(random))
      await ledger.submit(items)
      for (const { id } of items) await ledger.wait(id, 'witnessed')
      const status = await ledger.status()
      assert.equal(status.origin, ledger.policy.origin)
      assert.equal(status.state, 'ready')
      assert.equal(status.size, 6)
      assert.equal(status.witnessedSize, 6)
      assert.deepEqual(
        status.members.map(({ id }) => id),
        ledger.policy.members.map(({ id }) => id),
      )
      const entries = await ledger.entries(0, 100)
      assert.deepEqual(
        entries.map(({ index }) => index),
        [0, 1, 2, 3, 4, 5],
      )
      assert.deepEqual(await ledger.entries(6, 5), [])
      assert.deepEqual(await ledger.entries(-1, 5), [])
      const checkpoint = await ledger.checkpoint('sha256')
      const served = await ledger.serve('checkpoint')
      assert.equal(Buffer.from(served!.body).toString('utf8'), checkpoint)
      assert.notEqual(await ledger.checkpoint('sm3'), checkpoint)
      assert.equal(await ledger.serve('tile/0/x999/999'), null)
      assert.equal(policyId(ledger.policy).length, 64)
    })

    test('a wait ends by its signal and by its time', async (t) => {
      const ledger = await open(t)
      await assert.rejects(ledger.wait(random(16), 'witnessed', { signal: AbortSignal.abort(new Error('enough')) }), {
        message: 'enough',
      })
    })

    test('after close every call is refused by name', async (t) => {
      const ledger = await open(t)
      await ledger.close()
      await ledger.close()
      await assert.rejects(ledger.status(), { code: 'ledger-closed' })
      await assert.rejects(ledger.submit([testItem(random)]), { code: 'ledger-closed' })
      await assert.rejects(ledger.entries(0, 1), { code: 'ledger-closed' })
    })
  })
}
