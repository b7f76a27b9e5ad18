import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, digest, Failure, manualClock, refuse } from '@mingzheng/kernel'
import { cosigner, encodeEquivocation, logSigner, makeCheckpoint } from '@mingzheng/proof'
import { z } from 'zod'
import { type Contract, contractMethod } from '../contract/contract.ts'
import { ContractStage } from '../testing/contract-stage.ts'
import { type TestMember, testConsortium } from '../testing/test-consortium.ts'
import { registerContract } from '../testing/test-ledger.ts'
import { createGovernance } from './governance.ts'

const HOUR = 3_600_000
const consortium = testConsortium({ regulator: ['register.', 'counter.'] })
const [regulator, court, notary, forensic] = consortium.members as [TestMember, TestMember, TestMember, TestMember]

/** Counts by ones in version 1, by tens in version 2. */
const counter = (version: number, step: number, takeOver?: Contract['takeOver']): Contract => ({
  name: 'counter',
  version,
  ...(takeOver === undefined ? {} : { takeOver }),
  methods: {
    add: contractMethod({
      schema: z.strictObject({}),
      permission: 'counter.add',
      apply(state) {
        const total = Number(state.get('total') ?? 0) + step
        state.set('total', total)
        return { entry: { kind: 'counter.add', body: { total } } }
      },
    }),
  },
})

function open(second: Contract): ContractStage {
  const { contract, authorise } = createGovernance(consortium.founding)
  return new ContractStage({
    contracts: [contract, registerContract, counter(1, 1), second],
    authorise,
    founding: { governance: 1, counter: 1 },
  })
}

const announce = (stage: ContractStage, by: TestMember, versions: number[]) =>
  stage.succeed(by.gateway, 'governance.announce', { w: '1.1.0', c: { counter: versions } })

/** Votes the second version into force from a height on; the delay has passed then. */
async function vote(stage: ContractStage, h: number): Promise<Bytes> {
  const args = { k: 'contract', n: 'counter', v: 2, h }
  const { id } = await stage.succeed(regulator.gateway, 'governance.propose', args)
  for (const by of [court, notary]) await stage.succeed(by.gateway, 'governance.vote', { q: id, y: true })
  return id
}

const add = async (stage: ContractStage) => (await stage.succeed(regulator.gateway, 'counter.add', {})).body.total

describe('a version of a contract', () => {
  test('comes into force at the height that was voted for, and earlier entries keep their meaning', async () => {
    const stage = open(counter(2, 10))
    for (const by of [regulator, court, notary, forensic]) await announce(stage, by, [1, 2])
    const height = stage.height + 10
    await vote(stage, height)
    stage.time += HOUR
    const totals: unknown[] = []
    while (stage.height < height) totals.push(await add(stage))
    assert.deepEqual(totals, [1, 2, 3, 4, 5, 6, 16])
    const [upgrade] = stage.of('ledger.upgrade')
    assert.deepEqual(upgrade?.body, { n: 'counter', v: 2, w: 1 })
    // The entry stands between the last of the old version and the first of the new one.
    const after = stage.of('counter.add').map(({ index }) => index > upgrade!.index)
    assert.deepEqual(after, [false, false, false, false, false, false, true])
    assert.deepEqual(stage.runtime.versions(), { counter: 2, governance: 1 })
  })

  test('is not put in force before two thirds of the members have it', async () => {
    const stage = open(counter(2, 10))
    for (const by of [regulator, court, notary]) await announce(stage, by, [1, 2])
    await announce(stage, forensic, [1])
    const q = await vote(stage, 1)
    await stage.pass(HOUR)
    assert.deepEqual(
      stage.of('governance.outcome').map(({ body }) => body),
      [{ q, o: 'not-ready' }],
    )
    assert.deepEqual(stage.of('ledger.upgrade'), [])
    assert.equal(await add(stage), 1)
  })

  const failing: [string, Contract['takeOver'], string][] = [
    ['refuses', () => refuse('total-too-high', 'the total cannot be taken over'), 'total-too-high'],
    [
      'throws',
      (state) => {
        state.set('total', 1000)
        throw new Failure('counter-broken', 'words that may differ from machine to machine')
      },
      'threw',
    ],
  ]
  for (const [how, takeOver, code] of failing) {
    test(`whose self-check ${how} is not put in force, says so in an entry, and changes nothing`, async () => {
      const stage = open(counter(2, 10, takeOver))
      for (const by of [regulator, court, notary, forensic]) await announce(stage, by, [1, 2])
      await vote(stage, 1)
      await stage.pass(HOUR)
      assert.deepEqual(
        stage.of('ledger.upgrade').map(({ body }) => body),
        [{ n: 'counter', v: 2, w: 1, x: code }],
      )
      assert.equal(await add(stage), 1)
      assert.deepEqual(stage.runtime.versions(), { counter: 1, governance: 1 })
    })
  }

  test('may rewrite the state that it takes over', async () => {
    const takeOver: Contract['takeOver'] = (state, { from }) => {
      state.set('total', Number(state.get('total') ?? 0) * 100 + (from ?? 0))
      return null
    }
    const stage = open(counter(2, 10, takeOver))
    for (const by of [regulator, court, notary, forensic]) await announce(stage, by, [1, 2])
    await add(stage)
    await vote(stage, 1)
    await stage.pass(HOUR)
    assert.equal(await add(stage), 111)
  })

  test('that a member has not installed halts it instead of letting it compute something else', async () => {
    const stage = open(counter(3, 10))
    for (const by of [regulator, court, notary, forensic]) await announce(stage, by, [1, 2])
    await vote(stage, 1)
    const code = (error: unknown) => error instanceof Failure && error.code === 'contract-version-missing'
    await assert.rejects(stage.pass(HOUR), code)
  })

  test('of a name that the founding does not list answers to nobody until it is voted in', async () => {
    const stage = open(counter(2, 10))
    assert.equal(await stage.refused(regulator.gateway, 'register.free', { name: 'a' }), 'contract-unknown')
  })
})

describe('a voter whom the engine caught', () => {
  const votedTwice = (by: Bytes, height: number) => {
    const address = digest('sha256', by).slice(0, 20)
    return { kind: 'double-vote' as const, address, height, time: 7 }
  }

  test('stands on the ledger by name, once for each height, and nothing else changes', async () => {
    const stage = open(counter(2, 10))
    const found = votedTwice(forensic.consensusKey, 3)
    await stage.block([], [found, found, votedTwice(forensic.consensusKey, 4)])
    await stage.block([], [found])
    const { address } = found
    assert.deepEqual(
      stage.of('governance.misbehaviour').map(({ body }) => body),
      [3, 4].map((h) => ({ k: 'double-vote', m: 'forensic', a: address, h, t: 7 })),
    )
    assert.deepEqual(stage.voters, [])
    assert.equal(await add(stage), 1)
  })

  test('that is no member any more stands there by its key', async () => {
    const stage = open(counter(2, 10))
    const found = votedTwice(new Uint8Array(32), 3)
    await stage.block([], [found])
    const [entry] = stage.of('governance.misbehaviour')
    assert.deepEqual(entry?.body, { k: 'double-vote', a: found.address, h: 3, t: 7 })
  })
})

describe('evidence of equivocation', () => {
  const clock = manualClock(Date.UTC(2026, 10, 24))
  const { origin } = consortium.policy
  const signed = (root: number, ...signers: TestMember[]) =>
    makeCheckpoint({ origin, size: 5, root: new Uint8Array(32).fill(root) }, [
      logSigner(origin, signers[0]!.log),
      ...signers.map(({ member, cosigner: key }) => cosigner(`${member.id}.consortium.test`, key, clock)),
    ])
  const contraryOf = (root: number, { member, cosigner: key }: TestMember) =>
    makeCheckpoint({ origin, size: 5, root: new Uint8Array(32).fill(root) }, [
      cosigner(`${member.id}.consortium.test`, key, clock),
    ])

  test('is taken from anybody, once, and names who signed what', async () => {
    const stage = open(counter(2, 10))
    const believed = await signed(1, regulator, court, notary)
    const e = encodeEquivocation({ believed, contrary: await contraryOf(2, court) })
    const stranger = testConsortium().members[4]!
    const entry = await stage.succeed(stranger.gateway, 'governance.equivocation', { e })
    assert.deepEqual([entry.body.o, entry.body.m, entry.body.z], ['double-signed', ['court'], 5])
    assert.equal(await stage.refused(regulator.gateway, 'governance.equivocation', { e }), 'equivocation-known')
    const again = encodeEquivocation({
      believed: await signed(1, court, notary, forensic),
      contrary: await contraryOf(2, court),
    })
    assert.equal(await stage.refused(notary.gateway, 'governance.equivocation', { e: again }), 'equivocation-known')
  })

  test('that proves nothing leaves no trace', async () => {
    const stage = open(counter(2, 10))
    const refused = (believed: string, contrary: string) =>
      stage.refused(notary.gateway, 'governance.equivocation', { e: encodeEquivocation({ believed, contrary }) })
    const believed = await signed(1, regulator, court, notary)
    assert.equal(await refused(believed, await contraryOf(1, court)), 'equivocation-same-root')
    assert.equal(await refused(await signed(1, regulator), await contraryOf(2, court)), 'equivocation-not-believed')
    const malformed = await stage.refused(notary.gateway, 'governance.equivocation', { e: Uint8Array.of(1) })
    assert.equal(malformed, 'equivocation-malformed')
    assert.deepEqual(stage.of('governance.equivocation'), [])
  })
})
