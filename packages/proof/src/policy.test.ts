import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { digest, encodeJson, type JsonValue, toHex, utf8 } from '@mingzheng/kernel'
import { formatVerifierKey, makeVerifierKey, parseVerifierKey } from './checkpoint/verifier-key.ts'
import { encodePolicy, parsePolicy, policyId, profileKeys, quorumMet } from './policy.ts'
import type { TrustPolicy } from './policy-schema.ts'
import { describePolicy, toTlogPolicy } from './policy-text.ts'
import { createTestLog, type TestMember } from './testing/test-log.ts'

const FIVE: TestMember[] = [
  { id: 'regulator', role: 'regulator' },
  { id: 'court', role: 'court', independent: true },
  { id: 'notary', role: 'notary', independent: true },
  { id: 'forensic', role: 'forensic', independent: true },
  { id: 'ca', role: 'ca', independent: true },
]
const consortium = (quorum: TrustPolicy['quorum']) => createTestLog({ members: FIVE, quorum }).policy
const policy = consortium({ atLeast: 3, anyOf: ['court', 'notary'] })

describe('a trust policy', () => {
  test('comes back as it was written, and its id is the digest of its bytes', () => {
    const bytes = encodePolicy(policy)
    assert.deepEqual(parsePolicy(bytes), policy)
    assert.equal(policyId(policy), toHex(digest('sha256', bytes)))
    assert.deepEqual(encodePolicy(createTestLog().policy), encodeJson(createTestLog().policy))
  })

  test('gives the keys of each tree, the log first', () => {
    const { origin, keys, members } = profileKeys(policy, 'sm3')
    assert.equal(origin, `${policy.origin}/sm3`)
    assert.equal(keys.length, 6)
    assert.deepEqual(
      members.map(({ member }) => member.id),
      FIVE.map(({ id }) => id),
    )
  })

  const [first, second] = policy.members as [TrustPolicy['members'][0], TrustPolicy['members'][0]]
  const wrong: [string, unknown][] = [
    ['version', { ...policy, version: 3 }],
    ['', { ...policy, more: true }],
    ['name.zh', { ...policy, name: { ...policy.name, zh: '' } }],
    ['logKey', { ...policy, logKey: first.cosignerKey }],
    ['logKey', { ...policy, logKey: createTestLog({ origin: 'elsewhere.test' }).policy.logKey }],
    ['sm2LogKey', { ...policy, sm2LogKey: createTestLog({ origin: 'elsewhere.test' }).policy.sm2LogKey }],
    ['logKey', { ...policy, origin: 'elsewhere.test' }],
    ['origin', { ...policy, origin: 'log.test/sm3' }],
    ['origin', { ...policy, origin: 'log test' }],
    ['members', { ...policy, members: [] }],
    ['members.0.cosignerKey', { ...policy, members: [{ ...first, cosignerKey: policy.logKey }] }],
    ['members.0.sm2Key', { ...policy, members: [{ ...first, sm2Key: `${first.sm2Key} ` }] }],
    ['members.0.role', { ...policy, members: [{ ...first, role: 'operator' }] }],
    ['members.0.id', { ...policy, members: [{ ...first, id: 'Regulator' }] }],
    ['members', { ...policy, members: [first, { ...second, id: first.id }] }],
    ['members', { ...policy, members: [first, { ...first, id: 'twin' }] }],
    ['members', { ...policy, members: [{ ...first, sm2Key: second.sm2Key }] }],
    ['quorum.atLeast', { ...policy, quorum: { atLeast: 0, anyOf: [] } }],
    ['quorum.atLeast', { ...policy, quorum: { atLeast: 6, anyOf: [] } }],
    ['quorum.anyOf', { ...policy, quorum: { atLeast: 1, anyOf: ['court', 'court'] } }],
    ['quorum.anyOf', { ...policy, members: [first], quorum: { atLeast: 1, anyOf: ['court'] } }],
    ['certificateRoots.0', { ...policy, certificateRoots: ['MAA'] }],
    ['certificateRoots.0', { ...policy, certificateRoots: ['AAAA'] }],
    ['timestampRoots', { ...policy, timestampRoots: ['MAAA', 'MAAA'] }],
    ['demo', { ...policy, demo: 'no' }],
  ]
  for (const [field, value] of wrong) {
    test(`that is wrong in ${field || 'its members'} is refused and the field named`, () => {
      assert.throws(() => parsePolicy(encodeJson(value as JsonValue)), { code: 'policy-malformed', field })
    })
  }

  test('in which one key serves two members under two names is refused', () => {
    const { publicKey } = parseVerifierKey(first.cosignerKey)
    const cosignerKey = formatVerifierKey(makeVerifierKey('cosignature', 'court', publicKey))
    const renamed = policy.members.map((member) => (member.id === 'court' ? { ...member, cosignerKey } : member))
    assert.throws(() => parsePolicy(encodeJson({ ...policy, members: renamed })), {
      code: 'policy-malformed',
      field: 'members',
    })
  })

  test('that is not canonical JSON is refused', () => {
    for (const text of ['', '{}', 'null', '[]', JSON.stringify(policy, null, 2), JSON.stringify({ z: 1, ...policy })]) {
      assert.throws(() => parsePolicy(utf8(text)), { code: 'policy-malformed' })
    }
  })
})

describe('a quorum', () => {
  test('wants enough members, and the right ones among them', () => {
    assert.ok(quorumMet(policy, ['regulator', 'court', 'ca']))
    assert.ok(
      quorumMet(
        policy,
        FIVE.map(({ id }) => id),
      ),
    )
    assert.ok(!quorumMet(policy, ['regulator', 'forensic', 'ca']))
    assert.ok(!quorumMet(policy, ['court', 'notary']))
    assert.ok(!quorumMet(policy, ['court', 'court', 'court']))
    assert.ok(!quorumMet(policy, ['court', 'notary', 'stranger']))
    assert.ok(!quorumMet(policy, []))
  })
})

/** Which sets of members a C2SP policy text accepts; its grammar is small. */
function evaluate(text: string, signed: ReadonlySet<string>): boolean {
  const met = new Map<string, boolean>()
  let quorum = false
  for (const line of text.trim().split('\n')) {
    const [word, name, ...rest] = line.split(' ') as [string, string, ...string[]]
    if (word === 'witness') met.set(name, signed.has(name))
    if (word === 'group') {
      const [threshold, ...of] = rest as [string, ...string[]]
      const least = threshold === 'all' ? of.length : threshold === 'any' ? 1 : Number(threshold)
      assert.ok(least >= 1 && least <= of.length)
      met.set(name, of.filter((member) => met.get(member)).length >= least)
    }
    if (word === 'quorum') quorum = met.get(name)!
  }
  return quorum
}

describe('a policy in the form of C2SP', () => {
  const roles = [[], ['court'], ['court', 'notary'], ['regulator', 'court', 'notary', 'forensic', 'ca']] as const
  for (const anyOf of roles) {
    for (let atLeast = 1; atLeast <= 5; atLeast++) {
      test(`asks no less for ${atLeast} of 5 with ${anyOf.join(' or ') || 'any role'}, and the same where it says so`, () => {
        const asked = consortium({ atLeast, anyOf: [...anyOf] })
        const { text, exact } = toTlogPolicy(asked)
        let differs = false
        for (let bits = 0; bits < 32; bits++) {
          const signed = new Set(FIVE.filter((_, i) => bits & (1 << i)).map(({ id }) => id))
          const [ours, theirs] = [quorumMet(asked, signed), evaluate(text, signed)]
          assert.ok(ours || !theirs, `C2SP accepts ${[...signed]}`)
          differs ||= ours !== theirs
        }
        assert.equal(differs, !exact)
        assert.equal(/^# Stricter/m.test(text), !exact)
        assert.ok(evaluate(text, new Set(FIVE.map(({ id }) => id))))
      })
    }
  }
})

describe('a policy in words', () => {
  test('names the ledger, the count, the roles and every member, in both languages', () => {
    for (const language of ['zh', 'en'] as const) {
      const words = describePolicy(policy, language)
      for (const part of [policy.origin, '5', '3', ...FIVE.map(({ id }) => id), policy.statement[language]]) {
        assert.ok(words.includes(part), `${language}: ${part}`)
      }
    }
    assert.match(describePolicy(policy, 'zh'), /法院或公证机构/)
    assert.match(describePolicy(policy, 'en'), /a court or a notary/)
  })

  test('warns of a demonstration and of an operator who is alone', () => {
    const alone = createTestLog().policy
    assert.match(describePolicy(alone, 'zh'), /倒填时间[\s\S]*演示/)
    assert.match(describePolicy(alone, 'en'), /backdate[\s\S]*demonstration/)
    assert.doesNotMatch(describePolicy({ ...policy, demo: false }, 'en'), /backdate|demonstration/)
  })
})
