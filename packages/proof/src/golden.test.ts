import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { digestPair, fromUtf8, numberDigest, parseCertificateNumber, toHex } from '@mingzheng/kernel'
import { vectorBytes, vectorJson } from '../../../tests/vectors.ts'
import { checkOpening, decodeOpening, encodeOpening } from './commitment.ts'
import { decodeEntry, encodeEntry, readFixBody } from './entry.ts'
import { encodePolicy, parsePolicy, policyId } from './policy.ts'
import { toTlogPolicy } from './policy-text.ts'
import { verifyReceipt } from './receipt.ts'

interface Facts {
  number: string
  index: number
  size: number
  policyId: string
  entryBytes: number
}

describe('the receipts first published', () => {
  const file = (name: string) => vectorBytes(`golden/receipt-1/${name}`)
  const facts = vectorJson<Facts>('golden/receipt-1/facts.json')
  const policy = parsePolicy(file('policy.json'))
  const entry = file('entry.cbor')

  test('verify still, both of them', () => {
    for (const [profile, name] of [
      ['sha256', 'receipt.tlog-proof'],
      ['sm3', 'receipt-sm3.tlog-proof'],
    ] as const) {
      const result = verifyReceipt({ entry, proof: file(name), profile, policy })
      assert.equal(result.verdict, 'verified', JSON.stringify(result.checks))
      assert.deepEqual([result.index, result.size, result.signers.length], [facts.index, facts.size, 3])
      const changed = { ...policy, quorum: { atLeast: 2, anyOf: ['notary' as const] } }
      assert.equal(verifyReceipt({ entry, proof: file(name), profile, policy: changed }).verdict, 'verified')
      const wrong = entry.map((byte, i) => (i === 80 ? byte ^ 1 : byte))
      assert.equal(verifyReceipt({ entry: wrong, proof: file(name), profile, policy }).verdict, 'failed')
    }
  })

  test('have an entry, an opening and a policy that are read and written as then', () => {
    const read = decodeEntry(entry)
    assert.equal(toHex(encodeEntry(read)), toHex(entry))
    assert.equal(entry.length, facts.entryBytes)
    const { commitment, commitmentSm3, number } = readFixBody(read)
    const opening = decodeOpening(file('opening.json'))
    assert.deepEqual(encodeOpening(opening), file('opening.json'))
    const digests = digestPair(file('manifest.txt'))
    const commitments = { sha256: commitment, sm3: commitmentSm3 }
    assert.deepEqual(checkOpening(opening, digests, commitments), { sha256: true, sm3: true })
    assert.equal(toHex(number!), toHex(numberDigest(parseCertificateNumber(facts.number))))
    assert.equal(policyId(policy), facts.policyId)
    assert.deepEqual(encodePolicy(policy), file('policy.json'))
    assert.equal(toTlogPolicy(policy).text, fromUtf8(file('policy.txt')))
  })
})
