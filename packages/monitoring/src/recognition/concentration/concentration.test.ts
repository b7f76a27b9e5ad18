import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseLine } from '../line.ts'
import { concentrationModel } from './concentration.ts'

function run(lines: readonly object[], date = '2026-11-20') {
  const panel = concentrationModel.open()
  lines.forEach((line, i) => {
    panel.add(parseLine(JSON.stringify({ kind: 'equity-event', ...line })), i)
  })
  return [...panel.conclude(date).values()].flat()
}
const DEAL = {
  acquirer: '甲',
  target: '乙',
  stake: '60%',
  closing_date: '2026-03-01',
  acquirer_turnover_china: '50亿元',
  target_turnover_china: '9亿元',
}
const one = (more: object, date?: string) => run([{ ...DEAL, ...more }], date)[0]

describe('a concentration above the standard', () => {
  test('that was never notified, or too late, is a lead with turnover, dates and articles', () => {
    const lead = one({})
    assert.equal(lead?.decision, 'lead')
    assert.match(lead?.reason ?? '', /甲收购乙：境内合计 59 亿元.*2026-03-01 交割，没有申报记录/)
    assert.match(lead?.article ?? '', /第二十六条、第五十八条/)
    assert.equal(one({ filing_date: '2026-05-01' })?.decision, 'lead')
  })
  test('that was closed before its review ended is one', () => {
    assert.equal(one({ filed_at: '2026-02-01', cleared_at: '2026-04-01' })?.decision, 'lead')
  })
  test('in Chinese, with parties and a unit, is the same', () => {
    const parties = [
      { 名称: '甲', 境内营业额: 50 },
      { 名称: '乙', 境内营业额: 9 },
    ]
    const line = {
      收购方: '甲',
      目标公司: '乙',
      持股比例: '100%',
      交割日期: '2026-03-01',
      参与集中的经营者: parties,
      单位: '亿元',
    }
    assert.equal(run([line])[0]?.decision, 'lead')
  })
  test('is judged by the standard of its day', () => {
    const small = { acquirer_turnover_china: '18亿', target_turnover_china: '5亿' }
    assert.equal(one({ ...small, closing_date: '2024-01-21' })?.decision, 'lead')
    assert.equal(one({ ...small, closing_date: '2024-01-22', combined_world: '23亿' })?.decision, 'below threshold')
  })
  test('is told from lines about the same deal', () => {
    const { acquirer_turnover_china, target_turnover_china, ...deal } = DEAL
    const lines = [
      { deal_id: 'd', ...deal },
      { deal_id: 'd', acquirer: '甲', target: '乙', acquirer_turnover_china, target_turnover_china },
    ]
    assert.equal(run(lines)[0]?.decision, 'lead')
  })
})

describe('no concentration that had to be notified', () => {
  test('is found where it was cleared in time', () => {
    assert.equal(one({ filed_at: '2025-12-01', cleared_at: '2026-02-01' }), undefined)
  })
  test('is found within a group, below the standard, without control, or before it is closed', () => {
    assert.equal(one({ intragroup: true })?.decision, 'below threshold')
    assert.equal(one({ target_turnover_china: '7亿' })?.decision, 'below threshold')
    assert.equal(one({ stake: 10, control: false }), undefined)
    assert.equal(one({ closing_date: '2026-12-01' })?.decision, 'below threshold')
  })
})

describe('what is not known', () => {
  test('is asked for: turnover, control, the closing', () => {
    assert.equal(one({ target_turnover_china: null })?.decision, "can't decide")
    assert.equal(one({ stake: 30 })?.decision, "can't decide")
    assert.equal(one({ closing_date: null })?.decision, "can't decide")
    assert.equal(one({ filed: true })?.decision, "can't decide")
  })
})
