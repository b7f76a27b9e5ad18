import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, digest, utf8 } from '@mingzheng/kernel'
import {
  type ConsortiumPolicy,
  encodeEquivocation,
  encodePolicy,
  encodePolicyChain,
  formatNote,
  type PolicyLink,
  parseNote,
  parseVerifierKey,
} from '@mingzheng/proof'
import { createTestConsortium, type TestConsortium } from '@mingzheng/proof/testing'
import { documentParts } from '../contract/document-parts.ts'
import { createGovernance } from '../governance/governance.ts'
import { ContractStage } from '../testing/contract-stage.ts'
import { type TestMember, testConsortium } from '../testing/test-consortium.ts'
import { chainsContract } from './chains.ts'
import { ChainRecords, idOf } from './records.ts'

const own = testConsortium(
  Object.fromEntries(['regulator', 'court', 'notary', 'forensic', 'ca'].map((role) => [role, ['chains.']])),
)
const [regulator, court, notary, forensic] = own.members as [TestMember, TestMember, TestMember, TestMember]
const QUORUM = ['regulator', 'court', 'notary']
/** Another ledger; the same seed is the same members, who may keep another log. */
const another = (...entries: string[]): TestConsortium => {
  const made = createTestConsortium({ seed: 'court’s chain' })
  made.append(...entries.map(utf8))
  return made
}

async function open(): Promise<ContractStage> {
  const { contract, authorise } = createGovernance(own.founding)
  const stage = new ContractStage({ contracts: [contract, chainsContract], authorise })
  await stage.block()
  return stage
}

const records = (stage: ContractStage) => new ChainRecords({ get: (key) => stage.read('chains', key) })

async function stageDocument(stage: ContractStage, by: TestMember, bytes: Bytes): Promise<Bytes> {
  const d = digest('sha256', bytes)
  for (const { i, x } of documentParts(bytes)) await stage.succeed(by.gateway, 'chains.document', { d, i, x })
  return d
}

async function proposeRegister(stage: ContractStage, policy: ConsortiumPolicy): Promise<Bytes> {
  const d = await stageDocument(stage, regulator, encodePolicy(policy))
  return (await stage.succeed(regulator.gateway, 'chains.propose', { k: 'register', d })).id
}

async function registered(other: TestConsortium): Promise<ContractStage> {
  const stage = await open()
  const q = await proposeRegister(stage, other.policy)
  await stage.succeed(court.gateway, 'chains.vote', { q, y: true })
  await stage.succeed(notary.gateway, 'chains.vote', { q, y: true })
  return stage
}

/** The arguments that record another ledger's present checkpoint, grown from `from` entries. */
async function checkpointOf(other: TestConsortium, from = 0, by: readonly string[] = QUORUM) {
  const o = other.policy.origin
  const [a, b] = [await other.checkpoint('sha256', by), await other.checkpoint('sm3', by)]
  const path = (profile: 'sha256' | 'sm3') => (from === 0 ? [] : other.consistency(profile, from))
  return { o, a, b, p: path('sha256'), q: path('sm3') }
}

const follow = async (stage: ContractStage, link: PolicyLink) =>
  stage.refused(court.gateway, 'chains.follow', {
    d: await stageDocument(stage, court, encodePolicyChain([link])),
  })

/** A checkpoint with the lines of members alone. */
function withoutLog(note: string, { policy }: TestConsortium): string {
  const { text, signatures } = parseNote(utf8(note))
  const logs = policy.members.map(({ logKey }) => parseVerifierKey(logKey))
  const isLog = (line: (typeof signatures)[number]) => logs.some(({ name }) => name === line.name)
  return formatNote({ text, signatures: signatures.filter((line) => !isLog(line)) })
}

describe('a ledger registers another', () => {
  test('when more than half of its members, its quorum among them, have voted for it', async () => {
    const other = another('one')
    const stage = await open()
    const q = await proposeRegister(stage, other.policy)
    assert.equal(records(stage).chain(other.policy.origin), null)
    await stage.succeed(forensic.gateway, 'chains.vote', { q, y: true })
    assert.equal(records(stage).chain(other.policy.origin), null)
    const entry = await stage.succeed(court.gateway, 'chains.vote', { q, y: true })
    assert.deepEqual([entry.body.x, entry.body.o], ['passed', other.policy.origin])
    const chain = records(stage).chain(other.policy.origin)!
    assert.equal(chain.state, 'followed')
    assert.deepEqual(chain.policies, [{ id: idOf(other.policy), since: null, index: entry.index }])
    assert.deepEqual(records(stage).policyOf(chain), other.policy)
  })

  test('and not itself, nor one that shares a key with it, nor one twice, nor by a stranger', async () => {
    const other = another('one')
    const stage = await registered(other)
    const refusedFor = async (policy: ConsortiumPolicy) => {
      const d = await stageDocument(stage, regulator, encodePolicy(policy))
      return stage.refused(regulator.gateway, 'chains.propose', { k: 'register', d })
    }
    assert.equal(await refusedFor(own.policy), 'chain-own')
    assert.equal(await refusedFor(other.policy), 'chain-known')
    const spy = createTestConsortium({ seed: 'spy', origin: 'spy.test/1/00000001' })
    const [first, ...rest] = spy.policy.members
    const sharing = [{ ...first!, gatewayKey: court.member.gatewayKey! }, ...rest]
    assert.equal(await refusedFor({ ...spy.policy, members: sharing }), 'chain-shares-key')
    const stranger = testConsortium().members[0]!.cosigner
    assert.equal(await stage.refused(stranger, 'chains.checkpoint', await checkpointOf(other)), 'permission-denied')
    assert.equal(
      await stage.refused(regulator.gateway, 'chains.propose', { k: 'register', d: new Uint8Array(32) }),
      'document-missing',
    )
  })

  test('and follows it no more when its members vote so', async () => {
    const other = another('one')
    const stage = await registered(other)
    const { id: q } = await stage.succeed(court.gateway, 'chains.propose', { k: 'retire', o: other.policy.origin })
    await stage.succeed(notary.gateway, 'chains.vote', { q, y: true })
    assert.equal(await stage.refused(notary.gateway, 'chains.vote', { q, y: true }), 'vote-twice')
    await stage.succeed(regulator.gateway, 'chains.vote', { q, y: true })
    assert.equal(records(stage).chain(other.policy.origin)?.state, 'retired')
    assert.equal(
      await stage.refused(regulator.gateway, 'chains.checkpoint', await checkpointOf(other)),
      'chain-not-followed',
    )
  })
})

describe('a ledger records another’s checkpoints', () => {
  test('each grown out of the one before, and finds the first that includes an entry', async () => {
    const other = another('one', 'two', 'three')
    const { origin } = other.policy
    const stage = await registered(other)
    const first = await stage.succeed(court.gateway, 'chains.checkpoint', await checkpointOf(other))
    assert.deepEqual([first.body.z, first.body.m], [3, QUORUM])
    other.append(utf8('four'), utf8('five'))
    const second = await stage.succeed(notary.gateway, 'chains.checkpoint', await checkpointOf(other, 3))
    const { last, checkpoints } = records(stage).chain(origin)!
    assert.deepEqual([last?.size, last?.index, checkpoints], [5, second.index, 2])
    assert.deepEqual(last?.sm3, other.root('sm3'))
    assert.equal(records(stage).covering(origin, 2)?.index, first.index)
    assert.equal(records(stage).covering(origin, 3)?.index, second.index)
    assert.equal(records(stage).covering(origin, 5), null)
  })

  test('and refuses one that is forged, known, older, unproven, or signed by too few', async () => {
    const other = another('one', 'two', 'three')
    const stage = await registered(other)
    const refused = (args: Awaited<ReturnType<typeof checkpointOf>>) =>
      stage.refused(court.gateway, 'chains.checkpoint', args)
    const good = await checkpointOf(other)
    assert.equal(await refused({ ...good, a: good.a.replace('\n3\n', '\n4\n') }), 'checkpoint-unsigned')
    assert.equal(await refused(await checkpointOf(other, 0, ['regulator', 'court'])), 'checkpoint-unsigned')
    assert.equal(await refused(await checkpointOf(other, 0, ['regulator', 'forensic', 'ca'])), 'checkpoint-unsigned')
    const thieves = createTestConsortium({ seed: 'thieves' })
    thieves.append(utf8('one'))
    assert.equal(await refused(await checkpointOf(thieves)), 'checkpoint-unsigned')
    const earlier = another('one', 'two')
    await stage.succeed(court.gateway, 'chains.checkpoint', good)
    assert.equal(await refused(good), 'checkpoint-known')
    assert.equal(await refused(await checkpointOf(earlier)), 'checkpoint-older')
    assert.equal(await refused(await checkpointOf(another('one', 'two', 'lie'))), 'checkpoint-contrary')
    other.append(utf8('four'))
    assert.equal(await refused({ ...(await checkpointOf(other, 3)), q: [] }), 'checkpoint-inconsistent')
    const forked = another('one', 'two', 'lie', 'four')
    assert.equal(await refused(await checkpointOf(forked, 3)), 'checkpoint-inconsistent')
    assert.equal(await refused({ ...(await checkpointOf(other, 3)), b: good.b }), 'checkpoint-sizes')
    assert.equal(records(stage).chain(other.policy.origin)?.checkpoints, 1)
  })
})

describe('a ledger follows another’s policies', () => {
  const smaller = { quorum: { atLeast: 2, anyOf: ['court' as const] } }

  test('by proof alone, and judges by the new one', async () => {
    const other = another('one')
    const stage = await registered(other)
    const next = other.successor(other.policy, smaller)
    const link = await other.link(other.policy, next, QUORUM)
    assert.equal(
      await stage.refused(court.gateway, 'chains.checkpoint', await checkpointOf(other, 0, ['regulator', 'court'])),
      'checkpoint-unsigned',
    )
    assert.equal(await follow(stage, link), null)
    assert.deepEqual(stage.of('chains.policy')[0]?.body.p, idOf(next))
    await stage.succeed(court.gateway, 'chains.checkpoint', await checkpointOf(other, 0, ['regulator', 'court']))
    assert.equal(await follow(stage, link), 'policy-known')
  })

  test('and refuses a change that its policy does not believe, or that follows none that is known', async () => {
    const other = another('one')
    const stage = await registered(other)
    const next = other.successor(other.policy, smaller)
    const unsigned = await other.link(other.policy, next, ['regulator', 'court'])
    assert.equal(await follow(stage, unsigned), 'policy-chain-unsigned')
    const later = other.successor(next, { quorum: { atLeast: 1, anyOf: [] } })
    assert.equal(await follow(stage, await other.link(next, later, QUORUM)), 'policy-chain-broken')
    const thieves = createTestConsortium({ seed: 'thieves' })
    const theirs = thieves.successor(other.policy, smaller)
    assert.equal(await follow(stage, await thieves.link(other.policy, theirs, QUORUM)), 'policy-chain-unsigned')
    assert.equal(records(stage).chain(other.policy.origin)?.policies.length, 1)
  })

  test('and finds out when two policies succeed one', async () => {
    const other = another('one')
    const stage = await registered(other)
    assert.equal(
      await follow(stage, await other.link(other.policy, other.successor(other.policy, smaller), QUORUM)),
      null,
    )
    const fork = another('one')
    const rival = fork.successor(other.policy, { quorum: { atLeast: 1, anyOf: [] } })
    assert.equal(await follow(stage, await fork.link(other.policy, rival, QUORUM)), null)
    assert.equal(stage.of('chains.equivocation')[0]?.body.k, 'policy-forked')
    assert.equal(records(stage).chain(other.policy.origin)?.state, 'equivocated')
  })
})

describe('two logs under one name', () => {
  test('of the same size, signed by a quorum, end the following and stand on the ledger as evidence', async () => {
    const other = another('one', 'two')
    const { origin } = other.policy
    const stage = await registered(other)
    const recorded = await checkpointOf(other)
    await stage.succeed(court.gateway, 'chains.checkpoint', recorded)
    const fork = another('one', 'lie')
    const contrary = withoutLog(await fork.checkpoint('sha256', QUORUM), other)
    const e = encodeEquivocation({ believed: recorded.a, contrary })
    const entry = await stage.succeed(notary.gateway, 'chains.equivocation', { o: origin, e })
    assert.deepEqual([entry.body.m, entry.body.y, entry.body.z], [QUORUM, true, 2])
    const chain = records(stage).chain(origin)!
    assert.deepEqual([chain.state, chain.equivocations], ['equivocated', [entry.index]])
    assert.equal(await stage.refused(notary.gateway, 'chains.equivocation', { o: origin, e }), 'equivocation-known')
    other.append(utf8('three'))
    assert.equal(
      await stage.refused(court.gateway, 'chains.checkpoint', await checkpointOf(other, 2)),
      'chain-not-followed',
    )
    // The members may vote to trust it anew: what it signed before binds it no more.
    const q = await proposeRegister(stage, other.policy)
    await stage.succeed(court.gateway, 'chains.vote', { q, y: true })
    await stage.succeed(notary.gateway, 'chains.vote', { q, y: true })
    await stage.succeed(court.gateway, 'chains.checkpoint', await checkpointOf(fork))
  })

  test('of different sizes are told by the root that the larger one implies', async () => {
    const other = another('one', 'two')
    const { origin } = other.policy
    const stage = await registered(other)
    const recorded = await checkpointOf(other)
    await stage.succeed(court.gateway, 'chains.checkpoint', recorded)
    const fork = another('one', 'lie')
    const root = fork.root('sha256')
    fork.append(utf8('three'))
    const believed = await fork.checkpoint('sha256', QUORUM)
    const consistency = { root, path: fork.consistency('sha256', 2) }
    const e = encodeEquivocation({ believed, contrary: withoutLog(recorded.a, other), consistency })
    const entry = await stage.succeed(notary.gateway, 'chains.equivocation', { o: origin, e })
    assert.deepEqual([entry.body.k, entry.body.y], ['against-ledger', true])
    assert.equal(records(stage).chain(origin)?.state, 'equivocated')
  })

  test('signed by one member accuse that member alone, and the other ledger is followed on', async () => {
    const other = another('one', 'two')
    const { origin } = other.policy
    const stage = await registered(other)
    const recorded = await checkpointOf(other)
    const contrary = withoutLog(await another('one', 'lie').checkpoint('sha256', ['ca']), other)
    const e = encodeEquivocation({ believed: recorded.a, contrary })
    const entry = await stage.succeed(notary.gateway, 'chains.equivocation', { o: origin, e })
    assert.deepEqual([entry.body.m, entry.body.y], [['ca'], false])
    assert.equal(records(stage).chain(origin)?.state, 'followed')
    await stage.succeed(court.gateway, 'chains.checkpoint', recorded)
  })

  test('are no evidence when nobody signed them', async () => {
    const other = another('one', 'two')
    const stage = await registered(other)
    const recorded = await checkpointOf(other)
    const thieves = createTestConsortium({ seed: 'thieves' })
    thieves.append(utf8('one'), utf8('lie'))
    const contrary = withoutLog(await thieves.checkpoint('sha256', QUORUM), thieves)
    const e = encodeEquivocation({ believed: recorded.a, contrary })
    const o = other.policy.origin
    assert.equal(await stage.refused(notary.gateway, 'chains.equivocation', { o, e }), 'equivocation-unsigned')
    const same = encodeEquivocation({ believed: recorded.a, contrary: withoutLog(recorded.a, other) })
    assert.equal(await stage.refused(notary.gateway, 'chains.equivocation', { o, e: same }), 'equivocation-same-root')
  })
})
