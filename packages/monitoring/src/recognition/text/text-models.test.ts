import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bannedGoodsModel } from '../banned-goods/banned-goods.ts'
import { falsePropagandaModel } from '../false-propaganda/false-propaganda.ts'
import type { Finding } from '../finding.ts'
import { ipInfringementModel } from '../ip-infringement/ip-infringement.ts'
import { type Listing, parseLine } from '../line.ts'
import type { ListingModel } from '../model.ts'

function first(model: ListingModel, listing: object, date = '2026-11-24'): Finding | undefined {
  return model.examine(parseLine(JSON.stringify(listing)) as Listing, date).sort((a, b) => b.score - a.score)[0]
}

describe('a claim', () => {
  test('has its span in the original text, however it is disguised', () => {
    const found = first(falsePropagandaModel, { title: '送礼', description: '品质國 家 級，放心' })
    assert.deepEqual(found?.span, { field: 'description', start: 2, end: 7, text: '國 家 級' })
    assert.equal(found?.decision, 'lead')
  })
  test('that only sounds like one is no lead with everyday characters', () => {
    const found = first(falsePropagandaModel, { title: '国加级 面料' })
    assert.equal(found?.decision, 'below threshold')
  })
  test('with a character that nobody uses every day weighs less than as it stands', () => {
    const [rare, plain] = ['蕞佳', '最佳'].map(
      (word) => first(falsePropagandaModel, { title: `${word}面料` })?.score ?? 0,
    )
    assert.ok(rare! > 0.6 && rare! < plain!)
  })
  test('of an exempt use keeps a trace that names the exemption', () => {
    const found = first(falsePropagandaModel, { title: '红枣', description: '最佳食用期15天' })
    assert.equal(found?.decision, 'below threshold')
    assert.match(found?.reason ?? '', /消费提示/)
  })
  test('of healing offends another article on health food than on a pillow', () => {
    const description = '治疗失眠'
    assert.match(first(falsePropagandaModel, { category: '保健食品', description })?.article ?? '', /第十八条/)
    assert.match(first(falsePropagandaModel, { category: '家纺', description })?.article ?? '', /第十七条/)
  })
  test('is judged by no law that was not there yet', () => {
    assert.equal(first(falsePropagandaModel, { title: '国家级' }, '2015-08-31'), undefined)
  })
  test('of a buyer is none of the seller', () => {
    assert.equal(first(falsePropagandaModel, { title: '茶', reviews: ['全网第一，治疗失眠'] }), undefined)
  })
})

describe('a thing that may not be sold', () => {
  test('is a lead, and with the licence for it none', () => {
    const listing = { title: '天然麝香 整个' }
    assert.equal(first(bannedGoodsModel, listing)?.decision, 'lead')
    const licensed = { ...listing, attributes: { 野生动物经营许可证: '浙林护2026-01' } }
    assert.equal(first(bannedGoodsModel, licensed)?.decision, 'below threshold')
    const none = { ...listing, attributes: { 野生动物经营许可证: '无' } }
    assert.equal(first(bannedGoodsModel, none)?.decision, 'lead')
  })
  test('is none by a word that means something else', () => {
    for (const title of ['筋膜枪 静音', '抽油烟机 大吸力', '亚麻 麻布 窗帘', '虎皮鸡爪 即食'])
      assert.notEqual(first(bannedGoodsModel, { title })?.decision, 'lead')
  })
})

describe('a brand', () => {
  test('cannot be decided by its price alone, where nothing is said of authorisation', () => {
    const found = first(ipInfringementModel, {
      brand: 'Nike',
      title: '跑鞋',
      price: 99,
      attributes: { market_median: 700 },
    })
    assert.equal(found?.decision, "can't decide")
  })
  test('at half its price by a shop that is not authorised, with buyers who call it fake, is a lead', () => {
    const listing = { brand: 'Nike', title: '跑鞋', price: 99, attributes: { market_median: 700, authorized: false } }
    assert.equal(first(ipInfringementModel, { ...listing, reviews: ['假货'] })?.decision, 'lead')
    const dealer = { ...listing, attributes: { market_median: 700, authorized: true }, reviews: ['假货'] }
    assert.equal(first(ipInfringementModel, dealer)?.decision, 'below threshold')
  })
})
