import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decodeJson, encodeJson, fromHex, isRefusal, type JsonValue, toHex, utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { decodeEntry, encodeEntry } from './entry.ts'
import { policyId } from './policy.ts'
import {
  decodePolicyChain,
  encodePolicyChain,
  type PolicyLink,
  policyChangeBody,
  readPolicyChange,
  verifyLink,
} from './policy-chain.ts'
import { createHistoryVerifier, followChains, type PolicyHistory } from './policy-history.ts'
import type { TrustPolicy } from './policy-schema.ts'
import { createTestConsortium, FIVE_MEMBERS } from './testing/test-consortium.ts'

const random = seededRandom('policy chain')
const four = FIVE_MEMBERS.filter(({ id }) => id !== 'notary')
const consortium = createTestConsortium()
const first = consortium.policy
const second = consortium.successor(first, { quorum: { atLeast: 4, anyOf: [] } })
const third = consortium.successor(second, { members: four, quorum: { atLeast: 3, anyOf: ['court'] } })
const fourth = consortium.successor(third, { quorum: { atLeast: 2, anyOf: ['court'] } })
const early = consortium.append(random(100))
const byThree = ['regulator', 'court', 'ca']
const earlyReceipt = await consortium.receipt('sha256', early, ['regulator', 'notary', 'ca'])
const links = [
  await consortium.link(first, second, byThree),
  // The notary's keys are stolen: it is removed by the others.
  await consortium.link(second, third, ['regulator', 'court', 'forensic', 'ca'], true),
  await consortium.link(third, fourth, byThree),
]
const late = consortium.append(random(100))

const codeOf = (result: PolicyHistory | { code: string }) => ('code' in result ? result.code : 'followed')
const idsOf = (result: PolicyHistory | { code: string }) => {
  assert.ok('terms' in result, codeOf(result))
  return result.terms.map(({ id }) => id)
}
const all = [first, second, third, fourth].map(policyId)

describe('a policy chain', () => {
  test('leads from any of its policies to all of them, forward and back, with what each change took', () => {
    for (const pinned of [first, second, third, fourth]) {
      const history = followChains(pinned, [links], [first])
      assert.deepEqual(idsOf(history), all)
      const terms = (history as PolicyHistory).terms
      assert.deepEqual(
        terms.map(({ since }) => since),
        [0, 2, 3, 4],
      )
      assert.deepEqual(
        terms.map(({ removed }) => [...removed]),
        [['notary'], ['notary'], [], []],
      )
    }
    // Without the first policy's document there is no telling what it followed.
    assert.deepEqual(idsOf(followChains(third, [links])), all.slice(1))
  })

  test('comes back as it was written', () => {
    const bytes = encodePolicyChain(links)
    assert.deepEqual(decodePolicyChain(bytes), links)
    assert.deepEqual(encodePolicyChain(decodePolicyChain(bytes)), bytes)
  })

  test('of parts that stand in several files is followed as one', () => {
    assert.deepEqual(idsOf(followChains(first, [links.slice(0, 2), links.slice(1)])), all)
  })

  test('that leads nowhere from what is pinned is left out', () => {
    const other = createTestConsortium({ seed: 'other' }).policy
    assert.deepEqual(idsOf(followChains(other, [links])), [policyId(other)])
  })
})

describe('a hostile policy chain', () => {
  const [one, two, three] = links as [PolicyLink, PolicyLink, PolicyLink]

  test('with a link missing, out of order, or twice is refused', () => {
    for (const wrong of [
      [one, three],
      [two, one],
      [one, three, two],
      [one, one, two],
    ]) {
      assert.equal(codeOf(followChains(first, [wrong], [first])), 'policy-chain-broken')
    }
  })

  test('whose entry names other policies, or of another kind, is refused', async () => {
    for (const body of [
      policyChangeBody({ policy: fromHex(policyId(third)), former: fromHex(policyId(first)), emergency: false }),
      policyChangeBody({ policy: fromHex(policyId(second)), former: fromHex(policyId(second)), emergency: false }),
    ]) {
      const entry = encodeEntry({ ...decodeEntry(one.entry), body })
      assert.equal(codeOf(followChains(first, [[{ ...one, entry }]])), 'policy-chain-broken')
    }
    const entry = encodeEntry({ ...decodeEntry(one.entry), kind: 'evidence.fix' })
    assert.throws(() => readPolicyChange(decodeEntry(entry)), { code: 'entry-malformed' })
    assert.throws(() => encodePolicyChain([{ ...one, entry }]), { code: 'policy-chain-malformed' })
  })

  test('that lowers the quorum without the former one is refused', async () => {
    const rogue = createTestConsortium()
    const alone = rogue.successor(first, { quorum: { atLeast: 1, anyOf: [] } })
    for (const by of [['regulator'], ['court', 'notary'], ['regulator', 'forensic', 'ca']]) {
      const link = await rogue.link(first, alone, by)
      assert.equal(codeOf(followChains(first, [[link]])), 'policy-chain-unsigned')
    }
    const believed = await rogue.link(first, alone, byThree)
    assert.equal(codeOf(followChains(first, [[believed]])), 'followed')
    // Signed as the new policy asks, not as the former does.
    const swapped = { ...believed, receiptSm3: (await rogue.link(first, alone, ['regulator'])).receiptSm3 }
    assert.equal(codeOf(followChains(first, [[swapped]])), 'policy-chain-unsigned')
  })

  test('with the two trees at different places, or one receipt for both, is refused', () => {
    assert.equal(codeOf(followChains(first, [[{ ...one, receiptSm3: one.receipt }]])), 'policy-chain-unsigned')
    assert.equal(codeOf(followChains(first, [[{ ...one, receipt: two.receipt }]])), 'policy-chain-unsigned')
  })

  test('that forks is refused, whoever signed it', async () => {
    const fork = createTestConsortium()
    fork.append(random(100))
    const other = fork.successor(first, { quorum: { atLeast: 5, anyOf: [] } })
    const link = await fork.link(first, other, byThree)
    assert.equal(codeOf(followChains(first, [[one], [link]])), 'policy-chain-forked')
  })

  test('in an emergency does not count those that it removes', async () => {
    const rogue = createTestConsortium()
    const without = rogue.successor(first, { members: four, quorum: { atLeast: 3, anyOf: ['court'] } })
    const withThief = ['regulator', 'notary', 'ca']
    assert.equal(
      codeOf(followChains(first, [[await rogue.link(first, without, withThief, true)]])),
      'policy-chain-unsigned',
    )
    assert.equal(codeOf(followChains(first, [[await rogue.link(first, without, withThief)]])), 'followed')
    assert.equal(codeOf(followChains(first, [[await rogue.link(first, without, byThree, true)]])), 'followed')
  })

  test('of another log is refused', async () => {
    const elsewhere = createTestConsortium({ origin: 'elsewhere.test' })
    const moved = { ...elsewhere.successor(elsewhere.policy, {}), former: policyId(first) }
    const link = await elsewhere.link(elsewhere.policy, moved, byThree)
    const body = policyChangeBody({
      policy: fromHex(policyId(moved)),
      former: fromHex(policyId(first)),
      emergency: false,
    })
    const result = verifyLink({ ...link, entry: encodeEntry({ ...decodeEntry(link.entry), body }) }, first)
    assert.ok(isRefusal(result) && result.code === 'policy-chain-broken')
  })

  test('with any byte changed is refused', () => {
    const bytes = encodePolicyChain(links)
    for (let i = 0; i < 150; i++) {
      const [a, b, c, d] = random(4) as unknown as [number, number, number, number]
      const damaged = bytes.slice()
      damaged[((a << 16) | (b << 8) | c) % bytes.length]! ^= 1 << (d & 7)
      let result: string
      try {
        result = codeOf(followChains(first, [decodePolicyChain(damaged)]))
      } catch (error) {
        result = (error as { code: string }).code
      }
      assert.match(result, /^policy-chain-/, `byte ${((a << 16) | (b << 8) | c) % bytes.length}`)
    }
  })

  test('that is not canonical, too long, or of version 1 policies is malformed', () => {
    const value = decodeJson(encodePolicyChain(links)) as { [key: string]: JsonValue }
    const wrong: JsonValue[] = [
      { ...value, version: 2 },
      { ...value, more: 1 },
      { ...value, links: [] },
      { ...value, links: Array.from({ length: 257 }, () => (value.links as JsonValue[])[0]!) },
    ]
    for (const one of wrong) assert.throws(() => decodePolicyChain(encodeJson(one)), { code: 'policy-chain-malformed' })
    assert.throws(() => decodePolicyChain(utf8(JSON.stringify(value, null, 1))), { code: 'policy-chain-malformed' })
  })
})

describe('receipts under policies that follow one another', () => {
  const history = followChains(first as TrustPolicy, [links]) as PolicyHistory
  const judge = createHistoryVerifier(history)
  const input = async (index: number, entry: Uint8Array, by: readonly string[]) =>
    judge.verify({ entry, proof: await consortium.receipt('sha256', index, by), profile: 'sha256' })

  test('are judged by the policy in force at the entry, not by an earlier one', async () => {
    const entry = random(100)
    const index = consortium.append(entry)
    const good = await input(index, entry, ['regulator', 'court'])
    assert.deepEqual([good.verdict, good.basis, good.term.id], ['verified', 'in-force', policyId(fourth)])
    // Enough and of the right roles under the first policy, under which the notary still counts.
    const old = await input(index, entry, ['regulator', 'notary', 'ca'])
    assert.equal(old.verdict, 'failed')
    const few = await input(index, entry, ['regulator'])
    assert.equal(few.checks.find(({ status }) => status === 'failed')?.code, 'quorum-not-met')
  })

  test('of a removed member count only with the others, or under a checkpoint made later', async () => {
    const entry = seededRandom('policy chain')(100)
    const thief = judge.verify({ entry, proof: earlyReceipt, profile: 'sha256' })
    assert.deepEqual([thief.verdict, thief.needsRemoved, thief.uncounted], ['failed', true, ['notary']])
    const others = await input(early, entry, ['regulator', 'court', 'notary', 'ca'])
    assert.deepEqual([others.verdict, others.basis, others.uncounted], ['verified', 'others-suffice', ['notary']])
    const later = await input(early, entry, ['court', 'ca'])
    assert.deepEqual([later.verdict, later.basis], ['verified', 'later-checkpoint'])
    assert.equal(later.term.id, policyId(fourth))
    assert.equal(toHex(later.root!), toHex(consortium.root('sha256')))
    assert.ok(later.size! > late)
  })

  test('are not judged by a later policy on a checkpoint that does not include its change', async () => {
    const before = createTestConsortium()
    const entry = seededRandom('policy chain')(100)
    before.append(entry)
    const proof = await before.receipt('sha256', 0, ['regulator', 'court'])
    assert.equal(judge.verify({ entry, proof, profile: 'sha256' }).verdict, 'failed')
  })
})
