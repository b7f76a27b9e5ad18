import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Truth } from '@mingzheng/demo'
import { scoreOf, shareOf, type Verdict } from '../bench/recall/score.ts'

const truth = (subject: string, violates: boolean, kind: string): Truth => ({
  subject,
  platform: null,
  behaviour: 'brushing',
  violates,
  kind,
  lookAlike: violates ? null : kind,
  evasion: null,
})

describe('the score of the recall bench', () => {
  const truths = new Map(
    [truth('1', true, 'ring'), truth('2', true, 'ring'), truth('3', true, 'burst'), truth('4', false, 'rush')].map(
      (each) => [each.subject, each],
    ),
  )
  const verdicts = new Map<string, Verdict>([
    ['1', 'lead'],
    ['2', "can't decide"],
    ['4', 'lead'],
    ['5', 'lead'],
    ['6', "can't decide"],
    ['7', 'below threshold'],
  ])
  const score = scoreOf('brushing', 100, truths, verdicts)

  test('counts what cannot be decided as missed, and tells how many those are', () => {
    assert.deepEqual([score.recall.hits, score.recall.of], [1, 3])
    assert.deepEqual(score.undecided, { true: 1, other: 1 })
  })

  test('holds look-alikes and ordinary subjects against precision', () => {
    assert.deepEqual([score.precision.hits, score.precision.of], [1, 3])
    assert.deepEqual(
      [...score.wrong],
      [
        ['rush', 1],
        ['ordinary', 1],
      ],
    )
  })

  test('says which kinds were missed, of how many', () => {
    assert.deepEqual(score.missed.get('ring'), [1, 2])
    assert.deepEqual(score.missed.get('burst'), [1, 1])
  })

  test('gives the interval of Wilson, which stays within 0 and 1 (Wilson 1927)', () => {
    const { low, high } = shareOf(9, 10)
    assert.ok(Math.abs(low - 0.5958) < 0.001 && Math.abs(high - 0.9821) < 0.001)
    assert.ok(shareOf(0, 20).low >= -1e-12)
    assert.ok(shareOf(20, 20).high <= 1 + 1e-12)
  })
})
