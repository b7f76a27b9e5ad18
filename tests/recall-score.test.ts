import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type SectionName, type Truth, unitsOf } from '@mingzheng/demo'
import { shareOf, Tally, type Verdict } from '../bench/recall/score.ts'

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
  const groups = new Map([...Array(100).keys()].map((i) => [String(i), i === 1 || i === 2 ? 'together' : String(i)]))
  const tally = new Tally('brushing')
  tally.add(0, { groups, truths, verdicts })
  const score = tally.score()

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

  test('counts what was drawn together as one, and never that of two markets', () => {
    assert.deepEqual([score.recall.groups, score.precision.groups], [2, 3])
    const two = new Tally('brushing')
    for (const market of [0, 1]) two.add(market, { groups, truths, verdicts })
    const { recall, subjects } = two.score()
    assert.deepEqual([recall.hits, recall.of, recall.groups, subjects], [2, 6, 4, 200])
    assert.deepEqual(two.score().missed.get('ring'), [2, 4])
  })

  test('gives the interval of Wilson, which stays within 0 and 1 (Wilson 1927)', () => {
    const { low, high } = shareOf(9, 10, 10)
    assert.ok(Math.abs(low - 0.5958) < 0.001 && Math.abs(high - 0.9821) < 0.001)
    assert.equal(shareOf(0, 20, 20).low, 0)
    assert.ok(shareOf(20, 20, 20).high <= 1)
  })

  test('is as sure of many subjects as of their groups', () => {
    const { value, low, high } = shareOf(90, 100, 10)
    assert.equal(value, 0.9)
    assert.deepEqual([low, high], [shareOf(9, 10, 10).low, shareOf(9, 10, 10).high])
  })
})

describe('subjects of the market that were drawn as one', () => {
  const options = { seed: 'groups', size: 1600, subjects: 160, today: '2026-11-24' }
  const units = (section: SectionName) => [...unitsOf(section, options)]
  test('are operators of a pair of platforms, and shops of an operator', () => {
    assert.deepEqual(new Set(units('shop-events').map(({ group }) => group)), new Set(['pair 0', 'pair 1']))
    const shops = units('shops')
    const owners = new Set(shops.map(({ group }) => group)).size
    assert.ok(owners < shops.length && owners > shops.length / 4)
  })
  test('are listings that one ring praises; others stand by themselves', () => {
    const listings = units('listings')
    const ringed = listings.filter(({ truths }) => truths[0]?.behaviour === 'brushing' && truths[0].violates)
    assert.ok(ringed.length >= 6)
    assert.equal(new Set(ringed.map(({ group }) => group)).size, 2)
    for (const { subject, group } of listings) assert.ok(group === subject || group.startsWith('ring '))
    assert.ok(units('quotes').every(({ subject, group }) => subject === group))
  })
})
