import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { describe, test } from 'node:test'
import { breachesOf, type Module } from './floors.ts'
import { lineQuantiles, offencesOf, readSources } from './source-rules.ts'

const ROOT = resolve(import.meta.dirname, '../..')

const importing = (source: string, target: string, circular = false): Module[] => [
  { source, imports: [{ target, circular }] },
]
const ruleOf = (source: string, target: string, circular = false) =>
  breachesOf(importing(source, target, circular))[0]?.rule

describe('the floors', () => {
  test('an import downwards through the door is allowed', () => {
    assert.equal(ruleOf('packages/ledger/src/a.ts', 'packages/proof/src/index.ts'), undefined)
    assert.equal(ruleOf('apps/server/src/a.ts', 'packages/evidence/src/contract.ts'), undefined)
    assert.equal(ruleOf('packages/ledger/src/a.ts', 'packages/ledger/src/b.ts'), undefined)
    assert.equal(ruleOf('packages/ledger/src/a.ts', 'node_modules/zod/index.js'), undefined)
  })

  test('an import upwards or sideways is not', () => {
    assert.equal(ruleOf('packages/proof/src/a.ts', 'packages/ledger/src/index.ts'), 'floor')
    assert.equal(ruleOf('packages/api/src/a.ts', 'packages/storage/src/index.ts'), 'floor')
    assert.equal(ruleOf('packages/kernel/src/a.ts', 'packages/proof/src/index.ts'), 'floor')
  })

  test('the verifier, the web and the command line know less than what lies below them', () => {
    assert.equal(ruleOf('apps/verifier/src/a.ts', 'packages/api/src/index.ts'), 'floor')
    assert.equal(ruleOf('apps/web/src/a.ts', 'packages/ledger/src/index.ts'), 'floor')
    assert.equal(ruleOf('apps/cli/src/a.ts', 'packages/storage/src/index.ts'), 'floor')
  })

  test('a member’s node knows the ledger and identity, and of everything above only the contracts', () => {
    assert.equal(ruleOf('apps/node/src/a.ts', 'packages/identity/src/index.ts'), undefined)
    assert.equal(ruleOf('apps/node/src/a.ts', 'packages/evidence/src/contract.ts'), undefined)
    assert.equal(ruleOf('apps/node/src/a.ts', 'packages/applications/src/contract.ts'), undefined)
    assert.equal(ruleOf('apps/node/src/a.ts', 'packages/evidence/src/index.ts'), 'floor')
  })

  test('nothing is imported past a package’s door, and its testing door only by tests', () => {
    assert.equal(ruleOf('apps/server/src/a.ts', 'packages/proof/src/merkle/tree.ts'), 'door')
    assert.equal(ruleOf('apps/server/src/a.ts', 'packages/kernel/src/testing.ts'), 'door')
    assert.equal(ruleOf('apps/server/src/a.test.ts', 'packages/kernel/src/testing.ts'), undefined)
    assert.equal(ruleOf('packages/proof/src/testing/x.ts', 'packages/kernel/src/testing.ts'), undefined)
  })

  test('no application imports another, but the command line the verifier whose command it is', () => {
    assert.equal(ruleOf('apps/cli/src/a.ts', 'apps/verifier/src/index.ts'), undefined)
    assert.equal(ruleOf('apps/cli/src/a.ts', 'apps/verifier/src/command.ts'), 'door')
    assert.equal(ruleOf('apps/web/src/a.ts', 'apps/verifier/src/index.ts'), 'app')
    assert.equal(ruleOf('apps/cli/src/a.ts', 'apps/server/src/index.ts'), 'app')
  })

  test('a circle, a part without a floor, and an import that leads nowhere are refused', () => {
    assert.equal(ruleOf('packages/proof/src/a.ts', 'packages/proof/src/b.ts', true), 'circle')
    assert.equal(ruleOf('apps/server/src/a.ts', 'packages/mystery/src/index.ts'), 'unknown-part')
    assert.equal(ruleOf('apps/server/src/a.ts', '../mystery.ts'), 'unresolved')
    assert.equal(ruleOf('apps/server/src/a.ts', 'vectors/secret.ts'), 'outside')
  })

  test('a check that has read nothing passes nothing', () => {
    assert.equal(breachesOf([])[0]?.rule, 'nothing-read')
  })
})

describe('the files', () => {
  const sources = readSources(ROOT)

  test('are read at all', () => {
    assert.ok(sources.length > 100)
  })

  test('keep every rule of the house', () => {
    assert.deepEqual(sources.flatMap(offencesOf), [])
  })

  test('are short: half of them have at most 120 lines, 95 of 100 at most 300', () => {
    const { median, p95 } = lineQuantiles(sources)
    assert.ok(median <= 120, `median ${median}`)
    assert.ok(p95 <= 300, `95th percentile ${p95}`)
  })

  test('would be told if they broke one', () => {
    const rulesOf = (path: string, text = '') => offencesOf({ path, text }).map(({ rule }) => rule)
    assert.deepEqual(rulesOf('packages/x/src/good-name.ts'), [])
    assert.deepEqual(rulesOf('packages/x/src/BadName.ts'), ['file-name'])
    assert.deepEqual(rulesOf('packages/x/src/utils/a.ts'), ['folder-name'])
    assert.deepEqual(rulesOf('packages/x/src/a.ts', '\n'.repeat(501)), ['longest-file'])
    assert.deepEqual(rulesOf('packages/x/src/a.ts', `export * from './b.ts'`), ['export-all'])
    assert.deepEqual(rulesOf('packages/x/src/a.ts', `// ${'TO'}DO later`), ['unfinished'])
    assert.deepEqual(rulesOf('packages/x/src/a.test.ts', `test${'.only'}('x')`), ['held-back-test'])
    assert.deepEqual(rulesOf('packages/x/src/a.ts', `const a = ${'process'}.env.HOME`), ['environment'])
    assert.deepEqual(rulesOf('packages/x/src/index.ts', 'export {}'), ['index-opening'])
    assert.deepEqual(rulesOf('packages/x/src/a.ts', `spawn(a, { shell${': true'} })`), ['shell'])
  })
})
