import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Listing, parseLine } from '../line.ts'
import { priceInfringementModel } from './price-infringement.ts'

function findings(listing: object, date = '2026-11-11') {
  return priceInfringementModel.examine(parseLine(JSON.stringify({ id: '1', ...listing })) as Listing, date)
}
const days = (...prices: number[]) =>
  prices.map((price, i) => ({ date: `2026-11-${String(i + 1).padStart(2, '0')}`, price }))

describe('a price that is compared', () => {
  test('with more than the lowest of the seven days before is a lead with both numbers and the article', () => {
    const [lead] = findings({
      price: '99',
      original_price: '¥199',
      attributes: { price_history: days(120, 120, 110, 120, 120, 120, 120, 120, 99, 99) },
    })
    assert.equal(lead?.decision, 'lead')
    assert.match(lead?.reason ?? '', /199 元高于2026-11-09 前七日内最低成交价 110 元/)
    assert.match(lead?.article ?? '', /第十六条/)
    assert.equal(lead?.span?.text, '¥199')
  })
  test('with what was paid in those days is none', () => {
    const [found] = findings({
      price: 99,
      original_price: 199,
      attributes: { price_history: days(199, 199, 199, 199, 199, 199, 199, 199, 99) },
    })
    assert.equal(found?.decision, 'below threshold')
  })
  test('without any history cannot be decided', () => {
    assert.equal(findings({ price: 99, original_price: 199 })[0]?.decision, "can't decide")
  })
  test('that nobody paid does not count as the lowest', () => {
    const history = [
      ...days(199, 199, 199, 199).map((one) => ({ ...one, sold: 3 })),
      { date: '2026-11-05', price: 1, sold: 0 },
    ]
    assert.equal(
      findings({ price: 99, original_price: 199, attributes: { price_history: history } })[0]?.decision,
      'below threshold',
    )
  })
  test('with a list price that says so waits for its proof', () => {
    const [found] = findings({
      price: 99,
      original_price: 299,
      attributes: { 价格说明: '划线价为吊牌价', price_history: days(120, 120, 120) },
    })
    assert.equal(found?.decision, 'below threshold')
  })
  test('in a time before the rule is not judged by it', () => {
    assert.deepEqual(
      findings({ price: 99, original_price: 199, attributes: { price_history: days(120) } }, '2022-06-30'),
      [],
    )
  })
})

describe('a price that rises, a day that does not end', () => {
  test('at the till is a lead', () => {
    assert.equal(findings({ price: 100, attributes: { checkout_price: 118 } })[0]?.decision, 'lead')
    assert.deepEqual(findings({ price: 100, attributes: { checkout_price: 100 } }), [])
  })
  test('“today only” on three days is a lead with its words; on one it cannot be decided', () => {
    const snapshots = ['09', '10', '11'].map((day) => ({ date: `2026-11-${day}`, title: '龙井茶 仅限今日' }))
    const [lead] = findings({ title: '龙井茶 仅限今日 特惠', attributes: { snapshots } })
    assert.deepEqual([lead?.decision, lead?.span], ['lead', { field: 'title', start: 4, end: 8, text: '仅限今日' }])
    assert.equal(findings({ title: '龙井茶 仅限今日' })[0]?.decision, "can't decide")
    assert.deepEqual(findings({ title: '龙井茶' }), [])
  })
})
