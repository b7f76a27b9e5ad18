import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { actorIdOf } from '@mingzheng/ledger/testing'
import { commitmentTo, DAY, organisation, RegisterStage } from '../testing/register-stage.ts'
import { plantedContract, probeContract } from './contract.ts'

const regulator = organisation('regulator')
const notary = organisation('notary')
const v = commitmentTo('version 1')
const r = commitmentTo('opinion')

describe('a probe', () => {
  const reviewed = async () => {
    const stage = new RegisterStage(probeContract)
    await stage.steps(
      [regulator, 'register', { v }],
      [notary, 'review-in-law', { r }],
      [notary, 'review-technically', { r }],
    )
    return stage
  }

  test('records once it was reviewed in law and technically, in the version that was reviewed', async () => {
    const stage = await reviewed()
    await stage.steps([regulator, 'serve', { v }], [regulator, 'sample', { c: commitmentTo('sample'), z: 40 }])
    assert.equal(stage.state, 'in-service')
  })

  test('does not serve without both reviews', async () => {
    const stage = new RegisterStage(probeContract)
    await stage.steps([regulator, 'register', { v }])
    assert.equal(await stage.step(regulator, 'serve', { v }), 'step-forbidden')
    assert.equal(await stage.step(notary, 'review-technically', { r }), 'step-forbidden')
    await stage.steps([notary, 'review-in-law', { r }])
    assert.equal(await stage.step(regulator, 'serve', { v }), 'step-forbidden')
  })

  test('is not reviewed by whom registered it', async () => {
    const stage = new RegisterStage(probeContract)
    await stage.steps([regulator, 'register', { v }])
    assert.equal(await stage.step(regulator, 'review-in-law', { r }), 'review-own')
    await stage.steps([notary, 'review-in-law', { r }])
    assert.equal(await stage.step(regulator, 'review-technically', { r }), 'review-own')
  })

  test('does not serve in another version than the reviewed one, and a change needs reviews anew', async () => {
    const stage = await reviewed()
    const other = commitmentTo('version 2')
    assert.equal(await stage.step(regulator, 'serve', { v: other }), 'version-not-reviewed')
    await stage.steps([regulator, 'change', { v: other }])
    assert.equal(await stage.step(regulator, 'serve', { v: other }), 'step-forbidden')
  })

  test('records nothing before service, while suspended, after its end, or by another', async () => {
    const stage = await reviewed()
    const sample = { c: commitmentTo('sample'), z: 1 }
    assert.equal(await stage.step(regulator, 'sample', sample), 'step-forbidden')
    await stage.steps([regulator, 'serve', { v }])
    assert.equal(await stage.step(notary, 'sample', sample), 'probe-other')
    await stage.steps([notary, 'suspend', { r }])
    assert.equal(await stage.step(regulator, 'sample', sample), 'step-forbidden')
    await stage.steps([regulator, 'serve', { v }], [regulator, 'retire'])
    assert.equal(await stage.step(regulator, 'sample', sample), 'step-forbidden')
    assert.equal(await stage.step(regulator, 'serve', { v }), 'step-forbidden')
    assert.equal(await stage.step(regulator, 'register', { v }), 'record-known')
    assert.equal(await stage.stage.refused(regulator, 'probe.retire', { k: new Uint8Array(16) }), 'record-unknown')
  })
})

describe('a planted lead', () => {
  const plant = { c: commitmentTo('planted'), a: actorIdOf(regulator) }
  const open = { d: commitmentTo('what'), x: commitmentTo('salt') }

  test('is fixed before it goes in, answered, and opened afterwards', async () => {
    const stage = new RegisterStage(plantedContract)
    await stage.steps(
      [notary, 'plant', plant],
      [regulator, 'catch', { f: commitmentTo('finding') }],
      [notary, 'reveal', open],
    )
    assert.equal(stage.state, 'revealed')
  })

  test('is not planted by whom it tests, nor answered by another', async () => {
    const stage = new RegisterStage(plantedContract)
    assert.equal(await stage.step(regulator, 'plant', plant), 'planted-own')
    await stage.steps([notary, 'plant', plant])
    assert.equal(await stage.step(notary, 'catch', { f: commitmentTo('finding') }), 'planted-other')
  })

  test('is not opened before it was answered, nor answered after it was opened', async () => {
    const stage = new RegisterStage(plantedContract)
    await stage.steps([notary, 'plant', plant])
    assert.equal(await stage.step(notary, 'reveal', open), 'step-forbidden')
    assert.equal(await stage.step(notary, 'miss'), 'too-early')
    await stage.stage.pass(DAY)
    assert.equal(await stage.step(regulator, 'miss'), 'planted-other')
    await stage.steps([notary, 'miss'], [notary, 'reveal', open])
    assert.equal(await stage.step(regulator, 'catch', { f: commitmentTo('finding') }), 'step-forbidden')
  })
})
