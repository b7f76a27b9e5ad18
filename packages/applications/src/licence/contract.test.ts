import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { commitmentTo, DAY, organisation, RegisterStage, START } from '../testing/register-stage.ts'
import { licenceContract } from './contract.ts'

const counter = organisation('counter')
const authority = organisation('authority')
const other = organisation('other authority')
const h = commitmentTo('holder')
const c = commitmentTo('content')
const r = commitmentTo('written reasons')
const x = START + 365 * DAY

describe('a licence', () => {
  const granted = async () => {
    const stage = new RegisterStage(licenceContract)
    await stage.steps([counter, 'apply', { h, c }], [authority, 'accept'], [authority, 'grant', { c, x }])
    return stage
  }

  test('is applied for, accepted, granted, changed, renewed and struck off', async () => {
    const stage = await granted()
    await stage.steps(
      [authority, 'change', { h, c }],
      [counter, 'apply-renewal', { c }],
      [authority, 'renew', { x: x + 365 * DAY }],
      [authority, 'cancel', { r }],
    )
    assert.equal(stage.state, 'cancelled')
  })

  test('is not granted before it was accepted, nor by another authority (第三十二, 三十八条)', async () => {
    const stage = new RegisterStage(licenceContract)
    await stage.steps([counter, 'apply', { h, c }])
    assert.equal(await stage.step(authority, 'grant', { c, x }), 'step-forbidden')
    await stage.steps([authority, 'accept'])
    assert.equal(await stage.step(other, 'grant', { c, x }), 'authority-other')
    assert.equal(await stage.step(authority, 'grant', { c, x: START }), 'licence-ended')
  })

  test('is denied or not accepted with reasons only (第三十二, 三十八条)', async () => {
    const stage = new RegisterStage(licenceContract)
    await stage.steps([counter, 'apply', { h, c }])
    assert.equal(await stage.step(authority, 'not-accept'), 'arguments-malformed')
    await stage.steps([authority, 'accept'])
    assert.equal(await stage.step(authority, 'deny'), 'arguments-malformed')
    await stage.steps([authority, 'deny', { r }])
    assert.equal(await stage.step(authority, 'grant', { c, x }), 'step-forbidden')
  })

  test('is not handed on to another (第九, 八十条), nor changed after its end', async () => {
    const stage = await granted()
    assert.equal(await stage.step(authority, 'change', { h: commitmentTo('buyer'), c }), 'holder-changed')
    await stage.stage.pass(365 * DAY)
    assert.equal(await stage.step(authority, 'change', { h, c }), 'licence-ended')
  })

  test('is renewed only when that was asked for thirty days before its end (第五十条)', async () => {
    const stage = await granted()
    assert.equal(await stage.step(authority, 'renew', { x: x + DAY }), 'step-forbidden')
    await stage.stage.pass(336 * DAY)
    assert.equal(await stage.step(counter, 'apply-renewal', { c }), 'renewal-late')
    const early = await granted()
    await early.steps([counter, 'apply-renewal', { c }])
    assert.equal(await early.step(authority, 'renew', { x: x - DAY }), 'licence-ended')
  })

  test('that was revoked or struck off does not come back (第六十九, 七十条)', async () => {
    const stage = await granted()
    await stage.steps([other, 'revoke', { r }])
    assert.equal(await stage.step(authority, 'change', { h, c }), 'step-forbidden')
    assert.equal(await stage.step(other, 'cancel', { r }), 'authority-other')
    await stage.steps([authority, 'cancel', { r }])
    for (const [method, args] of [
      ['grant', { c, x }],
      ['apply-renewal', { c }],
      ['revoke', { r }],
    ] as const) {
      assert.equal(await stage.step(authority, method, args), 'step-forbidden')
    }
  })
})
