import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type Bytes, utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { encodeEntry, GENESIS_ENTRY_KIND } from '../entry.ts'
import { memorySource } from '../package/random-access.ts'
import { encodePolicyChain } from '../policy-chain.ts'
import type { TrustPolicy } from '../policy-schema.ts'
import { decodeRenewal, encodeRenewal } from '../renewal.ts'
import { buildConsortiumPackage, type ConsortiumPackage } from '../testing/sample-consortium-package.ts'
import { buildSamplePackage, type SamplePackage } from '../testing/sample-package.ts'
import { createTestConsortium, FIVE_MEMBERS, type TestConsortium } from '../testing/test-consortium.ts'
import { verifyPackage } from './verify-package.ts'

const MINUTE = 60_000
const random = seededRandom('policy succession')

const judge = async (
  { bytes, now }: SamplePackage,
  policies: readonly TrustPolicy[],
  more: { chains?: Bytes[]; renewals?: { name: string; bytes: Bytes }[] } = {},
) => {
  const report = await verifyPackage(memorySource(bytes), { policies, now: now + 365 * 86_400_000, ...more })
  const check = (id: string) => report.checks.find((one) => one.id === id)
  return { report, check, signatures: check('receipt-signatures')!, sm3: check('receipt-sm3-signatures')! }
}

describe('a package of a consortium', () => {
  let made: ConsortiumPackage
  before(async () => {
    made = await buildConsortiumPackage(['regulator', 'court', 'notary', 'ca'])
  })

  test('verifies, and the report says who signed when and how many were needed', async () => {
    const { report, signatures } = await judge(made.sample, [made.first])
    assert.equal(report.verdict, 'verified', report.statement.en)
    assert.deepEqual(
      report.ledger!.members.map(({ id }) => id),
      ['regulator', 'court', 'notary', 'ca'],
    )
    assert.match(
      signatures.reason.en,
      /4 of 5 members \(at least 3 needed, among them a court or a notary\): regulator \(20/,
    )
    assert.match(
      signatures.reason.zh,
      /5 个成员中 4 个的签名有效（至少须 3 个，其中须有法院或公证机构）：regulator机构 \(/,
    )
    assert.match(report.policy!.description.zh, /至少 3 个见证，其中须有法院或公证机构/)
    assert.equal(
      report.checks.some(({ id }) => id === 'policy-chain'),
      false,
    )
  })
})

describe('a package made after a change of policy', () => {
  let made: ConsortiumPackage
  let chain: Bytes
  before(async () => {
    made = await buildConsortiumPackage(['regulator', 'court'], true)
    chain = encodePolicyChain(made.links)
  })

  test('is believed by who pinned the policy before it, when the change is shown', async () => {
    const { report, check } = await judge(made.sample, [made.first], { chains: [chain] })
    assert.equal(report.verdict, 'verified', report.statement.en)
    assert.equal(check('policy-chain')!.status, 'passed')
    assert.equal(report.policy!.pinned, true)
    // Dropped beside the package, as a renewal is.
    const beside = await judge(made.sample, [made.first], { renewals: [{ name: 'policy-chain.json', bytes: chain }] })
    assert.deepEqual([beside.report.verdict, beside.check('renewals')], ['verified', undefined])
  })

  test('carries the change with it, and a chain that somebody changed inside fails', async () => {
    const inside = await buildConsortiumPackage(['regulator', 'court'], true, { chainInside: true })
    const { report } = await judge(inside.sample, [inside.first])
    assert.deepEqual([report.verdict, report.checks.some(({ id }) => id === 'policy-chain')], ['verified', true])
    const broken = await buildConsortiumPackage(['regulator', 'court'], true, {
      chainInside: true,
      tamper: (members) => {
        const chain = members.get('proof/policy-chain.json')!
        members.set(
          'proof/policy-chain.json',
          chain.map((byte, i) => (i === 900 ? byte ^ 1 : byte)),
        )
      },
    })
    const changed = await judge(broken.sample, [broken.first])
    assert.equal(changed.report.verdict, 'failed')
    assert.match(changed.check('policy-chain')!.code, /^policy-chain-/)
  })

  test('is not decided without it', async () => {
    const { report, check } = await judge(made.sample, [made.first])
    assert.deepEqual([report.verdict, check('policy')!.code], ['incomplete', 'policy-chain-missing'])
  })

  test('fails with a chain that does not hold, by name, and believes nothing of it', async () => {
    const link = made.links[0]!
    const broken = encodePolicyChain([{ ...link, receiptSm3: link.receipt }])
    const { report, check } = await judge(made.sample, [made.first], { chains: [broken] })
    assert.deepEqual([report.verdict, check('policy-chain')!.code], ['failed', 'policy-chain-unsigned'])
    assert.equal(check('policy')!.status, 'not-checked')
    const none = await judge(made.sample, [made.first], { chains: [utf8('{}')] })
    assert.equal(none.check('policy-chain')!.code, 'policy-chain-malformed')
  })
})

describe('a package signed by a member whose keys were stolen later', () => {
  const remaining = FIVE_MEMBERS.filter(({ id }) => id !== 'notary')
  const removal = async ({ consortium, first }: ConsortiumPackage) => {
    const next = consortium.successor(first, { members: remaining, quorum: { atLeast: 3, anyOf: ['court'] } })
    return encodePolicyChain([await consortium.link(first, next, ['regulator', 'court', 'forensic', 'ca'], true)])
  }

  test('is believed without its signature where the others are enough, and the report says so', async () => {
    const made = await buildConsortiumPackage(['regulator', 'court', 'notary', 'ca'])
    const { report, signatures, sm3 } = await judge(made.sample, [made.first], { chains: [await removal(made)] })
    assert.equal(report.verdict, 'verified', report.statement.en)
    for (const check of [signatures, sm3]) assert.equal(check.detail?.basis, 'others-suffice')
    assert.match(
      signatures.reason.en,
      /keys of notary were removed in an emergency and do not count; the others are enough/,
    )
    assert.deepEqual(
      report.ledger!.members.filter(({ counted }) => !counted).map(({ id }) => id),
      ['notary'],
    )
  })

  test('is not believed where it is needed, until a checkpoint made after the removal includes the entry', async () => {
    const made = await buildConsortiumPackage(['regulator', 'notary', 'ca'])
    assert.equal((await judge(made.sample, [made.first])).report.verdict, 'verified')
    const chain = await removal(made)
    const { report, signatures } = await judge(made.sample, [made.first], { chains: [chain] })
    assert.deepEqual([report.verdict, signatures.code], ['failed', 'signer-removed'])
    const { consortium, sample } = made
    const place = 2
    const by = ['court', 'forensic', 'ca']
    const plain = decodeRenewal(await sample.renewalFile(MINUTE))
    const receipt = await consortium.receipt('sha256', place, by)
    const receiptSm3 = await consortium.receipt('sm3', place, by)
    const renewals = [{ name: 'a.renewal', bytes: encodeRenewal({ ...plain, receipt, receiptSm3 }) }]
    const renewed = await judge(sample, [made.first], { chains: [chain], renewals })
    assert.equal(renewed.report.verdict, 'verified', renewed.report.statement.en)
    for (const check of [renewed.signatures, renewed.sm3]) {
      assert.deepEqual([check.detail?.basis, check.detail?.renewal], ['later-checkpoint', 'a.renewal'])
    }
    // The thief signs a later checkpoint as well: under the new policy it is nobody.
    const thief = await consortium.receipt('sha256', place, ['court', 'notary', 'ca'])
    const forged = [{ name: 'b.renewal', bytes: encodeRenewal({ ...plain, receipt: thief, receiptSm3 }) }]
    const again = await judge(sample, [made.first], { chains: [chain], renewals: forged })
    assert.deepEqual([again.report.verdict, again.signatures.code], ['failed', 'signer-removed'])
  })
})

describe('a package of an embedded ledger that a consortium continues', () => {
  let sample: SamplePackage
  let consortium: TestConsortium
  let renewal: Bytes
  before(async () => {
    sample = await buildSamplePackage()
    const plain = decodeRenewal(await sample.renewalFile(MINUTE))
    consortium = createTestConsortium()
    const last = (receipt: string) => receipt.slice(receipt.indexOf('\n\n') + 2)
    const body = { o: consortium.policy.origin, p: random(32), q: last(plain.receipt), r: last(plain.receiptSm3) }
    const id = random(16)
    const entry = encodeEntry({ kind: GENESIS_ENTRY_KIND, id, actor: id, time: sample.now, body })
    consortium.append(entry, random(100))
    const by = ['regulator', 'court', 'ca']
    const receipts = {
      receipt: await consortium.receipt('sha256', 0, by),
      receiptSm3: await consortium.receipt('sm3', 0, by),
    }
    renewal = encodeRenewal({ ...plain, continuation: { entry, ...receipts } })
  })

  const renewed = async (bytes: Bytes, policies: readonly TrustPolicy[]) => {
    const { report, check } = await judge(sample, policies, { renewals: [{ name: 'a.renewal', bytes }] })
    return { verdict: report.verdict, check: check('renewals')! }
  }

  test('is proven under both: its receipt stands in the first entry that the members witnessed', async () => {
    const { verdict, check } = await renewed(renewal, [sample.policy, consortium.policy])
    assert.deepEqual([verdict, check.status], ['verified', 'passed'], check.reason.en)
    assert.deepEqual(encodeRenewal(decodeRenewal(renewal)), renewal)
  })

  test('says so where the consortium is not pinned', async () => {
    const { verdict, check } = await renewed(renewal, [sample.policy])
    assert.deepEqual([verdict, check.code], ['verified', 'policy-not-pinned'])
  })

  test('is refused where the first entry holds another checkpoint, too few signed, or it is not the first', async () => {
    const good = decodeRenewal(renewal)
    const { continuation } = good
    const policies = [sample.policy, consortium.policy]
    const other = decodeRenewal(await sample.renewalFile(2 * MINUTE))
    const cases: [Bytes, string][] = [
      [encodeRenewal({ ...other, continuation: continuation! }), 'renewal-continuation'],
      [
        encodeRenewal({
          ...good,
          continuation: { ...continuation!, receipt: await consortium.receipt('sha256', 0, ['regulator', 'ca']) },
        }),
        'quorum-not-met',
      ],
    ]
    const index = consortium.append(continuation!.entry)
    const by = ['regulator', 'court', 'ca']
    const receipt = await consortium.receipt('sha256', index, by)
    const receiptSm3 = await consortium.receipt('sm3', index, by)
    cases.push([
      encodeRenewal({ ...good, continuation: { ...continuation!, receipt, receiptSm3 } }),
      'renewal-continuation',
    ])
    for (const [bytes, code] of cases) {
      const { verdict, check } = await renewed(bytes, policies)
      assert.deepEqual([verdict, check.code], ['failed', code])
    }
  })
})
