import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { groupEvents, type TimelineEvent } from './group-events.ts'

const event = (kind: string, actor: string | null, minute: number, index: number | null = null): TimelineEvent => ({
  at: `2026-11-24T09:${String(minute).padStart(2, '0')}:00.000Z`,
  kind,
  actor,
  detail: '',
  index,
})

describe('what happened to a piece of evidence', () => {
  test('opening three times in a row is one line that says so, with the last time', () => {
    const groups = groupEvents([event('opened', 'Li', 1), event('opened', 'Li', 2), event('opened', 'Li', 3)])
    assert.equal(groups.length, 1)
    assert.equal(groups[0]?.times, 3)
    assert.equal(groups[0]?.last, '2026-11-24T09:03:00.000Z')
  })
  test('two persons are never put together', () => {
    assert.equal(groupEvents([event('opened', 'Li', 1), event('opened', 'Wang', 2)]).length, 2)
  })
  test('another act in between keeps the order', () => {
    const groups = groupEvents([event('opened', 'Li', 1), event('downloaded', 'Li', 2), event('opened', 'Li', 3)])
    assert.deepEqual(
      groups.map((group) => group.event.kind),
      ['opened', 'downloaded', 'opened'],
    )
  })
  test('acts that a ledger entry proves stand alone', () => {
    assert.equal(groupEvents([event('edition', 'Li', 1, 4), event('edition', 'Li', 2, 5)]).length, 2)
  })
  test('nothing happened, nothing is shown', () => {
    assert.deepEqual(groupEvents([]), [])
  })
})
