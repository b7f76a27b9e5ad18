/** The page of the report's format names every check that a report makes, and which of them are required. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  CHECK_IDS,
  encodeCrossChain,
  encodeEntry,
  encodePolicyChain,
  memorySource,
  verifyPackage,
} from '@mingzheng/proof'
import { buildSamplePackage, createTestConsortium } from '@mingzheng/proof/testing'

test('docs/formats/report.md lists every check with whether it is required', async () => {
  const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'formats', 'report.md'), 'utf8')
  const listed = new Map<string, boolean>()
  for (const line of page.split('\n')) {
    const match = /^\| ((?:`[a-z0-9-]+`(?:, )?)+) \| (yes|no|for web captures[^|]*) \|/.exec(line)
    if (match === null) continue
    for (const id of match[1]!.match(/[a-z0-9-]+/g)!) listed.set(id, match[2] !== 'no')
  }
  assert.deepEqual([...listed.keys()].sort(), [...CHECK_IDS].sort())
  const sample = await buildSamplePackage()
  const consortium = createTestConsortium()
  const said = { kind: 'chains.checkpoint', id: new Uint8Array(16), actor: new Uint8Array(16) }
  const entry = encodeEntry({ ...said, time: sample.now, body: {} })
  const at = consortium.append(entry)
  const receiptOf = (profile: 'sha256' | 'sm3') => consortium.receipt(profile, at, ['regulator'])
  const record = { entry, receipt: await receiptOf('sha256'), receiptSm3: await receiptOf('sm3') }
  const renewals = [
    { name: 'renewal.tsr', bytes: await sample.renewal(1000) },
    { name: 'cross-chain.json', bytes: encodeCrossChain({ index: 0, record, path: { sha256: [], sm3: [] } }) },
  ]
  const next = consortium.successor(consortium.policy, { quorum: { atLeast: 1, anyOf: [] } })
  const chains = [encodePolicyChain([await consortium.link(consortium.policy, next, ['regulator', 'court', 'ca'])])]
  const options = { policies: [sample.policy], now: sample.now, renewals, chains }
  const { checks } = await verifyPackage(memorySource(sample.bytes), options)
  for (const { id, required } of checks) assert.equal(required, listed.get(id), id)
  assert.equal(checks.length, CHECK_IDS.length)
})
