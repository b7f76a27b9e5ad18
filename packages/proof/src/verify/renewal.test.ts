import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type Bytes, fromUtf8, utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { memorySource } from '../package/random-access.ts'
import { decodeRenewal, encodeRenewal } from '../renewal.ts'
import { buildSamplePackage, type SamplePackage } from '../testing/sample-package.ts'
import { verifyPackage } from './verify-package.ts'

const MINUTE = 60_000

describe('a renewal', () => {
  let sample: SamplePackage
  let renewal: Bytes
  before(async () => {
    sample = await buildSamplePackage()
    renewal = await sample.renewalFile(MINUTE)
  })

  const judge = async (bytes: Bytes, of = sample, policies = [sample.policy]) => {
    const renewals = [{ name: 'a.renewal', bytes }]
    const report = await verifyPackage(memorySource(of.bytes), {
      policies,
      now: sample.now + 365 * 86_400_000,
      renewals,
    })
    return { verdict: report.verdict, check: report.checks.find(({ id }) => id === 'renewals')! }
  }

  test('with a later timestamp and receipts under a later checkpoint is accepted, and tells its time', async () => {
    const { verdict, check } = await judge(renewal)
    assert.deepEqual([verdict, check.status], ['verified', 'passed'])
    assert.deepEqual(check.detail?.times, [new Date(decodeTime(sample.now)).toISOString()])
  })

  const decodeTime = (now: number) => now - 1000 + MINUTE

  test('is read and written in one spelling', () => {
    assert.deepEqual(encodeRenewal(decodeRenewal(renewal)), renewal)
    for (const text of ['', '{}', ' ' + fromUtf8(renewal), fromUtf8(renewal).replace('"version":1', '"version":2')]) {
      assert.throws(() => decodeRenewal(utf8(text)), { code: 'renewal-malformed' })
    }
  })

  test('of another package, of another edition, or with a foreign token is refused by name', async () => {
    const other = await buildSamplePackage({ seed: 'other' })
    const { check } = await judge(await other.renewalFile(MINUTE))
    assert.deepEqual([check.status, check.code, check.where], ['failed', 'timestamp-imprint', 'a.renewal'])
    const wrong = await judge(await sample.renewalFile(MINUTE, { edition: 2 }))
    assert.equal(wrong.check.code, 'renewal-of-another')
    const timestamp = await other.renewal(MINUTE)
    assert.equal((await judge(await sample.renewalFile(MINUTE, { timestamp }))).check.code, 'timestamp-imprint')
  })

  test('whose receipt is of another entry, of a smaller log or badly signed is refused', async () => {
    const swapped = decodeRenewal(renewal)
    const inside = (path: string) => fromUtf8(sample.members.get(path)!)
    const receipt = inside('proof/receipt.tlog-proof').replace(/^index \d+/m, 'index 0')
    assert.equal((await judge(encodeRenewal({ ...swapped, receipt }))).check.code, 'not-included')
    const receiptSm3 = swapped.receipt
    assert.equal((await judge(encodeRenewal({ ...swapped, receiptSm3 }))).check.status, 'failed')
    const lines = swapped.receipt.trimEnd().split('\n').slice(0, -1)
    const unsigned = `${lines.join('\n')}\n`
    assert.equal((await judge(encodeRenewal({ ...swapped, receipt: unsigned }))).check.code, 'quorum-not-met')
  })

  test('is not believed where the policy is not pinned', async () => {
    const { verdict, check } = await judge(renewal, sample, [])
    assert.deepEqual([verdict, check.status], ['incomplete', 'not-checked'])
  })

  test('with any one byte changed is not accepted', async () => {
    const random = seededRandom('renewal bytes')
    for (let i = 0; i < 300; i++) {
      const damaged = new Uint8Array(renewal)
      const [a, b, c] = random(3) as unknown as [number, number, number]
      damaged[((a << 8) | b) % damaged.length]! ^= 1 << (c & 7)
      const { verdict } = await judge(damaged)
      assert.notEqual(verdict, 'verified', `byte ${((a << 8) | b) % damaged.length}`)
    }
  })
})
