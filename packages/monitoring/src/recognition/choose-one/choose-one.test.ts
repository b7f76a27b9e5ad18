import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseLine } from '../line.ts'
import { chooseOneModel } from './choose-one.ts'

interface Market {
  readonly joined: number
  readonly joinedLeave: number
  readonly others: number
  readonly othersLeave: number
  /** Days after joining. */
  readonly after?: number
  readonly ranks?: boolean
}
function run({ joined, joinedLeave, others, othersLeave, after = 5, ranks = false }: Market) {
  const panel = chooseOneModel.open()
  let number = 0
  const add = (operator: string, platform: string, event: string, day: number, more: object = {}) => {
    const time = new Date(Date.UTC(2026, 4, 1 + day)).toISOString()
    panel.add(parseLine(JSON.stringify({ kind: 'shop-event', operator, platform, event, time, ...more })), number++)
  }
  for (let i = 0; i < joined + others; i++) {
    add(`o${i}`, '甲', 'open', -300)
    add(`o${i}`, '乙', 'open', -300)
    if (i < joined) add(`o${i}`, '甲', 'join-campaign', 0)
    const leaves = i < joined ? i < joinedLeave : i - joined < othersLeave
    if (leaves) add(`o${i}`, '乙', 'close', after)
    if (ranks && i >= joined)
      for (const [day, rank] of [
        [-9, 10],
        [9, 60],
      ] as const)
        add(`o${i}`, '甲', 'rank', day, { rank })
  }
  return panel.conclude('2026-11-20')
}
const decisions = (market: Market) => [...new Set([...run(market).values()].flat().map(({ decision }) => decision))]

describe('shops on two platforms', () => {
  test('that leave one when they join the other’s campaign are a lead at every exit, with the table and the test', () => {
    const found = run({ joined: 200, joinedLeave: 120, others: 400, othersLeave: 20, ranks: true })
    assert.equal(found.size, 120)
    const [lead] = [...found.values()].flat()
    assert.match(
      lead?.reason ?? '',
      /600 家中，参加“甲”活动的 200 家有 120 家退出“乙”（60 %），未参加的 400 家有 20 家/,
    )
    assert.match(lead?.reason ?? '', /排名 380 家下降/)
    assert.equal(lead?.article, '电子商务法 第三十五条；反垄断法 第二十二条第一款第四项')
  })
  test('fewer than 500 are one where the exact test is sure', () => {
    assert.deepEqual(decisions({ joined: 40, joinedLeave: 30, others: 60, othersLeave: 3 }), ['lead'])
  })
})

describe('no choice that was forced', () => {
  test('is found where all leave a platform that goes down, or as many as elsewhere', () => {
    assert.ok(!decisions({ joined: 200, joinedLeave: 180, others: 400, othersLeave: 360 }).includes('lead'))
    assert.ok(!decisions({ joined: 300, joinedLeave: 18, others: 300, othersLeave: 15 }).includes('lead'))
  })
  test('is found where shops leave three weeks after, or months', () => {
    assert.deepEqual(decisions({ joined: 200, joinedLeave: 120, others: 400, othersLeave: 20, after: 25 }), [
      'below threshold',
    ])
    assert.deepEqual(decisions({ joined: 200, joinedLeave: 120, others: 400, othersLeave: 20, after: 90 }), [])
  })
  test('cannot be decided on a handful of shops', () => {
    assert.deepEqual(decisions({ joined: 6, joinedLeave: 5, others: 8, othersLeave: 0 }), ["can't decide"])
    assert.deepEqual(decisions({ joined: 8, joinedLeave: 4, others: 60, othersLeave: 6 }), ["can't decide"])
  })
})
