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
  test('means something else on other goods', () => {
    for (const listing of [
      { category: '汽车用品', title: '降压模块 24V转12V' },
      { title: '法律法规汇编', description: '最佳解读', attributes: { ISBN: '978-7-0000-0000-0' } },
      { category: '女装', title: '连衣裙', description: '偏瘦90斤选S码' },
      { category: '保健食品', description: '辅助降血脂', attributes: { 保健功能: '辅助降血脂' } },
      { category: '百货', description: '我们从不说自己是全网最好' },
      { category: '百货', description: '别家写着“全网最低价”的字样，我们不写' },
    ])
      assert.notEqual(first(falsePropagandaModel, listing)?.decision, 'lead', JSON.stringify(listing))
  })
  test('is a number or a promise put in many ways', () => {
    for (const listing of [
      { category: '教育培训', description: '通过率≈100%，学不会全额退款' },
      { category: '招商加盟', description: '三个月回本，年化收益18%' },
      { category: '护肤', description: '7天淡斑，堪比热玛吉' },
      { category: '食品', description: '喝一个月瘦20斤，血糖降到正常' },
      { category: '食品', description: '哈佛大学教授团队研发，98%的用户反馈有效' },
    ])
      assert.equal(first(falsePropagandaModel, listing)?.decision, 'lead', JSON.stringify(listing))
  })
  test('is held against the data of the listing itself', () => {
    const attributes = { sales: 300, 产地: '广东', 配料: '水、白砂糖、柠檬酸' }
    for (const description of ['已售10万件', '原装进口', '0蔗糖']) {
      const found = first(falsePropagandaModel, { category: '食品', description, attributes })
      assert.equal(found?.decision, 'lead', description)
      assert.equal(found?.span?.text, description)
    }
    const agreeing = { sales: 99_000, 产地: '新西兰', 配料: '生牛乳' }
    for (const description of ['已售10万件', '原装进口', '0蔗糖'])
      assert.equal(first(falsePropagandaModel, { category: '食品', description, attributes: agreeing }), undefined)
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
  test('is one by a weak word beside what is said when it is really offered', () => {
    assert.equal(first(bannedGoodsModel, { title: '江鱼 现捕现发', description: '渔船直供，野生' })?.decision, 'lead')
    assert.notEqual(first(bannedGoodsModel, { title: '江鱼 池塘养殖', description: '冷链直达' })?.decision, 'lead')
  })
  test('is none where the law is told of', () => {
    for (const description of ['提醒：依法严禁携带管制刀具，违法必究', '买卖象牙制品是犯罪'])
      assert.notEqual(first(bannedGoodsModel, { title: '宣传展板', description })?.decision, 'lead')
  })
  test('is none by characters where two words meet', () => {
    for (const title of ['提供精美礼盒', '锅底火锅料', '唐代考古报告', '专卖血糖仪'])
      assert.notEqual(first(bannedGoodsModel, { title })?.decision, 'lead')
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
  test('that no register knows is one all the same, unless it is the shop’s own', () => {
    const listing = { brand: '云岭', title: '云岭 保温壶 一比一复刻 高仿', price: 30 }
    assert.equal(first(ipInfringementModel, listing)?.decision, 'lead')
    assert.notEqual(
      first(ipInfringementModel, { ...listing, title: '尾单 保温壶', shop: '云岭器物' })?.decision,
      'lead',
    )
  })
  test('is none by a word with an honest neighbour', () => {
    for (const title of ['高仿真花 绢花', '纯原木书桌', 'A货翡翠手镯', '山寨村民宿'])
      assert.notEqual(first(ipInfringementModel, { title })?.decision, 'lead', title)
  })
  test('at half its price by a shop that is not authorised, with buyers who call it fake, is a lead', () => {
    const listing = { brand: 'Nike', title: '跑鞋', price: 99, attributes: { market_median: 700, authorized: false } }
    assert.equal(first(ipInfringementModel, { ...listing, reviews: ['假货'] })?.decision, 'lead')
    const dealer = { ...listing, attributes: { market_median: 700, authorized: true }, reviews: ['假货'] }
    assert.equal(first(ipInfringementModel, dealer)?.decision, 'below threshold')
  })
})
