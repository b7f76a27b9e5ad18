import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memorySource } from '../package/random-access.ts'
import { buildSamplePackage } from '../testing/sample-package.ts'
import { verifyPackage } from './verify-package.ts'

test('x', async () => {
  const sample = await buildSamplePackage()
  const report = await verifyPackage(memorySource(sample.bytes), { policies: [sample.policy], now: sample.now })
  console.log(report.statement, sample.bytes.length)
  for (const check of report.checks)
    console.log(
      check.status,
      check.id,
      check.code,
      check.reason.en,
      JSON.stringify(check.detail ?? {}),
      check.where ?? '',
    )
  assert.equal(report.verdict, 'verified')
})
