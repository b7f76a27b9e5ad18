import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Listing, parseLine } from '../line.ts'
import { pyramidTextModel } from './pyramid-text.ts'

function decisions(title: string, description = '', category = '', date = '2026-11-11'): string[] {
  const line = parseLine(JSON.stringify({ id: '1', title, description, category })) as Listing
  return pyramidTextModel.examine(line, date).map(({ decision }) => decision)
}

describe('an offer', () => {
  test('with entry fee, recruiting and tiered pay is a lead that names all three', () => {
    const description = '缴纳2980元成为会员，直推奖20%，二代10%，三代5%，团队业绩提成上不封顶。'
    const line = parseLine(JSON.stringify({ title: '养生套餐 创业', description })) as Listing
    const [lead] = pyramidTextModel.examine(line, '2026-11-11')
    assert.equal(lead?.decision, 'lead')
    for (const mark of ['入门费', '拉人头', '团队计酬']) assert.ok(lead.reason.includes(mark))
    assert.equal(description.slice(lead.span!.start, lead.span!.end), lead.span!.text)
    assert.equal(lead.article, '禁止传销条例 第七条第一项、第二项、第三项')
  })
  test('is a lead however its words are parted', () => {
    assert.deepEqual(decisions('发 展 下 线 赚 钱', '见·点·奖 对-碰-奖 天天分红'), ['lead'])
  })
  test('with only one of them is none', () => {
    assert.deepEqual(decisions('招商加盟', '加盟费3万元，总部扶持'), [])
    assert.deepEqual(decisions('分销佣金20%', '推荐好友下单，你得一级佣金20%'), [])
    assert.deepEqual(decisions('三人成团', '邀请好友拼团，立减10元'), [])
  })
  test('with two that honest shops use too stays below the threshold', () => {
    assert.deepEqual(decisions('年度会员', '会员费199元，推荐好友各得20元优惠券'), ['below threshold'])
  })
  test('that says that it has none of them is none', () => {
    assert.deepEqual(decisions('诚招代理', '无需入门费，不拉人头，不发展下线，没有团队计酬'), [])
  })
  test('that warns of them, or teaches the law, is below the threshold', () => {
    assert.deepEqual(decisions('警惕传销：入门费、拉人头、团队计酬', '反诈宣传手册'), ['below threshold'])
    assert.deepEqual(decisions('禁止传销条例释义', '收取入门费、发展下线、团队计酬的认定', '图书'), ['below threshold'])
  })
  test('of the time before the regulation is not judged by it', () => {
    assert.deepEqual(decisions('发展下线', '见点奖', '', '2005-10-31'), [])
  })
})
