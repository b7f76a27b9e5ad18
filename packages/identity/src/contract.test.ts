import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CborValue, isRefusal, type PublicKey, toHex } from '@mingzheng/kernel'
import { actorOf } from '@mingzheng/proof'
import { createLedgerIdentity, type LedgerRole } from './contract.ts'

const key = (n: number): PublicKey => ({ algorithm: 'ed25519', bytes: new Uint8Array(32).fill(n) })
const FOUNDER = key(1)

function world() {
  const { contract, authorise } = createLedgerIdentity([FOUNDER])
  const values = new Map<string, CborValue>()
  const state = {
    get: (name: string) => values.get(name),
    set(name: string, value: CborValue | undefined) {
      if (value === undefined) values.delete(name)
      else values.set(name, value)
    },
  }
  const may = (who: PublicKey, permission: string) =>
    authorise({
      actor: who,
      actorId: actorOf(who),
      contract: 'any',
      method: 'any',
      permission,
      time: 0,
      read: (name, at) => (name === 'identity' ? values.get(at) : undefined),
    })
  function call(method: string, given: Record<string, CborValue>) {
    const { schema, apply } = contract.methods[method]!
    const id = new Uint8Array(16)
    const context = { time: 0, actor: FOUNDER, actorId: actorOf(FOUNDER), id, index: 0, read: () => undefined }
    return apply(state, schema.parse(given), context)
  }
  const admit = (who: PublicKey, ...r: LedgerRole[]) => call('admit', { a: who.algorithm, k: who.bytes, r })
  const remove = (who: PublicKey) => call('remove', { i: actorOf(who) })
  return { may, call, admit, remove, values }
}

const isCode = (answer: unknown, code: string) => assert.ok(isRefusal(answer) && answer.code === code)

describe('who may write to the ledger', () => {
  test('is the founder from the first block, and nobody else', () => {
    const { may } = world()
    for (const permission of ['evidence.fix', 'evidence.begin', 'identity.audit', 'identity.admit']) {
      assert.equal(may(FOUNDER, permission), true)
      assert.equal(may(key(2), permission), false)
    }
    assert.equal(may(FOUNDER, 'anything.else'), false)
  })
  test('is who was admitted, for what the roles say', () => {
    const { may, admit } = world()
    assert.ok(!isRefusal(admit(key(2), 'recorder')))
    assert.ok(!isRefusal(admit(key(3), 'auditor')))
    assert.deepEqual(
      ['evidence.fix', 'identity.audit', 'identity.admit'].map((one) => may(key(2), one)),
      [true, false, false],
    )
    assert.deepEqual(
      ['evidence.fix', 'identity.audit', 'identity.admit'].map((one) => may(key(3), one)),
      [false, true, false],
    )
  })
  test('is nobody any more who was removed, a founder too', () => {
    const { may, admit, remove } = world()
    admit(key(2), 'operator')
    assert.ok(!isRefusal(remove(FOUNDER)))
    assert.equal(may(FOUNDER, 'evidence.fix'), false)
    assert.equal(may(key(2), 'evidence.fix'), true)
    isCode(remove(FOUNDER), 'identity-key-unknown')
  })
  test('is never nobody at all', () => {
    const { admit, remove } = world()
    isCode(remove(FOUNDER), 'identity-last-operator')
    isCode(admit(FOUNDER, 'recorder'), 'identity-last-operator')
    admit(key(2), 'operator')
    assert.ok(!isRefusal(admit(FOUNDER, 'recorder')))
    isCode(remove(key(2)), 'identity-last-operator')
  })
})

describe('calls', () => {
  test('leave entries with keys, roles and commitments, and no names', () => {
    const { admit, call } = world()
    const admitted = admit(key(2), 'operator', 'auditor')
    assert.ok(!isRefusal(admitted))
    assert.equal(admitted.entry.kind, 'identity.admit')
    assert.deepEqual(Object.keys(admitted.entry.body), ['a', 'i', 'k', 'r'])
    const c = new Uint8Array(32).fill(1)
    const s = new Uint8Array(32).fill(2)
    assert.deepEqual(call('audit', { c, s }), { entry: { kind: 'identity.audit', body: { c, s } } })
  })
  test('with malformed arguments are refused', () => {
    const { call } = world()
    const c = new Uint8Array(32)
    for (const given of [{ c }, { c, s: new Uint8Array(31) }, { c, s: c, extra: 1 }, { c: toHex(c), s: c }]) {
      assert.throws(() => call('audit', given as Record<string, CborValue>))
    }
    assert.throws(() => call('admit', { a: 'rsa', k: c, r: ['operator'] }))
    assert.throws(() => call('admit', { a: 'ed25519', k: c, r: [] }))
    isCode(call('admit', { a: 'ed25519', k: new Uint8Array(65), r: ['operator'] }), 'identity-key-malformed')
    isCode(call('admit', { a: 'ed25519', k: c, r: ['auditor', 'operator'] }), 'identity-key-malformed')
    isCode(call('admit', { a: 'ed25519', k: c, r: ['operator', 'operator'] }), 'identity-key-malformed')
  })
  test('in the same order make the same state', () => {
    const run = () => {
      const { admit, remove, values } = world()
      admit(key(2), 'operator')
      admit(key(3), 'recorder')
      remove(key(3))
      return [...values].sort(([a], [b]) => (a < b ? -1 : 1))
    }
    assert.deepEqual(run(), run())
    assert.ok(run().every(([, value]) => typeof value !== 'number' || Number.isInteger(value)))
  })
})
