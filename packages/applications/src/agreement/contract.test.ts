import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { actorIdOf } from '@mingzheng/ledger/testing'
import { commitmentTo, DAY, organisation, RegisterStage, START } from '../testing/register-stage.ts'
import { agreementContract } from './contract.ts'

const [buyer, seller, carrier, stranger] = ['buyer', 'seller', 'carrier', 'stranger'].map(organisation) as [
  ReturnType<typeof organisation>,
  ReturnType<typeof organisation>,
  ReturnType<typeof organisation>,
  ReturnType<typeof organisation>,
]
const c = commitmentTo('text')
const x = commitmentTo('will')
const r = commitmentTo('reasons')
const offer = {
  c,
  x,
  p: [buyer, seller, carrier].map(actorIdOf),
  u: START + 7 * DAY,
  l: [START + 10 * DAY, START + 20 * DAY],
}

describe('an agreement', () => {
  const signed = async () => {
    const stage = new RegisterStage(agreementContract)
    await stage.steps([buyer, 'offer', offer], [seller, 'sign', { c, x }], [carrier, 'sign', { c, x }])
    return stage
  }

  test('is signed in order, changed by all, carried out when due, and ended after notice', async () => {
    const stage = await signed()
    assert.equal(stage.state, 'in-force')
    const text = { c: commitmentTo('second text'), x }
    await stage.steps([seller, 'amend', text], [buyer, 'amend', text], [carrier, 'amend', text])
    await stage.stage.pass(10 * DAY)
    await stage.steps([carrier, 'execute', { i: 0, x }])
    await stage.steps([buyer, 'notice', { e: START + 30 * DAY, r }])
    await stage.stage.pass(20 * DAY)
    await stage.steps([seller, 'execute', { i: 1, x }], [buyer, 'end', { r }])
    assert.equal(stage.state, 'ended')
  })

  test('is signed by its parties in their order, each once and the same text (电子签名法第十三条)', async () => {
    const stage = new RegisterStage(agreementContract)
    assert.equal(await stage.step(seller, 'offer', offer), 'party-not')
    assert.equal(await stage.step(buyer, 'offer', { ...offer, p: [buyer, buyer].map(actorIdOf) }), 'party-twice')
    await stage.steps([buyer, 'offer', offer])
    assert.equal(await stage.step(carrier, 'sign', { c, x }), 'signing-order')
    assert.equal(await stage.step(buyer, 'sign', { c, x }), 'signing-order')
    assert.equal(await stage.step(seller, 'sign', { c: commitmentTo('other'), x }), 'text-other')
    await stage.steps([seller, 'sign', { c, x }])
    assert.equal(await stage.step(seller, 'sign', { c, x }), 'signing-order')
  })

  test('is not accepted late, and the offer lapses then and not before (第四百七十八, 四百八十六条)', async () => {
    const stage = new RegisterStage(agreementContract)
    assert.equal(await stage.step(buyer, 'offer', { ...offer, u: START }), 'offer-lapsed')
    await stage.steps([buyer, 'offer', offer])
    assert.equal(await stage.step(buyer, 'lapse'), 'offer-binds')
    await stage.stage.pass(7 * DAY + 1)
    assert.equal(await stage.step(seller, 'sign', { c, x }), 'offer-lapsed')
    assert.equal(await stage.step(stranger, 'lapse'), 'party-not')
    await stage.steps([seller, 'lapse'])
    assert.equal(await stage.step(seller, 'sign', { c, x }), 'step-forbidden')
  })

  test('is withdrawn by whom offered it, before anybody accepted (第四百七十六条)', async () => {
    const stage = new RegisterStage(agreementContract)
    await stage.steps([buyer, 'offer', offer])
    assert.equal(await stage.step(seller, 'withdraw'), 'party-not')
    await stage.steps([seller, 'sign', { c, x }])
    assert.equal(await stage.step(buyer, 'withdraw'), 'offer-accepted')
  })

  test('is not changed by one party, nor by a stranger (第五百四十三条)', async () => {
    const stage = await signed()
    const text = { c: commitmentTo('second text'), x }
    await stage.steps([seller, 'amend', text])
    assert.equal(await stage.step(seller, 'amend', text), 'amended-alone')
    assert.equal(await stage.step(stranger, 'amend', text), 'party-not')
    assert.deepEqual(
      (
        stage.stage.read(
          'agreement',
          `record/${Buffer.from(stage.stage.entries[0]!.body.k as Uint8Array).toString('hex')}`,
        ) as { f: { c: Uint8Array } }
      ).f.c,
      c,
    )
  })

  test('has its clauses carried out not before their time, not twice, and no others (第一百五十八条)', async () => {
    const stage = await signed()
    assert.equal(await stage.step(carrier, 'execute', { i: 0, x }), 'clause-early')
    assert.equal(await stage.step(carrier, 'execute', { i: 2, x }), 'clause-unknown')
    await stage.stage.pass(10 * DAY)
    assert.equal(await stage.step(stranger, 'execute', { i: 0, x }), 'party-not')
    await stage.steps([carrier, 'execute', { i: 0, x }])
    assert.equal(await stage.step(seller, 'execute', { i: 0, x }), 'clause-done')
  })

  test('ends by nobody alone without notice, and not before its time (第五百六十五条)', async () => {
    const stage = await signed()
    assert.equal(await stage.step(buyer, 'end', { r }), 'step-forbidden')
    assert.equal(await stage.step(buyer, 'notice', { e: START, r }), 'notice-backdated')
    assert.equal(await stage.step(stranger, 'notice', { e: START + DAY, r }), 'party-not')
    await stage.steps([buyer, 'notice', { e: START + DAY, r }])
    assert.equal(await stage.step(buyer, 'end', { r }), 'notice-running')
    assert.equal(await stage.step(seller, 'amend', { c, x }), 'step-forbidden')
  })
})
