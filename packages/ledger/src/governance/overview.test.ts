import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { digest, toHex, utf8 } from '@mingzheng/kernel'
import { encodePolicy } from '@mingzheng/proof'
import { createTestConsortium } from '@mingzheng/proof/testing'
import { chainsContract } from '../chains/chains.ts'
import { documentParts } from '../contract/document-parts.ts'
import { keysUnder, StateLayer, stateKey } from '../contract/state.ts'
import { answered } from '../http/wire.ts'
import { StateStore } from '../storage/state-store.ts'
import { ContractStage } from '../testing/contract-stage.ts'
import { type TestMember, testConsortium } from '../testing/test-consortium.ts'
import { createGovernance } from './governance.ts'
import { governanceOverview } from './overview.ts'

const HOUR = 3_600_000
const consortium = testConsortium(
  Object.fromEntries(['regulator', 'court', 'notary', 'forensic', 'ca'].map((role) => [role, ['chains.']])),
)
const [regulator, court, notary] = consortium.members as [TestMember, TestMember, TestMember]

function open(): ContractStage {
  const { contract, authorise } = createGovernance(consortium.founding)
  return new ContractStage({ contracts: [contract, chainsContract], authorise })
}

const seen = (stage: ContractStage) => {
  const overview = governanceOverview(stage)
  assert.ok(overview !== null)
  // As it goes over the wire.
  assert.deepEqual(answered.governance.parse(overview), overview)
  return overview
}

const software = async (stage: ContractStage, w: string) =>
  (await stage.succeed(regulator.gateway, 'governance.propose', { k: 'software', w })).id
const vote = (stage: ContractStage, contract: string, by: TestMember, q: Uint8Array, y: boolean) =>
  stage.succeed(by.gateway, `${contract}.vote`, { q, y })

describe('what a consortium decides', () => {
  test('is nothing before its first block', () => {
    assert.equal(governanceOverview(open()), null)
  })

  test('is told while it waits, and afterwards with what became of it and who voted how, the newest first', async () => {
    const stage = open()
    const ids: string[] = []
    for (const w of ['1.0.0', '1.0.1', '1.0.2', '1.0.3']) {
      ids.push(toHex(await software(stage, w)))
      await stage.pass(1000)
    }
    const [rejected, effected, withdrawn, open_] = ids.map((id) => Buffer.from(id, 'hex'))
    for (const by of [court, notary]) await vote(stage, 'governance', by, rejected!, false)
    for (const by of [court, notary]) await vote(stage, 'governance', by, effected!, true)
    await stage.succeed(regulator.gateway, 'governance.withdraw', { q: withdrawn! })
    const states = (proposals: readonly { id: Uint8Array; state: string }[]) =>
      proposals.map(({ id, state }) => `${ids.indexOf(toHex(id))} ${state}`)
    assert.deepEqual(states(seen(stage).proposals), ['1 passed', '3 open'])
    assert.deepEqual(states(seen(stage).decided), ['2 withdrawn', '0 rejected'])
    await stage.pass(HOUR)
    assert.deepEqual(states(seen(stage).decided), ['2 withdrawn', '1 active', '0 rejected'])
    await stage.pass(24 * HOUR)
    assert.deepEqual(states(seen(stage).proposals), [])
    assert.deepEqual(states(seen(stage).decided), ['3 expired', '2 withdrawn', '1 active', '0 rejected'])
    const found = seen(stage).decided.at(-1)!
    assert.deepEqual([found.yes, found.no.length, found.name], [['regulator'], 2, '1.0.0'])
    assert.ok(open_ !== undefined)
  })

  test('is about other ledgers, too, and names them', async () => {
    const stage = open()
    await stage.block()
    const { policy } = createTestConsortium({ seed: 'court’s chain' })
    const bytes = encodePolicy(policy)
    const d = digest('sha256', bytes)
    for (const { i, x } of documentParts(bytes)) await stage.succeed(regulator.gateway, 'chains.document', { d, i, x })
    const { id } = await stage.succeed(regulator.gateway, 'chains.propose', { k: 'register', d })
    const [before] = seen(stage).following
    assert.deepEqual([before?.kind, before?.origin, before?.state], ['register', policy.origin, 'open'])
    assert.deepEqual(before?.subject, policy.name)
    assert.ok(before!.needed.count >= 3)
    for (const by of [court, notary]) await vote(stage, 'chains', by, id, true)
    await stage.pass(1000)
    await stage.succeed(court.gateway, 'chains.propose', { k: 'retire', o: policy.origin })
    const states = seen(stage).following.map(({ kind, state, subject }) => [kind, state, subject?.en])
    assert.deepEqual(states, [
      ['retire', 'open', policy.name.en],
      ['register', 'passed', policy.name.en],
    ])
  })
})

test('a contract’s keys are found by how they begin, settled or not, and only its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mingzheng-keys-'))
  const store = StateStore.open(folder)
  const bytes = utf8('x')
  const settled = ['chains/1', 'proposal/b', 'proposal/c', 'proposals'].map(
    (key) => [stateKey('one', key), bytes] as const,
  )
  store.settle({ changes: [...settled, [stateKey('on', 'proposal/d'), bytes]], refusals: [], meta: {} })
  const [older, newer] = [new StateLayer(store), new StateLayer(store)]
  older.set(stateKey('one', 'proposal/a'), bytes)
  older.set(stateKey('one', 'proposal/c'), null)
  newer.set(stateKey('one', 'proposal/键'), bytes)
  newer.set(stateKey('two', 'proposal/e'), bytes)
  assert.deepEqual(keysUnder('one', 'proposal/', store, [older, newer]), ['proposal/a', 'proposal/b', 'proposal/键'])
  store.close()
  rmSync(folder, { recursive: true })
})
