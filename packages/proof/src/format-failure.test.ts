import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { FORMAT_FAILURE_CODES, formatFailure } from './format-failure.ts'

const ROOT = new URL('../../../', import.meta.url)

test('every code is explained on a page of the formats, and every page names only codes that exist', () => {
  const folder = new URL('docs/formats/', ROOT)
  const pages = [
    'entry',
    'commitment',
    'checkpoint',
    'receipt',
    'policy',
    'tiles',
    'renewal',
    'sealed-file',
    'policy-chain',
    'equivocation',
    'cross-chain',
  ]
  const text = pages.map((page) => readFileSync(new URL(`${page}.md`, folder), 'utf8')).join('\n')
  for (const code of FORMAT_FAILURE_CODES) assert.ok(text.includes(`\`${code}\``), code)
  for (const [, code] of text.matchAll(/`([a-z]+-(?:malformed|duplicate|range))`/g)) {
    if (code === 'signature-duplicate') continue
    assert.ok((FORMAT_FAILURE_CODES as readonly string[]).includes(code!), String(code))
  }
  assert.ok(readdirSync(folder).length >= pages.length)
})

test('a failure carries its code and its field', () => {
  const failure = formatFailure('policy-malformed', 'words', { field: 'origin' })
  assert.deepEqual([failure.code, failure.field], ['policy-malformed', 'origin'])
})
