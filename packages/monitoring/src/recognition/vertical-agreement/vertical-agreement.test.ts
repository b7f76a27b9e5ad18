import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseLine } from '../line.ts'
import { verticalAgreementModel } from './vertical-agreement.ts'

interface Brand {
  readonly brand?: string
  readonly shops?: number
  readonly weeks?: number
  readonly price?: (shop: number, week: number) => number
  readonly more?: object
}
function quotes({
  brand = '甲',
  shops = 10,
  weeks = 6,
  price = (_, week) => (week < 3 ? 100 : 120),
  more = {},
}: Brand) {
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: shops }, (_, shop) => ({
      kind: 'quote',
      brand,
      product: `${brand}-1`,
      reseller: `s${shop}`,
      time: new Date(Date.UTC(2026, 2, 1 + week * 7)).toISOString(),
      price: price(shop, week),
      ...more,
    })),
  ).flat()
}
function run(lines: readonly object[]) {
  const panel = verticalAgreementModel.open()
  lines.forEach((line, i) => {
    panel.add(parseLine(JSON.stringify(line)), i)
  })
  return [...panel.conclude('2026-11-20').values()].flat()
}
const decisions = (lines: readonly object[]) => run(lines).map(({ decision }) => decision)
const free = quotes({ brand: '乙', price: (shop, week) => 80 + ((shop * 13 + week * 7) % 23) })

describe('resellers at one price', () => {
  test('that move together, and differ on other brands, are a lead with the numbers', () => {
    const [lead] = run([...free, ...quotes({})])
    assert.equal(lead?.decision, 'lead')
    assert.match(
      lead?.reason ?? '',
      /10 家经销商 35 天内价格变异系数 0\.00 %；同一批经销商在其他品牌的变异系数 \d+\.\d+ %；1 次同时调价/,
    )
    assert.equal(lead?.article, '反垄断法 第十八条；禁止垄断协议规定')
  })
  test('with words of a floor and no control are one; delisting after undercutting is a sign', () => {
    assert.deepEqual(decisions(quotes({ more: { notice: '各经销商不得低于统一零售价销售' } })), ['lead'])
    const low = quotes({ price: (shop, week) => (shop === 9 && week === 5 ? 90 : 100) })
    const gone = { kind: 'quote', brand: '甲', product: '甲-1', reseller: 's9', time: '2026-04-10', status: '下架' }
    assert.match(run([...free, ...low, gone])[0]?.reason ?? '', /1 家低价后被下架/)
  })
})

describe('prices that are alike for another reason, or are not', () => {
  test('on every brand that these resellers sell are below the threshold', () => {
    assert.deepEqual(decisions([...quotes({ brand: '乙', price: () => 50 }), ...quotes({})])[1], 'below threshold')
  })
  test('that differ by shop are none, and with a word of a floor below the threshold', () => {
    assert.deepEqual(decisions(free), [])
    assert.deepEqual(decisions(free.map((line) => ({ ...line, notice: '最低限价' }))), ['below threshold'])
  })
  test('of seven resellers, for three weeks, or without control cannot be decided', () => {
    for (const few of [quotes({ shops: 7 }), quotes({ weeks: 4 }), quotes({})])
      assert.deepEqual(decisions(few), ["can't decide"])
  })
})
