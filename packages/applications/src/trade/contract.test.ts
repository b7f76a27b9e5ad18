import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { commitmentTo, DAY, organisation, RegisterStage, START } from '../testing/register-stage.ts'
import { tradeContract } from './contract.ts'

const platform = organisation('platform')
const other = organisation('other platform')
const regulator = organisation('regulator')
const c = commitmentTo('records')
const r = commitmentTo('reasons')
const report = { c, b: START - 2 * DAY, e: START - DAY, z: 1200 }
const ask = (days: number, now = START) => ({ q: commitmentTo('question'), d: now + days * DAY })

describe('the records of a period', () => {
  const reported = async () => {
    const stage = new RegisterStage(tradeContract)
    await stage.steps([platform, 'report', report])
    return stage
  }

  test('are reported, corrected beside the report, asked for, answered and freed', async () => {
    const stage = await reported()
    await stage.steps(
      [platform, 'correct', { c, r }],
      [regulator, 'ask', ask(3)],
      [platform, 'answer', { c }],
      [regulator, 'free', { r }],
    )
    assert.equal(stage.state, 'reported')
  })

  test('are of a period that is over (第二十五条)', async () => {
    const stage = new RegisterStage(tradeContract)
    assert.equal(await stage.step(platform, 'report', { ...report, e: START + 1 }), 'period-unfinished')
    assert.equal(await stage.step(platform, 'report', { ...report, b: report.e }), 'period-empty')
  })

  test('are reported once: what was said stays (第三十一条)', async () => {
    const stage = await reported()
    assert.equal(await stage.step(platform, 'report', report), 'record-known')
    assert.equal(await stage.step(other, 'correct', { c, r }), 'platform-other')
  })

  test('are neither corrected nor deleted while they are asked for or held', async () => {
    const stage = await reported()
    await stage.steps([regulator, 'ask', ask(3)])
    assert.equal(await stage.step(platform, 'correct', { c, r }), 'step-forbidden')
    assert.equal(await stage.step(platform, 'delete', { r }), 'step-forbidden')
    assert.equal(await stage.step(other, 'answer', { c }), 'platform-other')
    await stage.steps([platform, 'answer', { c }])
    await stage.stage.pass(1200 * DAY)
    assert.equal(await stage.step(platform, 'delete', { r }), 'step-forbidden')
  })

  test('are kept three years, and deleted by their platform only (第三十一条)', async () => {
    const stage = await reported()
    await stage.stage.pass(3 * 365 * DAY)
    assert.equal(await stage.step(platform, 'delete', { r }), 'kept-three-years')
    await stage.stage.pass(3 * DAY)
    assert.equal(await stage.step(other, 'delete', { r }), 'platform-other')
    assert.equal(await stage.step(platform, 'delete', { r }), null)
    assert.equal(await stage.step(regulator, 'ask', ask(3, stage.stage.time)), 'step-forbidden')
  })

  test('are asked for with a day to answer at least, and nobody is late before that', async () => {
    const stage = await reported()
    assert.equal(await stage.step(regulator, 'ask', ask(0)), 'deadline-short')
    await stage.steps([regulator, 'ask', ask(3)])
    assert.equal(await stage.step(regulator, 'overdue', { r }), 'deadline-open')
    await stage.stage.pass(3 * DAY)
    await stage.steps([regulator, 'overdue', { r }])
    assert.equal(await stage.step(platform, 'answer', { c }), 'step-forbidden')
  })
})
