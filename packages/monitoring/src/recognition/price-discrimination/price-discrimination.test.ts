import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Finding } from '../finding.ts'
import { parseLine } from '../line.ts'
import { priceDiscriminationModel } from './price-discrimination.ts'

function run(lines: readonly object[]): Map<number, Finding[]> {
  const panel = priceDiscriminationModel.open()
  lines.forEach((line, i) => {
    panel.add(parseLine(JSON.stringify(line)), i)
  })
  return panel.conclude('2026-11-11') as Map<number, Finding[]>
}
const decisions = (lines: readonly object[]) => [...run(lines).values()].flat().map(({ decision }) => decision)

interface Options {
  readonly pairs?: number
  readonly product?: string
  readonly gap?: (i: number) => number
  readonly more?: (i: number) => object
}
function pairs({ pairs = 20, product = 'hotel', gap = () => 0.08, more = () => ({}) }: Options) {
  return Array.from({ length: pairs }, (_, i) => {
    const one = {
      kind: 'quote',
      product,
      pair_id: `${product}-${i}`,
      address: '杭州',
      time: `2026-05-01T10:${10 + i}:00+08:00`,
    }
    return [
      { ...one, persona: 'loyal', price: 500 * (1 + gap(i)) },
      { ...one, persona: 'new', price: 500, ...more(i) },
    ]
  }).flat()
}
function same(count = 20, noise = 0.001): object[] {
  return Array.from({ length: count }, (_, i) =>
    [0, 1].map((side) => ({
      kind: 'quote',
      product: 'hotel',
      pair_id: `aa-${i}`,
      persona: 'new',
      aa: true,
      address: '杭州',
      time: `2026-05-01T11:${10 + i}:00+08:00`,
      price: 500 * (1 + side * noise),
    })),
  ).flat()
}

describe('quotes of matched personas', () => {
  test('that differ one way are a lead at the last quote of the product, with the numbers', () => {
    const lines = [...same(), ...pairs({})]
    const found = run(lines)
    assert.deepEqual([...found.keys()], [lines.length - 1])
    const [lead] = found.get(lines.length - 1) ?? []
    assert.equal(lead?.decision, 'lead')
    assert.match(lead?.reason ?? '', /20 对同时、同地址、同券.*“loyal”比“new”贵的有 20 对.*8\.0 %.*A\/A 对照 20 对/)
    assert.match(lead?.article ?? '', /互联网平台价格行为规则/)
  })
  test('cite the law of their day', () => {
    const early = [...same(), ...pairs({})].map((line) => ({
      ...line,
      time: String((line as { time: string }).time).replace('2026-05', '2026-04'),
    }))
    const [lead] = [...run(early.map((line) => ({ ...line, time: line.time.replace('-01T', '-09T') }))).values()].flat()
    assert.equal(lead?.article, '消费者权益保护法实施条例 第九条；个人信息保护法 第二十四条')
  })
  test('with names in Chinese are the same', () => {
    const lines = [...same(), ...pairs({})].map((line) => {
      const { kind, product, persona, pair_id, price, address, time, aa } = line as { [name: string]: unknown }
      return {
        kind,
        商品: product,
        画像: persona,
        配对编号: pair_id,
        到手价: price,
        收货地址: address,
        时间: time,
        对照: aa,
      }
    })
    assert.deepEqual(decisions(lines), ['lead'])
  })
})

describe('gaps that mean nothing', () => {
  test('of both signs, of less than two percent, or none at all', () => {
    assert.deepEqual(decisions([...same(), ...pairs({ gap: (i) => (i % 2 === 0 ? 0.08 : -0.08) })]), [
      'below threshold',
    ])
    assert.deepEqual(decisions([...same(), ...pairs({ gap: () => 0.01 })]), [])
    assert.deepEqual(decisions([...same(), ...pairs({ gap: () => 0 })]), [])
  })
  test('no larger than between two quotes of one persona', () => {
    assert.deepEqual(decisions([...same(20, 0.1), ...pairs({})]), [])
  })
  test('with another coupon, address or time are not pairs', () => {
    for (const more of [{ coupon: '新客券' }, { address: '上海' }, { time: '2026-05-01T12:59:00+08:00' }])
      assert.deepEqual(decisions([...same(), ...pairs({ more: () => more })]), [])
  })
  test('at one product of hundreds are not named for one lucky row of signs', () => {
    const many = Array.from({ length: 200 }, (_, n) =>
      pairs({ product: `p${n}`, pairs: 10, gap: (i) => (n === 0 || i % 2 === 0 ? 0.05 : -0.05) }),
    ).flat()
    assert.ok(!decisions([...same(), ...many]).includes('lead'))
  })
})

describe('too little to tell', () => {
  test('nine pairs, or no A/A pairs, cannot be decided', () => {
    assert.deepEqual(decisions([...same(), ...pairs({ pairs: 9 })]), ["can't decide"])
    assert.deepEqual(decisions(pairs({})), ["can't decide"])
  })
})
