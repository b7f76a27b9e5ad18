import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { digestPair, fromUtf8, isRefusal, numberDigest, parseCertificateNumber, toHex } from '@mingzheng/kernel'
import { vectorBytes, vectorJson } from '../../../tests/vectors.ts'
import { checkOpening, decodeOpening, encodeOpening } from './commitment.ts'
import { decodeEntry, encodeEntry, readFixBody } from './entry.ts'
import { decodeEquivocation, encodeEquivocation, verifyEquivocation } from './equivocation.ts'
import { encodePolicy, parsePolicy, policyId } from './policy.ts'
import { decodePolicyChain, encodePolicyChain } from './policy-chain.ts'
import { createHistoryVerifier, followChains } from './policy-history.ts'
import type { TrustPolicy } from './policy-schema.ts'
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

describe('the consortium first published', () => {
  const file = (name: string) => vectorBytes(`golden/consortium-1/${name}`)
  const facts = vectorJson<{ index: number; size: number; changes: number[]; policies: string[] }>(
    'golden/consortium-1/facts.json',
  )
  const policies = [1, 2, 3].map((i) => parsePolicy(file(`policy-${i}.json`)))
  const [first, , third] = policies as [TrustPolicy, TrustPolicy, TrustPolicy]
  const entry = file('entry.cbor')

  test('has policies and a chain that are read and written as then', () => {
    assert.deepEqual(policies.map(policyId), facts.policies)
    for (const [i, policy] of policies.entries()) assert.deepEqual(encodePolicy(policy), file(`policy-${i + 1}.json`))
    assert.equal(toTlogPolicy(first).text, fromUtf8(file('policy-1.txt')))
    const chain = decodePolicyChain(file('policy-chain.json'))
    assert.deepEqual(encodePolicyChain(chain), file('policy-chain.json'))
  })

  test('has receipts that verify still, under the first policy and under what followed', () => {
    const history = followChains(first, [decodePolicyChain(file('policy-chain.json'))])
    assert.ok(!isRefusal(history))
    assert.deepEqual(
      history.terms.slice(1).map(({ since }) => since - 1),
      facts.changes,
    )
    const later = createHistoryVerifier(history)
    for (const [profile, suffix] of [
      ['sha256', ''],
      ['sm3', '-sm3'],
    ] as const) {
      const plain = verifyReceipt({ entry, proof: file(`receipt${suffix}.tlog-proof`), profile, policy: first })
      assert.deepEqual([plain.verdict, plain.index, plain.size], ['verified', facts.index, facts.size])
      const without = later.verify({ entry, proof: file(`receipt${suffix}.tlog-proof`), profile })
      assert.deepEqual([without.verdict, without.basis, without.uncounted], ['verified', 'others-suffice', ['notary']])
      const anew = later.verify({ entry, proof: file(`later${suffix}.tlog-proof`), profile })
      assert.deepEqual([anew.verdict, anew.basis, anew.term.id], ['verified', 'later-checkpoint', policyId(third)])
    }
  })

  test('has evidence of equivocation that convicts still', () => {
    const evidence = decodeEquivocation(file('equivocation.json'))
    assert.deepEqual(encodeEquivocation(evidence), file('equivocation.json'))
    const proven = verifyEquivocation(evidence, first)
    assert.ok(!isRefusal(proven))
    assert.deepEqual([proven.kind, proven.size, proven.members[0]?.id], ['against-ledger', 100, 'forensic'])
  })
})
