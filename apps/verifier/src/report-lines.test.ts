import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memorySource, verifyPackage } from '@mingzheng/proof'
import { buildSamplePackage } from '@mingzheng/proof/testing'
import { reportLines } from './report-lines.ts'

test('a title that would colour the terminal or reverse its text is printed as codes', async () => {
  const sample = await buildSamplePackage({
    manifest: { complete: false, incompleteReason: '\u001b[31mred\u202e\u0007' },
    tamper: (members) => members.delete('proof/timestamp.tsr'),
  })
  const report = await verifyPackage(memorySource(sample.bytes), { policies: [sample.policy], now: sample.now })
  const text = reportLines(report, 'en').join('')
  assert.doesNotMatch(text, /[\p{Cc}\p{Cf}]/u)
  assert.match(text, /\\u\{1b\}\[31mred\\u\{202e\}\\u\{7\}/)
})

test('every check stands on a line with mark, word and reason', async () => {
  const sample = await buildSamplePackage()
  const report = await verifyPackage(memorySource(sample.bytes), { policies: [], now: sample.now })
  for (const language of ['zh', 'en'] as const) {
    const lines = reportLines(report, language)
    for (const check of report.checks) {
      const line = lines.find((candidate) => candidate.includes(` ${check.title[language]}: `))
      assert.ok(line?.includes(check.reason[language]), check.id)
    }
  }
})
