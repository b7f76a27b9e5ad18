import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fromBase64 } from '@mingzheng/kernel'
import { vectorJson } from '../../../tests/vectors.ts'
import { encodePolicy, parsePolicy } from './policy.ts'
import type { TrustPolicy } from './policy-schema.ts'
import { createReceiptVerifier } from './receipt.ts'
import { createTestLog } from './testing/test-log.ts'

interface Second {
  logKey: string
  cosignerKey: string
  receipts: { index: number; entry: string; proof: string }[]
}

describe('receipts made by Go libraries', () => {
  const { logKey, cosignerKey, receipts } = vectorJson<Second>('second/torchwood.json')
  // The libraries know no SM2; any keys will do for the tree that they do not have.
  const own = createTestLog({ origin: 'second.test/log', members: [{ id: 'second.test/witness', role: 'notary' }] })
  const [member] = own.policy.members
  const policy: TrustPolicy = { ...own.policy, logKey, members: [{ ...member!, id: 'witness', cosignerKey }] }
  const { verify } = createReceiptVerifier(parsePolicy(encodePolicy(policy)))

  test(`all verify, with the witness's time (${receipts.length})`, () => {
    assert.equal(receipts.length, 21)
    for (const { index, entry, proof } of receipts) {
      const result = verify({ entry: fromBase64(entry), proof, profile: 'sha256' })
      assert.equal(result.verdict, 'verified', JSON.stringify(result.checks))
      assert.deepEqual([result.index, result.size], [index, 21])
      assert.ok(result.signers[0]!.time! > Date.UTC(2026, 10, 1))
    }
  })

  test('verify for no other entry, and not under the keys of another', () => {
    for (const [i, { proof }] of receipts.entries()) {
      const entry = fromBase64(receipts[(i + 1) % receipts.length]!.entry)
      assert.equal(verify({ entry, proof, profile: 'sha256' }).verdict, 'failed')
    }
    const { entry, proof } = receipts[0]!
    const other = createReceiptVerifier({ ...own.policy, logKey })
    assert.equal(other.verify({ entry: fromBase64(entry), proof, profile: 'sha256' }).quorumMet, false)
  })
})
