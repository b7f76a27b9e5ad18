import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type Bytes, digest, toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import {
  decodeRenewal,
  encodeEntry,
  encodePolicyChain,
  GENESIS_ENTRY_KIND,
  inlineEngine,
  memorySource,
  verifyPackage,
} from '@mingzheng/proof'
import {
  buildSamplePackage,
  createTestConsortium,
  createTestLog,
  type SamplePackage,
  type TestConsortium,
  type TestLog,
} from '@mingzheng/proof/testing'
import { type RenewParts, renewPackage } from './renew-package.ts'

const DAY = 86_400_000
const random = seededRandom('renew package')
/** Place of the entry in the sample's log. */
const INDEX = 2

describe('renewing a package', () => {
  let sample: SamplePackage
  let log: TestLog
  let consortium: TestConsortium
  let genesis: Bytes
  let last: { sha256: string; sm3: string }
  before(async () => {
    sample = await buildSamplePackage({
      ledger: (roots) => {
        log = createTestLog({ policy: roots })
        return log
      },
    })
    last = { sha256: await log.checkpoint('sha256'), sm3: await log.checkpoint('sm3') }
    consortium = createTestConsortium()
    const body = { o: consortium.policy.origin, p: random(32), q: last.sha256, r: last.sm3 }
    genesis = encodeEntry({ kind: GENESIS_ENTRY_KIND, id: random(16), actor: random(16), time: sample.now, body })
    consortium.append(genesis)
    // The former ledger is opened, and signs, again.
    log.clock.set(sample.now + DAY)
  })

  const renew = (ledger: RenewParts['ledger']) => {
    const stamp = () => sample.renewal(DAY)
    const edition = {
      number: sample.manifest.number,
      edition: 1,
      package_sha256: toHex(digest('sha256', sample.bytes)),
      item_id: random(16),
      ledger_index: INDEX,
    }
    return renewPackage(
      { engine: inlineEngine, stamp, ledger },
      edition,
      memorySource(sample.bytes),
      AbortSignal.timeout(5000),
    )
  }
  const former = async () => ({
    index: INDEX,
    time: 0,
    entry: sample.members.get('proof/entry.cbor')!,
    proof: await log.receipt('sha256', INDEX),
    proofSm3: await log.receipt('sm3', INDEX),
  })
  const first = async () => {
    const by = ['regulator', 'court', 'ca']
    const proofs = {
      proof: await consortium.receipt('sha256', 0, by),
      proofSm3: await consortium.receipt('sm3', 0, by),
    }
    return { index: 0, time: 0, entry: genesis, ...proofs }
  }
  const verdict = async (renewal: Bytes) => {
    const renewals = [{ name: 'a.renewal', bytes: renewal }]
    const policies = [sample.policy, consortium.policy]
    const report = await verifyPackage(memorySource(sample.bytes), { policies, now: sample.now + 2 * DAY, renewals })
    const check = report.checks.find(({ id }) => id === 'renewals')
    return [report.verdict, check?.status, check?.reason.en]
  }

  test('of the present ledger holds its newest receipts, and the changes of its policy where there are any', async () => {
    const plain = await renew({ policy: log.policy, receipt: former, serve: () => null })
    assert.deepEqual((await verdict(plain)).slice(0, 2), ['verified', 'passed'])
    assert.equal(decodeRenewal(plain).chain, undefined)
    const next = consortium.successor(consortium.policy, { quorum: { atLeast: 2, anyOf: [] } })
    const side = createTestConsortium()
    const body = encodePolicyChain([await side.link(side.policy, next, ['regulator', 'court', 'ca'])])
    const withChain = await renew({
      policy: log.policy,
      receipt: former,
      serve: (path) => (path === 'policy-chain.json' ? { status: 200, headers: {}, body } : null),
    })
    assert.equal(decodeRenewal(withChain).chain?.length, 1)
    assert.deepEqual((await verdict(withChain)).slice(0, 2), ['verified', 'passed'])
  })

  test('of a ledger that a consortium continues is proven under both', async () => {
    const receipt = (by: object) => ('id' in by ? former() : first())
    const renewal = await renew({ policy: consortium.policy, receipt, serve: () => null })
    assert.ok(decodeRenewal(renewal).continuation !== undefined)
    assert.deepEqual((await verdict(renewal)).slice(0, 2), ['verified', 'passed'])
  })

  test('is refused where the present ledger does not hold the end of the one before it', async () => {
    const other = createTestLog({ seed: 'another log' })
    other.append(random(50))
    const body = { o: consortium.policy.origin, p: random(32), q: await other.checkpoint('sha256'), r: last.sm3 }
    const entry = encodeEntry({ kind: GENESIS_ENTRY_KIND, id: random(16), actor: random(16), time: 0, body })
    const receipt = async (by: object) => ('id' in by ? former() : { ...(await first()), entry })
    await assert.rejects(renew({ policy: consortium.policy, receipt, serve: () => null }), { code: 'not-fixed-yet' })
  })
})
