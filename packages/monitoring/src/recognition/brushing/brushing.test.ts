import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Finding } from '../finding.ts'
import { parseLine } from '../line.ts'
import { brushingModel } from './brushing.ts'

function run(lines: readonly object[], date = '2026-11-11'): Map<number, Finding[]> {
  const panel = brushingModel.open()
  lines.forEach((line, i) => {
    panel.add(parseLine(JSON.stringify(line)), i)
  })
  return panel.conclude(date) as Map<number, Finding[]>
}
const decisions = (lines: readonly object[]) => [...run(lines).values()].flat().map(({ decision }) => decision)

const COPY = '包装很精美，质量特别好，物流速度也快，客服态度热情，下次还会再来购买的哦'
/** Texts without a word in common, as people write them. */
const own = (i: number) =>
  Array.from({ length: 24 }, (_, j) => String.fromCharCode(0x4e00 + ((i * 977 + j * 131) % 6000))).join('')
const at = (day: number, minute = 0) => new Date(Date.UTC(2026, 2, 1 + day, 1, minute)).toISOString()
const listing = (reviews: object[], attributes: object = {}) => ({ id: 'p1', title: '龙井茶', reviews, attributes })
const honest = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ text: own(i), reviewer: `u${i}`, time: at((i * 7) % 90, i % 60) }))
const copied = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ text: `${COPY}${i}`, reviewer: `c${i}`, time: at(40, i) }))

describe('reviews', () => {
  test('that are copies in one day are a lead with its numbers and the article of the day', () => {
    const found = run([listing([...honest(30), ...copied(25)])])
    const [lead] = found.get(0) ?? []
    assert.equal(lead?.decision, 'lead')
    assert.match(lead?.reason ?? '', /25 条评价与他人评价雷同（共 55 条，45 %）；2026-04-10 起 24 小时内集中 2\d 条/)
    assert.equal(lead?.article, '反不正当竞争法 第九条第一款；电子商务法 第十七条')
  })
  test('by people who keep meeting, more of them than sales, are a lead', () => {
    const lines = ['a', 'b', 'c', 'd'].flatMap((product, p) =>
      Array.from({ length: 20 }, (_, i) => ({
        kind: 'review',
        product,
        reviewer: `gang${i}`,
        text: own(p * 100 + i),
        time: at(i * 4 + p),
      })),
    )
    const found = run([...lines, { id: 'a', title: '龙井茶', attributes: { 销量: 12 } }])
    assert.match(found.get(80)?.[0]?.reason ?? '', /20 名评价人.*结伴出现；评价 20 条多于销量 12/)
    assert.equal(found.get(80)?.[0]?.decision, 'lead')
  })
  test('that were promised money stay below the threshold alone', () => {
    const paid = honest(30).map((one, i) => (i < 4 ? { ...one, text: `${own(i)}好评返现到账了` } : one))
    assert.deepEqual(decisions([listing(paid)]), ['below threshold'])
  })
  test('of the time before the law of 2025 cite the one before', () => {
    const old = copied(25).map((one) => ({ ...one, time: '2025-10-01' }))
    assert.match(run([listing(old)]).get(0)?.[0]?.article ?? '', /第八条第一款/)
  })
})

describe('honest reviews', () => {
  test('are none, nor are many who say little, or what the platform fills in', () => {
    assert.deepEqual(decisions([listing(honest(200))]), [])
    assert.deepEqual(decisions([listing(honest(40).map((one) => ({ ...one, text: '很好' })))]), [])
    assert.deepEqual(
      decisions([listing(honest(40).map((one) => ({ ...one, text: '此用户没有填写评价，系统默认好评' })))]),
      [],
    )
  })
  test('after a festival, or when a shop opens, are excused', () => {
    const festival = honest(60).map((one, i) => (i < 40 ? { ...one, time: `2026-11-13T08:${10 + i}:00` } : one))
    assert.deepEqual(decisions([listing(festival)]), ['below threshold'])
    const opening = honest(60).map((one, i) => (i < 40 ? { ...one, time: at(5, i) } : one))
    assert.deepEqual(decisions([listing(opening, { 开店时间: '2026-03-01' })]), ['below threshold'])
  })
  test('by one who copies himself are none', () => {
    assert.deepEqual(decisions([listing([...honest(30), ...copied(12).map((one) => ({ ...one, reviewer: 'c' }))])]), [])
  })
  test('too few to tell cannot be decided', () => {
    assert.deepEqual(decisions([listing(copied(8))]), ["can't decide"])
  })
})

describe('an offer of such service', () => {
  test('is a lead with its words; one that refuses it is none', () => {
    const [lead] = run([{ id: '1', title: '专业团队刷销量 刷好评 量大优惠' }]).get(0) ?? []
    assert.deepEqual([lead?.decision, lead?.span?.text], ['lead', '刷销量'])
    assert.deepEqual(decisions([{ id: '1', title: '拒绝刷单 诚信经营茶叶包邮' }]), [])
  })
})
