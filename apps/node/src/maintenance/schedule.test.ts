import assert from 'node:assert/strict'
import { test } from 'node:test'
import { turnOf } from './schedule.ts'

const HOUR = 3_600_000

test('each member has a turn in every period, and no two begin theirs in one part of it', () => {
  const day = Date.UTC(2026, 10, 24)
  const begins = [0, 1, 2, 3, 4].map((member) => {
    const hours = Array.from({ length: 25 }, (_, hour) => turnOf(day + hour * HOUR, 24, member, 5))
    assert.equal(hours.at(-1)! - hours[0]!, 1, 'once a day')
    return hours.findIndex((turn) => turn > hours[0]!)
  })
  assert.equal(new Set(begins).size, 5, begins.join())
})
