import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createOpenings } from './openings.ts'

const MINUTE = 60_000

function openings() {
  let at = 0
  return { it: createOpenings(() => at), wait: (ms: number) => (at += ms) }
}

describe('opening evidence', () => {
  test('is recorded once while a page asks again and again, for however long', () => {
    const { it, wait } = openings()
    assert.equal(it.opens('wang', 'MZ-1'), true)
    for (let reading = 0; reading < 1000; reading++) {
      wait(2_000)
      assert.equal(it.opens('wang', 'MZ-1'), false)
    }
  })
  test('is recorded anew after a rest', () => {
    const { it, wait } = openings()
    it.opens('wang', 'MZ-1')
    wait(10 * MINUTE - 1)
    assert.equal(it.opens('wang', 'MZ-1'), false)
    wait(10 * MINUTE)
    assert.equal(it.opens('wang', 'MZ-1'), true)
  })
  test('of another piece, or by another person, is another opening', () => {
    const { it } = openings()
    it.opens('wang', 'MZ-1')
    assert.equal(it.opens('wang', 'MZ-2'), true)
    assert.equal(it.opens('li', 'MZ-1'), true)
  })
  test('whose record was not kept is recorded at the next reading', () => {
    const { it } = openings()
    it.opens('wang', 'MZ-1')
    it.forget('wang', 'MZ-1')
    assert.equal(it.opens('wang', 'MZ-1'), true)
  })
  test('is remembered for a bounded number of readings: what is forgotten is recorded, never left out', () => {
    const { it } = openings()
    for (let i = 0; i < 20_001; i++) it.opens('wang', `MZ-${i}`)
    assert.equal(it.opens('wang', 'MZ-0'), true)
    assert.equal(it.opens('wang', 'MZ-20000'), false)
  })
})
