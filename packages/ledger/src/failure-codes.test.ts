import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ITEM_REFUSAL_CODES, LEDGER_FAILURE_CODES, STALL_CODES } from './failure-codes.ts'

const FORMATS = new URL('../../../docs/formats/', import.meta.url)
const text = ['transaction', 'log-storage', 'engine', 'governance-contract', 'snapshot']
  .map((page) => readFileSync(new URL(`${page}.md`, FORMATS), 'utf8'))
  .join('\n')

test('every code is explained on a page of the formats', () => {
  for (const code of [...LEDGER_FAILURE_CODES, ...ITEM_REFUSAL_CODES, ...STALL_CODES]) {
    assert.ok(text.includes(`\`${code}\``), code)
  }
})

test('the pages name no code of the ledger that does not exist', () => {
  const known: readonly string[] = [...LEDGER_FAILURE_CODES, ...ITEM_REFUSAL_CODES, ...STALL_CODES]
  const family = /`((?:ledger|storage|clock|log|engine)-(?!storage\b)[a-z]+(?:-[a-z]+)*)`/g
  for (const [, code] of text.matchAll(family)) assert.ok(known.includes(code ?? ''), String(code))
})
