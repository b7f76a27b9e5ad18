import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseLine } from '../line.ts'
import { belowCostModel } from './below-cost.ts'

function run(listings: readonly object[], date = '2026-11-20') {
  const panel = belowCostModel.open()
  listings.forEach((listing, i) => {
    panel.add(parseLine(JSON.stringify({ id: `${i}`, title: '晴雨伞 三折', ...listing })), i)
  })
  return panel.conclude(date)
}
const only = (listing: object, date?: string) => [...run([listing], date).values()].flat()[0]
const days = (count: number, price: number) =>
  Array.from({ length: count }, (_, i) => ({ date: `2026-11-${String(i + 1).padStart(2, '0')}`, price }))
const cheap = (count: number, attributes: object = {}) => ({
  price: '¥30',
  attributes: { cost: 25, coupon: 10, price_history: days(count, 30), ...attributes },
})

describe('a price below a supplied cost', () => {
  test('after its coupon for seven days is a lead that says cost, days and who pays', () => {
    const lead = only(cheap(7))
    assert.equal(lead?.decision, 'lead')
    assert.match(
      lead?.reason ?? '',
      /券后价 20\.00 元低于成本线 24\.50 元（提供的成本 25 元）；连续 7 天；补贴 0\.00 元/,
    )
    assert.equal(lead?.article, '价格法 第十四条第二项；反垄断法 第二十二条第一款第二项')
    assert.equal(lead?.span?.text, '¥30')
  })
  test('for six days is below the threshold, and for nobody knows how long cannot be decided', () => {
    assert.equal(only(cheap(6))?.decision, 'below threshold')
    assert.equal(only(cheap(7, { price_history: [] }))?.decision, "can't decide")
  })
  test('is excused for fresh, seasonal and clearance goods', () => {
    for (const title of ['阳澄湖大闸蟹 鲜活', '羽绒服 换季清仓', '牛奶 临期特价'])
      assert.equal(only({ ...cheap(9), title })?.decision, 'below threshold', title)
  })
  test('is none where a platform pays the difference to the seller', () => {
    const found = only(cheap(9, { platform_subsidy: 8, subsidy_by: '平台' }))
    assert.equal(found?.decision, 'below threshold')
    assert.match(found?.reason ?? '', /商家实收 28\.00 元/)
  })
  test('that a platform forces is the platform’s since the law of 2025', () => {
    assert.match(only(cheap(9, { forced_by_platform: true }))?.article ?? '', /反不正当竞争法 第十四条/)
    const before = {
      ...cheap(0),
      attributes: { cost: 25, coupon: 10, 平台强制: '是', price_history: { '2025-09-01': 30, '2025-09-10': 30 } },
    }
    assert.doesNotMatch(only(before, '2025-09-10')?.article ?? '', /反不正当竞争法/)
  })
  test('is none at or above it', () => {
    assert.equal(only({ ...cheap(9), price: 36 }), undefined)
    assert.equal(only(cheap(9, { coupon: 5.2 })), undefined)
  })
})

describe('a price far below the others, without a cost', () => {
  const others = Array.from({ length: 24 }, (_, i) => ({
    price: 90 + i,
    attributes: { price_history: days(9, 90 + i) },
  }))
  test('is a lead that says that its cost is an estimate', () => {
    const [lead] = run([...others, { price: 50, attributes: { price_history: days(9, 50) } }]).get(24) ?? []
    assert.equal(lead?.decision, 'lead')
    assert.match(lead?.reason ?? '', /未提供成本，以 24 个同款报价的第 5 百分位/)
  })
  test('is nothing a little below, as somebody always is, or among too few', () => {
    assert.equal(run([...others, { price: 85, attributes: { price_history: days(9, 85) } }]).size, 0)
    assert.equal(run([...others.slice(0, 10), { price: 50, attributes: { price_history: days(9, 50) } }]).size, 0)
  })
})
