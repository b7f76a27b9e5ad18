import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { chinaText, manualClock, systemClock, utcText } from './clock.ts'
import { Failure, isRefusal, refuse, unreachable } from './failure.ts'

describe('times', () => {
  test('are printed in UTC and in the time of China, across midnight', () => {
    const time = Date.UTC(2026, 10, 24, 16, 0, 0, 5)
    assert.equal(utcText(time), '2026-11-24T16:00:00.005Z')
    assert.equal(chinaText(time), '2026-11-25 00:00:00 (UTC+8)')
  })

  test('that no calendar has are refused', () => {
    assert.throws(() => utcText(Number.NaN), RangeError)
    assert.throws(() => chinaText(9e15), RangeError)
  })

  test('of a manual clock stand still until told', () => {
    const clock = manualClock(10)
    clock.advance(5)
    assert.equal(clock.now(), 15)
    clock.set(3)
    assert.equal(clock.now(), 3)
    assert.ok(systemClock.now() > Date.UTC(2026, 0, 1))
  })
})

describe('failures and refusals', () => {
  test('carry a code, the field, the remedy and the cause', () => {
    const cause = new Error('why')
    const failure = new Failure('some-code', 'words', { field: 'urls[2]', remedy: 'do that', cause })
    assert.deepEqual([failure.code, failure.field, failure.remedy], ['some-code', 'urls[2]', 'do that'])
    assert.equal(failure.cause, cause)
    assert.ok(failure instanceof Error)
  })

  test('are told apart from answers', () => {
    assert.ok(isRefusal(refuse('busy', 'later', { remedy: 'wait' })))
    for (const value of [null, undefined, 'refused', {}, { kind: 'accepted' }, new Failure('x', 'y')]) {
      assert.ok(!isRefusal(value))
    }
    assert.throws(() => unreachable('x' as never), { code: 'unreachable' })
  })
})
