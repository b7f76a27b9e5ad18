import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseLine } from '../line.ts'
import { ipInfringementModel } from './ip-infringement.ts'

const LOGO = [{ url: '/1.jpg', logo: { brand: '云岭', likeness: 0.94 } }]

function judged(line: object) {
  const listing = parseLine(JSON.stringify({ title: '山茶手提袋', ...line }))
  if (listing.kind !== 'listing') throw new TypeError('no listing')
  return ipInfringementModel.examine(listing, '2026-11-25')[0]
}

describe('a registered logo in a picture of a listing', () => {
  test('says nothing alone: genuine goods show it', () => {
    assert.equal(judged({ images: LOGO }), undefined)
  })

  test('makes a low price no lead either, only a question', () => {
    const line = { price: '60', original_price: '400' }
    assert.notEqual(judged(line)?.decision, 'lead')
    assert.equal(judged({ ...line, images: LOGO })?.decision, "can't decide")
    const lower = { ...line, attributes: { 参考价: '900' } }
    assert.equal(judged({ ...lower, images: LOGO })?.decision, "can't decide")
  })

  test('supports what buyers and the price say: a lead, where both without it were none', () => {
    const line = { price: '60', original_price: '400', reviews: [{ text: '到手一看是假货' }] }
    assert.notEqual(judged(line)?.decision, 'lead')
    const found = judged({ ...line, images: LOGO })
    assert.equal(found?.decision, 'lead')
    assert.match(found!.reason, /“云岭”.*登记标识相似.*94 %/)
  })

  test('supports a register that does not name the shop', () => {
    const line = { price: '60', original_price: '400', attributes: { 品牌授权: '无（名录完整，其中没有此店）' } }
    const found = judged({ ...line, images: LOGO })
    assert.equal(found?.decision, 'lead')
    assert.ok(found!.score > (judged({ ...line, brand: '云岭' })?.score ?? 0))
  })

  test('of an authorised dealer, of second-hand goods, of parallel imports is no lead', () => {
    const line = { price: '60', original_price: '400', images: LOGO }
    const reviews = [{ text: '到手一看是假货' }]
    assert.equal(judged({ ...line, attributes: { 品牌授权: '授权经销商名录第1版' } })?.decision, 'below threshold')
    assert.equal(judged({ ...line, title: '二手手提袋 九成新' })?.decision, 'below threshold')
    const parallel = judged({ ...line, reviews, description: '平行进口，保税仓发货' })
    assert.notEqual(parallel?.decision, 'lead')
    assert.match(parallel!.reason, /平行进口/)
  })

  test('that is malformed is none', () => {
    const reviews = [{ text: '到手一看是假货' }]
    for (const logo of [
      null,
      'x',
      {},
      { brand: 1, likeness: 1 },
      { brand: 'x', likeness: 2 },
      { brand: 'x', likeness: '1' },
    ]) {
      assert.equal(
        judged({ price: '60', original_price: '400', reviews, images: [{ logo }] })?.decision,
        judged({ price: '60', original_price: '400', reviews })?.decision,
      )
    }
  })
})
