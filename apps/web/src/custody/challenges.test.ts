import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengesOf } from './challenges.ts'

const event = (kind: string, actor: string, detail: string, index: number) => ({
  at: `2026-11-25T00:00:0${index}.000Z`,
  kind,
  actor,
  detail,
  index,
})
const events = [
  event('held', 'notary', '1', 1),
  event('proved', 'notary', '1', 2),
  event('proved', 'forensic', '1', 3),
  event('doubted', 'notary', 'late', 4),
  event('proved', 'notary', '2', 5),
]

test('the challenges of a copy stand newest first, with why one left it in doubt', () => {
  const found = challengesOf(events, { custodian: { id: 'notary' }, edition: 1 })
  assert.deepEqual(
    found.map(({ proved, doubt, index }) => [proved, doubt, index]),
    [
      [false, 'late', 4],
      [true, null, 2],
    ],
  )
})

test('another custodian’s or another edition’s are not among them', () => {
  const found = challengesOf(events, { custodian: { id: 'forensic' }, edition: 1 })
  assert.deepEqual(
    found.map(({ index }) => index),
    [3],
  )
  assert.deepEqual(challengesOf(events, { custodian: { id: 'ca' }, edition: 1 }), [])
})
