import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseLine } from '../line.ts'
import { priceAnomalyModel } from './price-anomaly.ts'

function run(prices: number[], product = 'gtin-1') {
  const panel = priceAnomalyModel.open()
  prices.forEach((price, i) => {
    panel.add(parseLine(JSON.stringify({ id: `${i}`, title: `茶 ${i}`, price, attributes: { gtin: product } })), i)
  })
  return panel.conclude('2026-11-11')
}

describe('an offer far below the others', () => {
  test('is a lead with its place among them', () => {
    const found = run([100, 102, 98, 101, 99, 103, 100, 97, 30])
    assert.deepEqual([...found.keys()], [8])
    assert.equal(found.get(8)?.[0]?.decision, 'lead')
    assert.match(found.get(8)?.[0]?.reason ?? '', /9 个同款报价中位数 100.00 元的 30 %/)
  })
  test('is none among fewer than eight', () => assert.equal(run([100, 100, 100, 100, 100, 100, 30]).size, 0))
  test('is none when it is a fifth cheaper among offers that are all alike', () => {
    for (const found of run([100, 100, 100, 100, 100, 100, 100, 80]).values())
      assert.notEqual(found[0]?.decision, 'lead')
  })
  test('is none where prices are spread anyway', () => {
    assert.equal(
      [...run([20, 35, 60, 100, 160, 250, 400, 18, 70]).values()].flat().filter((one) => one.decision === 'lead')
        .length,
      0,
    )
  })
})
