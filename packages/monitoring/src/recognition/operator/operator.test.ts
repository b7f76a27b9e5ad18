import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Listing } from '../line.ts'
import { parseLine } from '../line.ts'
import { creditCodeProblem } from './credit-code.ts'
import { operatorModel } from './operator.ts'

/** A code that the standard's own arithmetic gives (GB 32100-2015, annex). */
const GOOD = '91350100M000100Y43'

function findings(attributes: object, shop?: object, date = '2026-11-01') {
  return operatorModel.examine(parseLine(JSON.stringify({ id: '1', attributes, shop })) as Listing, date)
}
const leads = (...args: Parameters<typeof findings>) => findings(...args).filter(({ decision }) => decision === 'lead')

describe('credit codes', () => {
  test('hold with their check character, in small letters and with spaces too', () => {
    for (const code of [GOOD, GOOD.toLowerCase(), '9135 0100 M000 100Y43']) assert.equal(creditCodeProblem(code), null)
  })
  test('of the time before hold with their check digit', () => {
    assert.equal(creditCodeProblem('110108000000016'), null)
    assert.equal(creditCodeProblem('110108000000017'), 'check')
  })
  test('with a character changed, left out, or that no code has do not', () => {
    assert.equal(creditCodeProblem('91350100M000100Y44'), 'check')
    assert.equal(creditCodeProblem('91350100M000100Y4'), 'length')
    assert.equal(creditCodeProblem('91350100I000100Y43'), 'character')
  })
})

describe('who sells', () => {
  test('is a lead with a code that no registrar gives', () => {
    const [lead] = leads({ 统一社会信用代码: '91350100M000100Y44' })
    assert.match(lead?.article ?? '', /第十五条/)
    assert.match(lead?.reason ?? '', /校验位/)
  })
  test('is a lead with a licence that ended, by the day of the behaviour', () => {
    assert.equal(leads({ licence_expiry: '2026-10-31', credit_code: GOOD }).length, 1)
    assert.equal(leads({ licence_expiry: '2026-10-31', credit_code: GOOD }, undefined, '2026-10-30').length, 0)
    assert.equal(leads({ 登记状态: '吊销' }).length, 1)
  })
  test('is a lead with another name than the registered one, however it is bracketed', () => {
    assert.equal(leads({ operator_name: '杭州甲茶业有限公司', registered_name: '杭州乙茶业有限公司' }).length, 1)
    assert.equal(leads({ operator_name: '甲（杭州）茶业有限公司', registered_name: '甲(杭州)茶业有限公司' }).length, 0)
  })
  test('is a lead at an address in another district, street or house, not in other words for the same', () => {
    const home = '浙江省杭州市西湖区文三路 90 号 3 幢 201 室'
    const at = (shown: string) => leads({ 住所: shown, registered_address: home }).length
    for (const shown of ['杭州市余杭区文三路90号', '杭州市西湖区文二路90号', '杭州市西湖区文三路19号'])
      assert.equal(at(shown), 1)
    for (const shown of ['杭州市西湖区文三路90号3幢201室', '文三路90号', '杭州市西湖区文三路90号三楼'])
      assert.equal(at(shown), 0)
  })
  test('is a lead by its code also where other texts stand under the names of a licence', () => {
    assert.equal(leads({ 营业执照: '已公示', 统一社会信用代码: '91350100M000100Y44' }).length, 1)
    assert.equal(leads({ 营业执照: 'https://img.example/licence.jpg', 统一社会信用代码: GOOD }).length, 0)
  })
  test('is no lead by a name that is only shorter', () => {
    assert.equal(leads({ 企业名称: '杭州甲茶业', registered_name: '杭州甲茶业有限公司' }).length, 0)
  })
  test('is a lead without the licence that should be shown, not with a reason why there is none', () => {
    assert.equal(leads({ 营业执照: '未公示' }).length, 1)
    assert.equal(leads({ 营业执照: '未公示', exemption: '个人销售自产农副产品' }).length, 0)
    assert.equal(leads({ 营业执照: '', exemption: '零星小额', annual_turnover: 250_000 }).length, 1)
  })
  test('gives nothing where nothing is said, or all is right', () => {
    assert.deepEqual(findings({}), [])
    assert.deepEqual(findings({ credit_code: GOOD, operator_name: '甲', registered_name: '甲' }), [])
    assert.deepEqual(findings({ licence: 'https://img.example/licence.jpg' }), [])
  })
})
