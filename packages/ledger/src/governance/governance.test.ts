import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, digest, fromHex, toHex, utf8 } from '@mingzheng/kernel'
import { type ConsortiumPolicy, encodePolicy, policyId } from '@mingzheng/proof'
import type { Contract } from '../contract/contract.ts'
import { actorIdOf, ContractStage } from '../testing/contract-stage.ts'
import { type TestMember, testConsortium, testMember } from '../testing/test-consortium.ts'
import { registerContract } from '../testing/test-ledger.ts'
import { createGovernance } from './governance.ts'
import { GovernanceRecords } from './records.ts'

const HOUR = 3_600_000
const grants = { regulator: ['register.'], court: ['register.fix'] }
const consortium = testConsortium(grants)
const [regulator, court, notary, forensic, ca] = consortium.members as [
  TestMember,
  TestMember,
  TestMember,
  TestMember,
  TestMember,
]
const newcomer = testMember('notary', 'second-notary')

function open(more: readonly Contract[] = []): ContractStage {
  const { contract, authorise } = createGovernance(consortium.founding)
  return new ContractStage({ contracts: [contract, registerContract, ...more], authorise })
}

const records = (stage: ContractStage) => new GovernanceRecords({ get: (key) => stage.read('governance', key) })
const idOf = (policy: ConsortiumPolicy): Bytes => fromHex(policyId(policy))

/** A policy that succeeds another. */
const successor = (former: ConsortiumPolicy, change: Partial<ConsortiumPolicy>): ConsortiumPolicy => ({
  ...former,
  former: policyId(former),
  ...change,
})

/** Puts a policy on the ledger and proposes it; answers with the proposal's id. */
async function propose(stage: ContractStage, by: TestMember, policy: ConsortiumPolicy, args: object): Promise<Bytes> {
  await putDocument(stage, by, policy)
  return (await stage.succeed(by.gateway, 'governance.propose', { p: idOf(policy), ...args })).id
}

async function putDocument(stage: ContractStage, by: TestMember, policy: ConsortiumPolicy): Promise<void> {
  const bytes = encodePolicy(policy)
  for (let i = 0; i * 8192 < bytes.length; i++) {
    const x = bytes.slice(i * 8192, (i + 1) * 8192)
    await stage.succeed(by.gateway, 'governance.document', { d: digest('sha256', bytes), i, x })
  }
}

const vote = (stage: ContractStage, by: TestMember, q: Bytes, y = true) =>
  stage.refused(by.gateway, 'governance.vote', { q, y })

const admitted = successor(consortium.policy, { members: [...consortium.policy.members, newcomer.member] })
const admit = { k: 'admit', m: newcomer.member.id, x: newcomer.consensusKey }

describe('a consortium', () => {
  test('tells in its first block what it begins with', async () => {
    const stage = open()
    await stage.block()
    assert.deepEqual(stage.entries[0]?.body, { p: idOf(consortium.policy), d: HOUR, w: 24 * HOUR })
    await stage.block()
    assert.equal(stage.entries.length, 1)
  })

  test('admits a member by vote, after the delay, and from then on it may act and votes on blocks', async () => {
    const stage = open()
    const q = await propose(stage, regulator, admitted, admit)
    assert.equal(await vote(stage, court, q), null)
    assert.equal(stage.may(newcomer.gateway, 'governance.vote'), false)
    assert.equal(await vote(stage, forensic, q), null)
    await stage.pass(HOUR - 1)
    assert.deepEqual(stage.of('governance.policy'), [])
    await stage.pass(1)
    const [entry] = stage.of('governance.policy')
    assert.deepEqual(entry?.body, { p: idOf(admitted), f: idOf(consortium.policy) })
    assert.deepEqual(stage.voters, [{ publicKey: newcomer.consensusKey, power: 1 }])
    assert.equal(stage.may(newcomer.gateway, 'governance.vote'), true)
    assert.deepEqual(records(stage).policy, admitted)
    assert.deepEqual(records(stage).policies.at(-1), { id: idOf(admitted), index: entry!.index })
  })

  test('passes nothing without a role that the quorum names, nor by half of its members', async () => {
    const stage = open()
    const q = await propose(stage, regulator, admitted, admit)
    await vote(stage, forensic, q)
    await vote(stage, ca, q)
    await stage.pass(HOUR)
    assert.deepEqual(stage.of('governance.policy'), [])
    assert.equal(records(stage).proposal(q)?.state, 'open')
    await vote(stage, notary, q)
    await stage.pass(HOUR)
    assert.equal(stage.of('governance.policy').length, 1)
  })

  test('counts one vote for each member, of members only, and ends when a quorum is out of reach', async () => {
    const stage = open()
    const q = await propose(stage, regulator, admitted, admit)
    assert.equal(await vote(stage, regulator, q), 'vote-twice')
    assert.equal(await vote(stage, newcomer, q), 'permission-denied')
    for (const no of [court, notary]) assert.equal(await vote(stage, no, q, false), null)
    assert.equal(records(stage).proposal(q)?.state, 'rejected')
    assert.equal(await vote(stage, forensic, q), 'proposal-closed')
    assert.equal(await vote(stage, forensic, new Uint8Array(16)), 'proposal-unknown')
  })

  test('refuses a policy that changes more than its proposal says', async () => {
    const stage = open()
    const code = async (policy: ConsortiumPolicy, args: object) => {
      await putDocument(stage, regulator, policy)
      return stage.refused(regulator.gateway, 'governance.propose', { p: idOf(policy), ...args })
    }
    const { members } = consortium.policy
    const easier = successor(consortium.policy, { ...admitted, quorum: { atLeast: 1, anyOf: [] } })
    assert.equal(await code(easier, admit), 'policy-change-wrong')
    const promoted = members.map((one) => (one.id === 'forensic' ? { ...one, role: 'court' as const } : one))
    assert.equal(await code(successor(consortium.policy, { members: promoted }), { k: 'terms' }), 'policy-change-wrong')
    const rotating = { k: 'rotate', m: 'forensic' }
    assert.equal(await code(successor(consortium.policy, { members: promoted }), rotating), 'policy-change-wrong')
    const swapped = members.map((one) => (one.id === 'forensic' ? newcomer.member : one))
    assert.equal(await code(successor(consortium.policy, { members: swapped }), admit), 'policy-change-wrong')
    assert.equal(await code({ ...admitted, former: '00'.repeat(32) }, admit), 'policy-stale')
    const other = successor(consortium.policy, { members: members.slice(0, 4) })
    assert.equal(await code(other, { k: 'remove', m: 'ca', x: new Uint8Array(32) }), 'arguments-malformed')
    assert.equal(await code(admitted, { ...admit, x: court.consensusKey }), 'key-taken')
    const missing = await stage.refused(regulator.gateway, 'governance.propose', {
      ...admit,
      p: digest('sha256', utf8('?')),
    })
    assert.equal(missing, 'document-missing')
  })

  test('lets nobody spoil the parts of a document that another member puts there', async () => {
    const stage = open()
    const d = digest('sha256', encodePolicy(admitted))
    await stage.succeed(ca.gateway, 'governance.document', { d, i: 0, x: utf8('nonsense') })
    await propose(stage, regulator, admitted, admit)
    const stolen = { p: idOf(successor(admitted, { demo: false })), k: 'terms' }
    assert.equal(await stage.refused(ca.gateway, 'governance.propose', stolen), 'document-missing')
  })

  test('changes a role, keys and terms, each by its own proposal', async () => {
    const stage = open()
    const rotated = testMember('court', 'court-anew')
    const next = { ...rotated.member, id: 'court', role: 'court' as const }
    const members = consortium.policy.members.map((one) => (one.id === 'court' ? next : one))
    const first = successor(consortium.policy, { members })
    const q = await propose(stage, court, first, { k: 'rotate', m: 'court', x: rotated.consensusKey })
    for (const by of [regulator, notary]) await vote(stage, by, q)
    await stage.pass(HOUR)
    assert.equal(stage.may(court.gateway, 'register.fix'), false)
    assert.equal(stage.may(rotated.gateway, 'register.fix'), true)
    assert.deepEqual(stage.voters, [
      { publicKey: court.consensusKey, power: 0 },
      { publicKey: rotated.consensusKey, power: 1 },
    ])
    const second = successor(first, { quorum: { atLeast: 4, anyOf: ['court'] } })
    const terms = await propose(stage, regulator, second, { k: 'terms' })
    for (const by of [notary, forensic]) await vote(stage, by, terms)
    await stage.pass(HOUR)
    assert.deepEqual(records(stage).policy.quorum, { atLeast: 4, anyOf: ['court'] })
    assert.deepEqual(
      stage.of('governance.policy').map(({ body }) => [body.f, body.p]),
      [
        [idOf(consortium.policy), idOf(first)],
        [idOf(first), idOf(second)],
      ],
    )
  })

  test('removes a member whose keys are stolen at once, without its vote, and only when the others want it', async () => {
    const stage = open()
    const members = consortium.policy.members.filter(({ id }) => id !== 'regulator')
    const removed = successor(consortium.policy, { members })
    const q = await propose(stage, court, removed, { k: 'remove', m: 'regulator' })
    assert.equal(await vote(stage, regulator, q, false), 'vote-own-removal')
    assert.equal(await vote(stage, forensic, q), null)
    assert.equal(stage.may(regulator.gateway, 'register.fix'), true)
    assert.equal(await vote(stage, ca, q), null)
    const [entry] = stage.of('governance.policy')
    assert.deepEqual(entry?.body, { p: idOf(removed), f: idOf(consortium.policy), e: true, m: 'regulator' })
    assert.equal(stage.may(regulator.gateway, 'register.fix'), false)
    assert.deepEqual(stage.voters, [{ publicKey: regulator.consensusKey, power: 0 }])
    assert.equal(await vote(stage, regulator, q), 'permission-denied')
  })

  test('cannot remove a member by its own wish, nor make the quorum easier under that name', async () => {
    const stage = open()
    const members = consortium.policy.members.filter(({ id }) => id !== 'court')
    const removed = successor(consortium.policy, { members, quorum: { atLeast: 3, anyOf: ['notary'] } })
    await putDocument(stage, court, removed)
    const args = { k: 'remove', m: 'court', p: idOf(removed) }
    assert.equal(await stage.refused(court.gateway, 'governance.propose', args), 'vote-own-removal')
    const easier = { ...removed, quorum: { atLeast: 2, anyOf: [] } }
    await putDocument(stage, regulator, easier)
    const second = { ...args, p: idOf(easier) }
    assert.equal(await stage.refused(regulator.gateway, 'governance.propose', second), 'policy-change-wrong')
  })

  test('gives effect to the first of two changes only: the second was made for another policy', async () => {
    const stage = open()
    const first = await propose(stage, regulator, admitted, admit)
    const other = successor(consortium.policy, { demo: false })
    const second = await propose(stage, regulator, other, { k: 'terms' })
    for (const q of [first, second]) for (const by of [court, notary]) await vote(stage, by, q)
    await stage.pass(HOUR)
    assert.equal(stage.of('governance.policy').length, 1)
    assert.deepEqual(
      stage.of('governance.outcome').map(({ body }) => body),
      [{ q: second, o: 'stale' }],
    )
  })

  test('lets a proposal expire, and its proposer take it back while it is open', async () => {
    const stage = open()
    const q = await propose(stage, regulator, admitted, admit)
    await stage.pass(24 * HOUR + 1)
    assert.equal(records(stage).proposal(q)?.state, 'expired')
    const again = (await stage.succeed(regulator.gateway, 'governance.propose', { p: idOf(admitted), ...admit })).id
    assert.equal(await stage.refused(court.gateway, 'governance.withdraw', { q: again }), 'proposal-other')
    assert.equal(await stage.refused(regulator.gateway, 'governance.withdraw', { q: again }), null)
    assert.equal(await vote(stage, court, again), 'proposal-closed')
  })

  test('enrols keys of others with no more than the member may, and they fall with it', async () => {
    const stage = open()
    const firm = testMember('ca', 'a-firm').gateway
    const enrol = (by: TestMember, g: string[]) =>
      stage.refused(by.gateway, 'governance.enrol', { k: firm.publicKey.bytes, g })
    assert.equal(await enrol(court, ['register.']), 'grant-beyond')
    assert.equal(await enrol(regulator, ['governance.']), 'grant-beyond')
    assert.equal(await enrol(regulator, ['register.fix']), null)
    assert.equal(await enrol(court, ['register.fix']), 'key-taken')
    assert.deepEqual([stage.may(firm, 'register.fix'), stage.may(firm, 'register.set')], [true, false])
    const dismiss = (by: TestMember) => stage.refused(by.gateway, 'governance.dismiss', { i: actorIdOf(firm) })
    assert.equal(await dismiss(court), 'key-unknown')
    const members = consortium.policy.members.filter(({ id }) => id !== 'regulator')
    const q = await propose(stage, court, successor(consortium.policy, { members }), { k: 'remove', m: 'regulator' })
    for (const by of [notary, ca]) await vote(stage, by, q)
    assert.equal(stage.may(firm, 'register.fix'), false)
    assert.equal(toHex(stage.of('governance.enrol')[0]?.body.i as Bytes), toHex(actorIdOf(firm)))
  })
})
