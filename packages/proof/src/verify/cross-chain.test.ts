import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, randomBytes, utf8 } from '@mingzheng/kernel'
import { parseTlogProof } from '../checkpoint/tlog-proof.ts'
import { CHAIN_CHECKPOINT_KIND, type CrossChainFile, encodeCrossChain } from '../cross-chain.ts'
import { type Entry, encodeEntry } from '../entry.ts'
import { memorySource } from '../package/random-access.ts'
import type { Profile } from '../policy.ts'
import type { TrustPolicy } from '../policy-schema.ts'
import { buildConsortiumPackage, type ConsortiumPackage } from '../testing/sample-consortium-package.ts'
import { createTestConsortium, type TestConsortium } from '../testing/test-consortium.ts'
import type { Check } from './report.ts'
import { verifyPackage } from './verify-package.ts'

const BY = ['regulator', 'court', 'notary']

interface Two {
  readonly made: ConsortiumPackage
  readonly courts: TestConsortium
  readonly file: CrossChainFile
}

/** A package of one ledger whose present checkpoint the courts' ledger records. */
async function two(change: Record<string, unknown> = {}, by: readonly string[] = BY): Promise<Two> {
  const made = await buildConsortiumPackage(BY)
  const { consortium } = made
  const inside = parseTlogProof(made.sample.members.get('proof/receipt.tlog-proof')!)
  const { index } = inside
  consortium.append(utf8('later'))
  const path = async (profile: Profile) => parseTlogProof(await consortium.receipt(profile, index, BY)).path
  const courts = createTestConsortium({ seed: 'courts', origin: 'courts.test/1/00000001' })
  courts.append(utf8('before'))
  const entry = encodeEntry({
    kind: CHAIN_CHECKPOINT_KIND,
    id: randomBytes(16),
    actor: randomBytes(16),
    time: courts.clock.now(),
    body: {
      o: consortium.policy.origin,
      z: consortium.size,
      r: consortium.root('sha256'),
      u: consortium.root('sm3'),
      ...change,
    } as Entry['body'],
  })
  const at = courts.append(entry)
  const record = {
    entry,
    receipt: await courts.receipt('sha256', at, by),
    receiptSm3: await courts.receipt('sm3', at, by),
  }
  return { made, courts, file: { index, record, path: { sha256: await path('sha256'), sm3: await path('sm3') } } }
}

async function judge(
  { sample, first }: ConsortiumPackage,
  others: readonly TrustPolicy[],
  bytes: Bytes,
): Promise<{ verdict: string; check: Check | undefined }> {
  const renewals = [{ name: 'cross-chain.json', bytes }]
  const report = await verifyPackage(memorySource(sample.bytes), {
    policies: [first, ...others],
    now: sample.now,
    renewals,
  })
  return { verdict: report.verdict, check: report.checks.find(({ id }) => id === 'cross-chain') }
}

describe('a package whose checkpoint another ledger recorded', () => {
  test('is told so: where, when, by whom, to who has pinned both policies', async () => {
    const { made, courts, file } = await two()
    const { verdict, check } = await judge(made, [courts.policy], encodeCrossChain(file))
    assert.deepEqual([verdict, check?.status], ['verified', 'passed'])
    const [recorded] = check!.detail!.recorded as [{ origin: string; index: number; size: number }]
    assert.deepEqual([recorded.origin, recorded.index, recorded.size], [courts.policy.origin, 1, made.consortium.size])
  })

  test('is not told so by a policy that nobody pinned', async () => {
    const { made, file } = await two()
    const { verdict, check } = await judge(made, [], encodeCrossChain(file))
    assert.deepEqual([verdict, check?.status, check?.code], ['verified', 'not-checked', 'policy-not-pinned'])
  })

  test('fails with a record that is forged, of another ledger, of another entry, or signed by too few', async () => {
    const codeOf = async ({ made, courts, file }: Two) => {
      const { verdict, check } = await judge(made, [courts.policy], encodeCrossChain(file))
      assert.equal(verdict, 'failed')
      return check?.code
    }
    assert.equal(await codeOf(await two({}, ['regulator', 'court'])), 'cross-chain-unsigned')
    assert.equal(await codeOf(await two({ o: 'third.test/1/00000003' })), 'cross-chain-other')
    assert.equal(await codeOf(await two({ r: randomBytes(32) })), 'cross-chain-not-included')
    assert.equal(await codeOf(await two({ u: randomBytes(32) })), 'cross-chain-not-included')
    const good = await two()
    assert.equal(await codeOf({ ...good, file: { ...good.file, index: good.file.index + 1 } }), 'cross-chain-other')
    const forged = encodeEntry({
      kind: CHAIN_CHECKPOINT_KIND,
      id: randomBytes(16),
      actor: randomBytes(16),
      time: good.courts.clock.now() - 1,
      body: {
        o: good.made.consortium.policy.origin,
        z: good.made.consortium.size,
        r: good.made.consortium.root('sha256'),
        u: good.made.consortium.root('sm3'),
      },
    })
    const record = { ...good.file.record, entry: forged }
    assert.equal(await codeOf({ ...good, file: { ...good.file, record } }), 'cross-chain-unsigned')
  })

  test('may carry the proof inside', async () => {
    const { courts, made, file } = await two()
    const again = await buildConsortiumPackage(BY, false, {
      tamper: (members) => {
        members.set('proof/cross-chain.json', encodeCrossChain(file))
        const ordered = [...members].sort(([a], [b]) => (a < b ? -1 : 1))
        const group = (path: string) =>
          ['manifest', 'data/', 'proof/', 'docum', 'seal'].findIndex((one) => path.startsWith(one))
        ordered.sort(([a], [b]) => group(a) - group(b))
        members.clear()
        for (const [path, bytes] of ordered) members.set(path, bytes)
      },
    })
    assert.equal(again.first.origin, made.first.origin)
    const policies = [again.first, courts.policy]
    const report = await verifyPackage(memorySource(again.sample.bytes), { policies, now: again.sample.now })
    assert.deepEqual([report.verdict, report.checks.find(({ id }) => id === 'cross-chain')?.code], ['verified', 'ok'])
  })
})
