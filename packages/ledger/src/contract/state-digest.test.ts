import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toHex, utf8 } from '@mingzheng/kernel'
import fc from 'fast-check'
import { StateDigest } from './state-digest.ts'

/** Few, so that histories write the same key again and again. */
const key = fc.constantFrom('a', 'b', 'ab', '键')
const value = fc.uint8Array({ maxLength: 5 })

describe('the digest of the state', () => {
  test('is that of what the state holds, whatever its history', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.option(value, { nil: undefined })), { maxLength: 40 }), (history) => {
        const state = new Map<string, Uint8Array>()
        const running = new StateDigest()
        for (const [name, next] of history) {
          running.change(name, state.get(name), next)
          if (next === undefined) state.delete(name)
          else state.set(name, next)
        }
        const anew = new StateDigest()
        for (const [name, held] of [...state].reverse()) anew.change(name, undefined, held)
        assert.equal(toHex(running.digest()), toHex(anew.digest()))
      }),
      { seed: 20261124, numRuns: 50 },
    )
  })

  test('differs when a key, a value, or the border between them differs', () => {
    const of = (name: string, held: string) => {
      const digest = new StateDigest()
      digest.change(name, undefined, utf8(held))
      return toHex(digest.digest())
    }
    const all = [of('ab', 'c'), of('a', 'bc'), of('ab', ''), of('', 'abc'), toHex(new StateDigest().digest())]
    assert.equal(new Set(all).size, all.length)
  })

  test('goes on from its stored vector, and refuses one of a wrong length', () => {
    const one = new StateDigest()
    one.change('a', undefined, utf8('1'))
    const two = new StateDigest(one.vector())
    one.change('b', undefined, utf8('2'))
    two.change('b', undefined, utf8('2'))
    assert.equal(toHex(one.digest()), toHex(two.digest()))
    assert.throws(() => new StateDigest(new Uint8Array(7)), { code: 'log-corrupt' })
  })
})
