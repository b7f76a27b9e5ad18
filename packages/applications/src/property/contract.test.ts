import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { actorIdOf } from '@mingzheng/ledger/testing'
import { commitmentTo, DAY, organisation, RegisterStage, START } from '../testing/register-stage.ts'
import { propertyContract } from './contract.ts'

const author = organisation('author')
const publisher = organisation('publisher')
const bank = organisation('bank')
const office = organisation('office')
const c = commitmentTo('contract')
const r = commitmentTo('reasons')
const application = { c: commitmentTo('work'), p: commitmentTo('proofs') }
const transfer = (to: typeof author, g = [5, 12]) => ({ t: actorIdOf(to), g, c })
const license = (to: typeof author, e: boolean, u = START + 100 * DAY) => ({ t: actorIdOf(to), e, u, c })

describe('a registered work', () => {
  const registered = async () => {
    const stage = new RegisterStage(propertyContract)
    await stage.steps([author, 'apply', application], [office, 'register', { r }])
    return stage
  }

  test('is transferred, licensed, pledged and freed again', async () => {
    const stage = await registered()
    await stage.steps(
      [author, 'license', license(publisher, false)],
      [author, 'transfer', transfer(publisher)],
      [publisher, 'pledge', { t: actorIdOf(bank), c }],
      [bank, 'release'],
    )
    assert.equal(stage.state, 'registered')
  })

  test('keeps its moral rights with the author (第十条)', async () => {
    const stage = await registered()
    assert.equal(await stage.step(author, 'transfer', transfer(publisher, [2, 5])), 'right-moral')
  })

  test('is disposed of only by whom holds the rights, after registration (第二十六, 二十七, 二十八条)', async () => {
    const stage = new RegisterStage(propertyContract)
    await stage.steps([author, 'apply', application])
    assert.equal(await stage.step(author, 'transfer', transfer(publisher)), 'step-forbidden')
    await stage.steps([office, 'register', { r }])
    assert.equal(await stage.step(publisher, 'transfer', transfer(publisher)), 'holder-other')
    assert.equal(await stage.step(publisher, 'license', license(bank, false)), 'holder-other')
    assert.equal(await stage.step(publisher, 'pledge', { t: actorIdOf(bank), c }), 'holder-other')
    await stage.steps([author, 'transfer', transfer(publisher)])
    assert.equal(await stage.step(author, 'transfer', transfer(bank)), 'holder-other')
  })

  test('is not licensed exclusively twice, nor for a time that has passed', async () => {
    const stage = await registered()
    assert.equal(await stage.step(author, 'license', license(publisher, true, START)), 'licence-ended')
    await stage.steps([author, 'license', license(publisher, true)])
    assert.equal(await stage.step(author, 'license', license(bank, true)), 'licence-exclusive')
    assert.equal(await stage.step(author, 'transfer', transfer(bank)), 'licence-exclusive')
    await stage.stage.pass(100 * DAY)
    assert.equal(await stage.step(author, 'license', license(bank, true, START + 200 * DAY)), null)
  })

  test('that is pledged is neither transferred nor licensed nor freed by its debtor (民法典第四百四十四条)', async () => {
    const stage = await registered()
    await stage.steps([author, 'pledge', { t: actorIdOf(bank), c }])
    assert.equal(await stage.step(author, 'transfer', transfer(publisher)), 'step-forbidden')
    assert.equal(await stage.step(author, 'license', license(publisher, false)), 'work-pledged')
    assert.equal(await stage.step(author, 'release'), 'pledgee-other')
    await stage.steps([publisher, 'dispute', { c }], [office, 'uphold', { r }])
    assert.equal(stage.state, 'pledged')
  })

  test('that was refused or revoked stays so; while it is disputed nothing happens to it', async () => {
    const stage = await registered()
    await stage.steps([publisher, 'dispute', { c }])
    assert.equal(await stage.step(author, 'transfer', transfer(bank)), 'step-forbidden')
    await stage.steps([office, 'revoke', { r }])
    assert.equal(await stage.step(office, 'register', { r }), 'step-forbidden')
    assert.equal(await stage.step(author, 'apply', application), 'record-known')
    await stage.stage.succeed(author, 'property.apply', { k: new Uint8Array(16), ...application })
    await stage.stage.succeed(office, 'property.refuse', { k: new Uint8Array(16), r })
    assert.equal(await stage.stage.refused(office, 'property.register', { k: new Uint8Array(16), r }), 'step-forbidden')
  })
})
