import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, type CborValue, digest, isRefusal, toHex, utf8 } from '@mingzheng/kernel'
import type { Arguments, ContractState } from '@mingzheng/ledger'
import fc from 'fast-check'
import { custodyContract } from './custody-contract.ts'
import type { Holding } from './custody-state.ts'

const bytes = (text: string, length: number): Bytes => digest('sha256', utf8(text)).slice(0, length)
const OWNER = bytes('owner', 16)
const CUSTODIAN = bytes('custodian', 16)
const COURT = bytes('court', 16)
const STRANGER = bytes('stranger', 16)
const h = bytes('holding', 16)
const r = bytes('root', 32)
const y = bytes('half', 32)
const x = digest('sha256', y)
const HAND = { h, k: CUSTODIAN, r, z: 10, u: 1_000_000, n: bytes('number', 32), e: 1 }

/** The contract alone on a state of its own. `call` answers `ok` or the code of the refusal. */
class Desk {
  readonly map = new Map<string, CborValue>()
  time = 1000
  #calls = 0
  readonly state: ContractState = {
    get: (key) => this.map.get(key),
    set: (key, value) => void (value === undefined ? this.map.delete(key) : this.map.set(key, value)),
  }

  call(actor: Bytes, method: string, args: Arguments, id = bytes(`call ${this.#calls++}`, 16)): string {
    const found = custodyContract.methods[method]!
    const parsed = found.schema.safeParse(args)
    if (!parsed.success) return 'malformed'
    const key = { algorithm: 'ed25519', bytes: new Uint8Array(32) } as const
    const context = { time: this.time, actor: key, actorId: actor, id, index: 0, read: () => undefined }
    const answer = found.apply(this.state, parsed.data, context)
    if (isRefusal(answer)) return answer.code
    assert.equal(answer.entry.kind, `custody.${method}`)
    return 'ok'
  }

  get holding(): Holding {
    return this.map.get(`holding/${toHex(h)}`) as unknown as Holding
  }
}

/** A desk on which the holding is held. */
function held(): Desk {
  const desk = new Desk()
  assert.equal(desk.call(OWNER, 'hand', HAND), 'ok')
  assert.equal(desk.call(CUSTODIAN, 'confirm', { h, r }), 'ok')
  return desk
}

describe('custody on the ledger', () => {
  test('a package is handed over once, and confirmed by its custodian alone, as the very file', () => {
    const desk = new Desk()
    assert.equal(desk.call(CUSTODIAN, 'confirm', { h, r }), 'custody-unknown')
    assert.equal(desk.call(OWNER, 'hand', HAND), 'ok')
    assert.equal(desk.call(STRANGER, 'hand', HAND), 'custody-known')
    assert.equal(desk.call(OWNER, 'confirm', { h, r }), 'custody-not-yours')
    assert.equal(desk.call(CUSTODIAN, 'confirm', { h, r: bytes('other', 32) }), 'custody-mismatch')
    assert.equal(desk.call(CUSTODIAN, 'confirm', { h, r }), 'ok')
    assert.equal(desk.call(CUSTODIAN, 'confirm', { h, r }), 'custody-state')
    assert.equal(desk.call(CUSTODIAN, 'decline', { h }), 'custody-state')
    assert.equal(desk.holding.s, 'held')
  })

  test('a challenge goes step by step, each by the one whose step it is', () => {
    const desk = held()
    const steps: [Bytes, string, Arguments][] = [
      [COURT, 'challenge', { h, x, w: 5000 }],
      [CUSTODIAN, 'ready', { h, v: bytes('v', 16) }],
      [COURT, 'draw', { h, y }],
      [CUSTODIAN, 'answer', { h, d: bytes('answer', 32) }],
      [COURT, 'judge', { h, y: true }],
    ]
    for (const [i, [actor, method, args]] of steps.entries()) {
      for (const [, other, wrong] of steps) {
        if (other !== method) assert.notEqual(desk.call(actor, other, wrong), 'ok', `${other} before ${method}`)
      }
      if (i > 0) assert.notEqual(desk.call(STRANGER, method, args), 'ok', `${method} by a stranger`)
      assert.equal(desk.call(actor, method, args), 'ok', method)
    }
    assert.equal(desk.holding.s, 'held')
    assert.equal(desk.holding.q, null)
  })

  test('the challenger cannot draw anything but what he committed to', () => {
    const desk = held()
    desk.call(COURT, 'challenge', { h, x, w: 5000 })
    desk.call(CUSTODIAN, 'ready', { h, v: bytes('v', 16) })
    assert.equal(desk.call(COURT, 'draw', { h, y: bytes('better', 32) }), 'custody-mismatch')
  })

  test('a custodian who is late is named by anybody, and not before he is late', () => {
    for (const after of [[], ['ready', 'draw']]) {
      const desk = held()
      desk.call(COURT, 'challenge', { h, x, w: 5000 })
      if (after.length > 0) {
        desk.call(CUSTODIAN, 'ready', { h, v: bytes('v', 16) })
        desk.call(COURT, 'draw', { h, y })
      }
      assert.equal(desk.call(STRANGER, 'late', { h }), 'custody-time')
      desk.time += 5001
      const step: [string, Arguments] =
        after.length > 0 ? ['answer', { h, d: bytes('answer', 32) }] : ['ready', { h, v: bytes('v', 16) }]
      assert.equal(desk.call(CUSTODIAN, ...step), 'custody-time')
      assert.equal(desk.call(STRANGER, 'late', { h }), 'ok')
      assert.equal(desk.holding.s, 'doubted')
      assert.equal(desk.call(STRANGER, 'late', { h }), 'custody-state')
    }
  })

  test('a challenger who forgets his own challenge neither blocks others nor blames the custodian', () => {
    const desk = held()
    desk.call(COURT, 'challenge', { h, x, w: 5000 })
    desk.call(CUSTODIAN, 'ready', { h, v: bytes('v', 16) })
    assert.equal(desk.call(OWNER, 'challenge', { h, x, w: 5000 }), 'custody-state')
    desk.time += 5001
    assert.equal(desk.call(STRANGER, 'late', { h }), 'custody-state')
    assert.equal(desk.call(OWNER, 'challenge', { h, x, w: 5000 }), 'ok')
    assert.equal(desk.holding.s, 'held')
  })

  test('doubt ends with a challenge that is passed', () => {
    const desk = held()
    for (const [verdict, state] of [
      [false, 'doubted'],
      [true, 'held'],
    ] as const) {
      desk.call(COURT, 'challenge', { h, x, w: 5000 })
      desk.call(CUSTODIAN, 'ready', { h, v: bytes('v', 16) })
      desk.call(COURT, 'draw', { h, y })
      desk.call(CUSTODIAN, 'answer', { h, d: bytes('answer', 32) })
      assert.equal(desk.call(COURT, 'judge', { h, y: verdict }), 'ok')
      assert.equal(desk.holding.s, state)
    }
  })

  test('only the owner and whom he admits may ask for it, and only the custodian gives, once for each wish', () => {
    const desk = held()
    const wish = bytes('wish', 16)
    const b = bytes('box', 32)
    assert.equal(desk.call(COURT, 'ask', { h, b }, wish), 'custody-not-yours')
    assert.equal(desk.call(OWNER, 'admit', { a: COURT, y: true }), 'ok')
    assert.equal(desk.call(COURT, 'ask', { h, b }, wish), 'ok')
    const give = { h, w: wish, r, z: 10 }
    assert.equal(desk.call(STRANGER, 'give', give), 'custody-not-yours')
    assert.equal(desk.call(CUSTODIAN, 'give', { ...give, w: bytes('other wish', 16) }), 'custody-state')
    assert.equal(desk.call(CUSTODIAN, 'give', give), 'ok')
    assert.equal(desk.call(CUSTODIAN, 'give', give), 'custody-state')
    assert.equal(desk.call(OWNER, 'admit', { a: COURT, y: false }), 'ok')
    assert.equal(desk.call(COURT, 'ask', { h, b }), 'custody-not-yours')
    assert.equal(desk.call(OWNER, 'ask', { h, b }), 'ok')
  })

  test('nothing is destroyed before its time, under a hold, without the owner’s release, or twice', () => {
    const desk = held()
    assert.equal(desk.call(OWNER, 'release', { h }), 'custody-time')
    assert.equal(desk.call(OWNER, 'retain', { h, u: 10 }), 'custody-time')
    assert.equal(desk.call(OWNER, 'retain', { h, u: 2_000_000 }), 'ok')
    desk.time = 1_500_000
    assert.equal(desk.call(OWNER, 'release', { h }), 'custody-time')
    desk.time = 2_000_000
    const hold = { h, x: bytes('hold', 16) }
    assert.equal(desk.call(COURT, 'hold', hold), 'ok')
    assert.equal(desk.call(COURT, 'hold', hold), 'custody-known')
    assert.equal(desk.call(OWNER, 'release', { h }), 'custody-under-hold')
    assert.equal(desk.call(OWNER, 'lift', hold), 'custody-not-yours')
    assert.equal(desk.call(COURT, 'lift', hold), 'ok')
    assert.equal(desk.call(COURT, 'lift', hold), 'custody-unknown')
    assert.equal(desk.call(CUSTODIAN, 'destroy', { h }), 'custody-state')
    assert.equal(desk.call(CUSTODIAN, 'release', { h }), 'custody-not-yours')
    assert.equal(desk.call(OWNER, 'release', { h }), 'ok')
    assert.equal(desk.call(COURT, 'hold', hold), 'ok')
    assert.equal(desk.call(CUSTODIAN, 'destroy', { h }), 'custody-under-hold')
    assert.equal(desk.call(COURT, 'lift', hold), 'ok')
    assert.equal(desk.call(OWNER, 'destroy', { h }), 'custody-not-yours')
    assert.equal(desk.call(CUSTODIAN, 'destroy', { h }), 'ok')
    assert.equal(desk.call(CUSTODIAN, 'destroy', { h }), 'custody-state')
    assert.equal(desk.call(COURT, 'hold', hold), 'custody-state')
  })

  test('at most sixteen legal holds lie on one holding', () => {
    const desk = held()
    for (let i = 0; i < 16; i++) assert.equal(desk.call(COURT, 'hold', { h, x: bytes(`hold ${i}`, 16) }), 'ok')
    assert.equal(desk.call(COURT, 'hold', { h, x: bytes('hold 16', 16) }), 'custody-too-many')
  })

  test('arguments of a wrong shape are refused before anything is read', () => {
    const desk = held()
    const wrong: [string, Arguments][] = [
      ['hand', { ...HAND, h: new Uint8Array(15) }],
      ['hand', { ...HAND, z: 1 }],
      ['hand', { ...HAND, u: 1.5 }],
      ['hand', { ...HAND, more: 1 }],
      ['challenge', { h, x, w: 999 }],
      ['judge', { h, y: 'yes' }],
      ['confirm', { h }],
    ]
    for (const [method, args] of wrong) assert.equal(desk.call(OWNER, method, args), 'malformed', method)
  })

  test('whatever is called in whatever order, what is destroyed was released, unheld and past its time, and ends stay ends', () => {
    const who = fc.constantFrom(OWNER, CUSTODIAN, COURT)
    const x1 = bytes('hold', 16)
    const call = fc.constantFrom<[string, Arguments][]>(
      ['confirm', { h, r }],
      ['decline', { h }],
      ['lose', { h }],
      ['challenge', { h, x, w: 1000 }],
      ['ready', { h, v: x1 }],
      ['draw', { h, y }],
      ['answer', { h, d: r }],
      ['judge', { h, y: true }],
      ['judge', { h, y: false }],
      ['late', { h }],
      ['hold', { h, x: x1 }],
      ['lift', { h, x: x1 }],
      ['retain', { h, u: 20_000 }],
      ['release', { h }],
      ['destroy', { h }],
    )
    let destroyed = 0
    fc.assert(
      fc.property(fc.array(fc.tuple(who, call, fc.nat(3000)), { maxLength: 60 }), (history) => {
        const desk = new Desk()
        desk.call(OWNER, 'hand', { ...HAND, u: 5000 })
        for (const [actor, [method, args], pause] of history) {
          desk.time += pause
          const before = structuredClone(desk.holding)
          const outcome = desk.call(actor, method, args)
          const after = desk.holding
          if (outcome !== 'ok') assert.deepEqual(after, before, 'a refusal leaves no trace')
          if (['declined', 'lost', 'destroyed'].includes(before.s)) assert.equal(after.s, before.s)
          if (after.s === 'destroyed' && before.s !== 'destroyed') {
            destroyed++
            assert.deepEqual([before.s, before.l.length, desk.time >= before.u], ['released', 0, true])
          }
          assert.ok(after.u >= before.u)
        }
      }),
      { seed: 20261124, numRuns: 3000 },
    )
    assert.ok(destroyed > 0, 'some histories reach the end')
  })
})
