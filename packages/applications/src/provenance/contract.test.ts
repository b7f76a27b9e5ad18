import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { actorIdOf } from '@mingzheng/ledger/testing'
import { commitmentTo, DAY, organisation, RegisterStage, START } from '../testing/register-stage.ts'
import { provenanceContract } from './contract.ts'

const maker = organisation('maker')
const wholesaler = organisation('wholesaler')
const hospital = organisation('hospital')
const regulator = organisation('regulator')
const lot = { c: commitmentTo('lot'), x: START + 300 * DAY }
const r = commitmentTo('report')
const offer = (to: typeof maker) => ({ t: actorIdOf(to), c: commitmentTo('delivery note') })

describe('a lot of a drug', () => {
  const released = async () => {
    const stage = new RegisterStage(provenanceContract)
    await stage.steps([maker, 'make', lot], [maker, 'release', { r }])
    return stage
  }

  test('goes from hand to hand, each of which takes it itself, to the patient', async () => {
    const stage = await released()
    await stage.steps(
      [maker, 'offer', offer(wholesaler)],
      [wholesaler, 'receive'],
      [wholesaler, 'offer', offer(hospital)],
      [hospital, 'decline', { r }],
      [wholesaler, 'offer', offer(hospital)],
      [hospital, 'receive'],
      [hospital, 'dispense', { c: commitmentTo('prescription') }],
    )
    assert.equal(stage.state, 'dispensed')
  })

  test('does not leave the factory before its release, which only its maker gives (第四十七条)', async () => {
    const stage = new RegisterStage(provenanceContract)
    await stage.steps([maker, 'make', lot])
    assert.equal(await stage.step(maker, 'offer', offer(wholesaler)), 'step-forbidden')
    assert.equal(await stage.step(wholesaler, 'release', { r }), 'holder-other')
  })

  test('is sold only by whom holds it, to another, who alone can take it (第五十五条)', async () => {
    const stage = await released()
    assert.equal(await stage.step(wholesaler, 'offer', offer(hospital)), 'holder-other')
    assert.equal(await stage.step(maker, 'offer', offer(maker)), 'offer-own')
    await stage.steps([maker, 'offer', offer(wholesaler)])
    assert.equal(await stage.step(hospital, 'receive'), 'holder-other')
    assert.equal(await stage.step(hospital, 'decline', { r }), 'holder-other')
    assert.equal(await stage.step(maker, 'offer', offer(hospital)), 'step-forbidden')
    assert.equal(await stage.step(maker, 'dispense', { c: r }), 'step-forbidden')
  })

  test('that has expired is neither made, sold, taken nor dispensed (第九十八条)', async () => {
    const stage = await released()
    assert.equal(await stage.step(maker, 'make', { ...lot, x: START }, 'old'), 'lot-expired')
    await stage.steps([maker, 'offer', offer(hospital)])
    await stage.stage.pass(300 * DAY)
    assert.equal(await stage.step(hospital, 'receive'), 'lot-expired')
    await stage.steps([hospital, 'decline', { r }])
    assert.equal(await stage.step(maker, 'offer', offer(hospital)), 'lot-expired')
    assert.equal(await stage.step(maker, 'dispense', { c: r }), 'lot-expired')
  })

  test('that was recalled can only be destroyed, by whom holds it (第八十二条)', async () => {
    const stage = await released()
    await stage.steps([maker, 'offer', offer(wholesaler)], [wholesaler, 'receive'], [regulator, 'recall', { r }])
    assert.equal(await stage.step(wholesaler, 'dispense', { c: r }), 'step-forbidden')
    assert.equal(await stage.step(wholesaler, 'offer', offer(hospital)), 'step-forbidden')
    assert.equal(await stage.step(maker, 'destroy', { r }), 'holder-other')
    await stage.steps([wholesaler, 'destroy', { r }])
    assert.equal(await stage.step(regulator, 'recall', { r }), 'step-forbidden')
  })
})
