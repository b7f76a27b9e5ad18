import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Finding } from '../finding.ts'
import { parseLine } from '../line.ts'
import { pyramidSellingModel } from './pyramid-selling.ts'

function run(lines: readonly object[]): Map<number, Finding[]> {
  const panel = pyramidSellingModel.open()
  lines.forEach((line, i) => {
    panel.add(parseLine(JSON.stringify(line)), i)
  })
  return panel.conclude('2026-11-11') as Map<number, Finding[]>
}
const decisions = (lines: readonly object[]) =>
  [...new Set([...run(lines).values()].flat().map(({ decision }) => decision))].sort()

/** A tree of `levels` levels where everybody brings `width`. */
function tree(levels: number, width: number, more: object = {}): object[] {
  const lines: object[] = []
  let above = ['top']
  for (let level = 1; level < levels; level++) {
    above = above.flatMap((parent) =>
      Array.from({ length: width }, (_, i) => {
        const participant = `${parent}.${i}`
        lines.push({ kind: 'referral', id: `l${lines.length}`, participant, referrer: parent, ...more })
        return participant
      }),
    )
  }
  return lines
}

describe('a graph of referrals', () => {
  test('with fees and pay by levels is a lead of its top and of the heads of its groups', () => {
    const found = run(tree(6, 3, { fee: 2980, level_reward: [600, 300, 100] }))
    assert.deepEqual([...found.keys()], [0, 1, 2])
    const top = found
      .get(0)
      ?.map(({ reason }) => reason)
      .join()
    assert.match(top ?? '', /top 的推荐关系网共 364 人、6 层（含本人）；交费加入 363 人/)
    assert.equal(found.get(0)?.[0]?.article, '禁止传销条例 第七条第二项、第三项')
  })
  test('with names in Chinese is the same', () => {
    const lines = tree(4, 4).map((line) => {
      const { participant, referrer } = line as { participant: string; referrer: string }
      return {
        kind: 'referral',
        会员: participant,
        推荐人: referrer,
        入会费: '2,980元',
        层级奖励: { 一级: 300, 二级: 100 },
      }
    })
    assert.deepEqual(decisions(lines), ['lead'])
  })
  test('of exactly 3 levels and 30 people is one; of 29 people or 2 levels it is not', () => {
    const wide = (people: number) =>
      Array.from({ length: people - 1 }, (_, i) => ({
        kind: 'referral',
        participant: `p${i}`,
        referrer: i === 0 ? 'top' : 'p0',
        fee: 500,
        level_reward: [50, 20],
      }))
    assert.deepEqual(decisions(wide(30)), ['lead'])
    assert.deepEqual(decisions(wide(29)), ['below threshold'])
    assert.deepEqual(decisions(tree(2, 200, { fee: 500, reward: 50 })), ['below threshold'])
  })
  test('without any money cannot be decided', () => assert.deepEqual(decisions(tree(5, 4)), ["can't decide"]))
})

describe('what only looks like one', () => {
  test('coupons for friends of friends are below the threshold', () => {
    assert.deepEqual(decisions(tree(6, 3, { fee: 0, reward: 20, reward_type: '优惠券' })), ['below threshold'])
  })
  test('a paid membership that thanks those who recommend it is too', () => {
    assert.deepEqual(decisions(tree(6, 3, { fee: 199, reward: 10 })), ['below threshold'])
  })
  test('agents who leave a deposit are too', () => {
    assert.deepEqual(decisions(tree(4, 5, { fee: 5000, refundable: true, reward: 0 })), ['below threshold'])
  })
  test('buyers with orders of all amounts are too, and a commission of one level is nothing', () => {
    const orders = tree(4, 5).map((line, i) => ({ ...line, amount: 37 + ((i * 7919) % 1000), commission: 5 }))
    assert.deepEqual(decisions(orders), ['below threshold'])
    assert.deepEqual(decisions(tree(2, 500, { commission: 5 })), [])
  })
})

describe('a graph that is badly drawn', () => {
  test('with circles, self-referrals and several referrers is still judged, and says so', () => {
    const lines = tree(5, 3, { fee: 100, level_reward: [10, 5], time: '2026-01-02' })
    lines.push({ kind: 'referral', participant: 'top', referrer: 'top.0.0', time: '2026-01-03', fee: 100 })
    lines.push({ kind: 'referral', participant: 'top.0', referrer: 'top.0', fee: 100 })
    lines.push({ kind: 'referral', participant: 'top.1', referrer: 'top.2', time: '2026-01-01', fee: 100 })
    const reasons = [...run(lines).values()].flat().map(({ reason }) => reason)
    assert.ok(
      reasons.some((reason) => /121 人/.test(reason) && /1 处另有推荐人/.test(reason) && /1 处自荐/.test(reason)),
    )
  })
  test('keeps schemes apart that share names', () => {
    const [one, other] = ['甲', '乙'].map((scheme) => tree(3, 4, { fee: 9, level_reward: [2, 1], scheme }))
    assert.deepEqual(decisions([...one!, ...other!]), ['below threshold'])
  })
})

describe('payments', () => {
  const pay = (from: string, to: string, amount: number, second: number) => ({
    kind: 'transfer',
    from,
    to,
    amount,
    time: 1_780_000_000 + second,
  })
  test('of fixed amounts to join, and on to people two levels above, are a lead', () => {
    const lines = tree(5, 3).flatMap((line, i) => {
      const { participant, referrer } = line as { participant: string; referrer: string }
      const above = referrer.slice(0, Math.max(3, referrer.lastIndexOf('.')))
      const join = pay(participant, referrer, 100, i * 10)
      return above === referrer ? [join] : [join, pay(participant, above, 10, i * 10 + 1)]
    })
    assert.deepEqual(decisions(lines), ['lead'])
  })
  test('of buyers to shops, and of shops to suppliers, are nothing', () => {
    const lines = Array.from({ length: 400 }, (_, i) => pay(`b${i}`, `s${i % 20}`, 20 + ((i * 7919) % 997), i))
    for (let i = 0; i < 20; i++) lines.push(pay(`s${i}`, `w${i % 3}`, 900 + i * 13, 1000 + i))
    for (let i = 0; i < 3; i++) lines.push(pay(`w${i}`, 'factory', 7000 + i, 2000 + i))
    assert.deepEqual(decisions(lines), [])
  })
})
