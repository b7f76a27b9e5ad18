import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { binomialAtLeast, signTest } from './binomial.ts'
import { adjustedForDiscovery } from './false-discovery.ts'
import { fisherGreater, oddsRatio } from './fisher.ts'
import { logFactorial } from './log-factorial.ts'
import { coefficientOfVariation, median, quantile } from './quantile.ts'
import { wilsonInterval } from './wilson.ts'

function near(actual: number, expected: number, relative = 1e-9): void {
  assert.ok(Math.abs(actual - expected) <= relative * Math.abs(expected), `${actual} is not ${expected}`)
}

describe('exact tests', () => {
  test('give what Fisher gave for the lady tasting tea: 17/70, and 1/70 for all four cups', () => {
    near(fisherGreater({ a: 3, b: 1, c: 1, d: 3 }), 17 / 70)
    near(fisherGreater({ a: 4, b: 0, c: 0, d: 4 }), 1 / 70)
  })
  test('give what Fisher gave for the twins of criminals (1935): 10, 3, 2, 15', () => {
    near(fisherGreater({ a: 10, b: 3, c: 2, d: 15 }), 40_235 / 86_493_225)
  })
  test('are one where nothing can be more extreme, and hold for thousands', () => {
    assert.equal(fisherGreater({ a: 0, b: 5, c: 3, d: 5 }), 1)
    const p = fisherGreater({ a: 300, b: 2700, c: 100, d: 2900 })
    assert.ok(p > 1e-28 && p < 1e-23, String(p))
  })
  test('of signs are exact fractions', () => {
    near(binomialAtLeast(8, 10, 0.5), 56 / 1024)
    near(signTest(10, 0), 2 / 1024)
    assert.equal(signTest(5, 5), 1)
    assert.equal(signTest(0, 0), 1)
  })
  test('say odds even where a cell is empty', () => {
    near(oddsRatio({ a: 10, b: 3, c: 2, d: 15 }), 25)
    near(oddsRatio({ a: 4, b: 0, c: 0, d: 4 }), 81)
  })
  test('rest on factorials that meet where the series begins', () => {
    near(logFactorial(10), Math.log(3_628_800))
    near(logFactorial(1024), logFactorial(1023) + Math.log(1024), 1e-13)
  })
})

describe('many tests at once', () => {
  test('are adjusted as Benjamini and Hochberg did in their example of fifteen', () => {
    const p = [1, 4, 19, 95, 201, 278, 298, 344, 459, 3240, 4262, 5719, 6528, 7590, 10000].map((n) => n / 10_000)
    const adjusted = adjustedForDiscovery(p)
    assert.equal(adjusted.filter((one) => one <= 0.05).length, 4)
    near(adjusted[3]!, (0.0095 * 15) / 4)
    assert.equal(adjusted[14], 1)
  })
  test('are answered in the order in which they are given', () => {
    assert.deepEqual(adjustedForDiscovery([0.5, 0.01]), [0.5, 0.02])
    assert.deepEqual(adjustedForDiscovery([]), [])
  })
})

describe('shares and spreads', () => {
  test('have the interval that Wilson gives', () => {
    const [low, high] = wilsonInterval(8, 10)
    near(low, 0.4901625, 1e-6)
    near(high, 0.9433178, 1e-6)
    assert.deepEqual(wilsonInterval(0, 0), [0, 1])
  })
  test('lie between neighbours by line, and are NaN of nothing', () => {
    near(quantile([4, 1, 3, 2], 0.25), 1.75)
    assert.equal(median([5, 1, 3]), 3)
    assert.ok(Number.isNaN(quantile([], 0.5)))
  })
  test('vary against their mean', () => {
    near(coefficientOfVariation([2, 4, 4, 4, 5, 5, 7, 9]), 2.138089935 / 5, 1e-8)
    assert.equal(coefficientOfVariation([3, 3, 3]), 0)
  })
})
