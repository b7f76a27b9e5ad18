import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeJson } from '@mingzheng/kernel'
import { sampleManifest } from '../../testing/sample-manifest.ts'
import { checkEdition } from './statement-checks.ts'

const first = sampleManifest([])
const parent = { relation: 'edition' as const, number: first.number, edition: 1, manifestSha256: '0'.repeat(64) }
const manifest = { ...first, edition: 2, editionKind: 'refusal' as const, parents: [parent] }
const said = (change: object = {}) =>
  encodeJson({
    version: 1,
    number: first.number,
    edition: 2,
    statement: { kind: 'refusal' },
    by: { name: '王晓明' },
    ...change,
  })

test('an edition is what it says, by whom it says, signed by them or by nobody', () => {
  assert.equal(checkEdition(manifest, said(), null).status, 'passed')
  assert.equal(checkEdition(manifest, said(), '王晓明').status, 'passed')
  assert.equal(checkEdition(first, undefined, null).status, 'passed')
})

test('an edition that says something else, or whom another signed, has failed', () => {
  assert.equal(checkEdition(manifest, said(), '李四').code, 'edition-signer')
  assert.equal(checkEdition(manifest, undefined, null).code, 'edition-missing')
  for (const change of [
    { edition: 3 },
    { number: 'x' },
    { statement: { kind: 'voiding' } },
    { version: 2 },
    { by: 1 },
  ]) {
    assert.equal(checkEdition(manifest, said(change), null).code, 'edition-differs')
  }
})
