import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encodeJson, type JsonValue, keySigner, toBase64 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { judgeCheckpoint } from './checkpoint/judgement.ts'
import { formatNote, parseNote } from './checkpoint/note.ts'
import { cosigner } from './checkpoint/note-signer.ts'
import { formatVerifierKey } from './checkpoint/verifier-key.ts'
import { encodePolicy, type Profile, parsePolicy, profileKeys } from './policy.ts'
import type { ConsortiumPolicy, TrustPolicy } from './policy-schema.ts'
import { describePolicy, toTlogPolicy } from './policy-text.ts'
import { createTestConsortium } from './testing/test-consortium.ts'

const clock = { now: () => Date.UTC(2026, 10, 24, 9) }
const outside = [1, 2].map((i) =>
  cosigner(`w${i}.example`, keySigner({ algorithm: 'ed25519', secret: seededRandom(`w${i}`)(32) }), clock),
)
const witnesses = outside.map(({ key }, i) => ({
  id: `w${i + 1}`,
  name: { zh: `见证${i + 1}`, en: `Witness ${i + 1}` },
  key: formatVerifierKey(key),
  url: `https://w${i + 1}.example/submit`,
}))
const consortium = createTestConsortium({
  policy: { witnesses },
  quorum: { atLeast: 3, anyOf: ['court', 'notary'], witnesses: 1 },
})
const { policy } = consortium
consortium.append(seededRandom('consortium')(80))

describe('a policy of version 2', () => {
  test('comes back as it was written, with and without what is optional', () => {
    const [first, ...others] = policy.members
    const full: ConsortiumPolicy = {
      ...policy,
      former: 'ab'.repeat(32),
      members: [
        { ...first!, url: 'https://node.example:8443/log', boxKey: toBase64(new Uint8Array(32).fill(7)) },
        ...others,
      ],
    }
    const { witnesses: _none, ...plain } = { ...policy, quorum: { atLeast: 3, anyOf: [] } }
    for (const one of [policy, full, plain]) assert.deepEqual(parsePolicy(encodePolicy(one)), one)
  })

  const [one, two, ...rest] = policy.members as ConsortiumPolicy['members']
  const other = createTestConsortium({ origin: 'elsewhere.test' }).policy.members[0]!
  const member = (change: object) => ({ ...policy, members: [{ ...one!, ...change }, two!, ...rest] })
  const { logKey: _log, ...withoutLog } = one!
  const wrong: [string, unknown][] = [
    ['', { ...policy, logKey: one!.logKey }],
    ['former', { ...policy, former: 'AB'.repeat(32) }],
    ['members.0.logKey', { ...policy, members: [withoutLog, two!, ...rest] }],
    ['members.0.logKey', member({ logKey: one!.cosignerKey })],
    ['members.0.logKey', member({ logKey: other.logKey })],
    ['members.0.sm2LogKey', member({ sm2LogKey: other.sm2LogKey })],
    ['members.0.url', member({ url: 'https://node.example/' })],
    ['members.0.url', member({ url: 'HTTPS://node.example' })],
    ['members.0.url', member({ url: 'ftp://node.example' })],
    ['members.0.url', member({ url: 'https://user@node.example' })],
    ['members.0.url', member({ url: 'https://node.example?x' })],
    ['members.0.boxKey', member({ boxKey: toBase64(new Uint8Array(33)) })],
    ['members.0.gatewayKey', member({ gatewayKey: 'AA'.repeat(32) })],
    ['members', member({ logKey: two!.logKey })],
    ['members', member({ sm2LogKey: two!.sm2LogKey })],
    ['members', member({ gatewayKey: two!.gatewayKey })],
    ['members', { ...policy, witnesses: [{ ...witnesses[0]!, id: one!.id }] }],
    ['members', { ...policy, witnesses: [{ ...witnesses[0]!, key: one!.cosignerKey }] }],
    ['witnesses', { ...policy, witnesses: [] }],
    ['witnesses.0.key', { ...policy, witnesses: [{ ...witnesses[0]!, key: one!.logKey }] }],
    ['quorum.witnesses', { ...policy, quorum: { ...policy.quorum, witnesses: 3 } }],
    ['quorum.witnesses', { ...policy, quorum: { ...policy.quorum, witnesses: 0 } }],
  ]
  for (const [i, [field, value]] of wrong.entries()) {
    test(`that is wrong in ${field || 'its members'} is refused and the field named (${i})`, () => {
      assert.throws(() => parsePolicy(encodeJson(value as JsonValue)), { code: 'policy-malformed', field })
    })
  }

  test('names in words and for C2SP who must sign beside the members', () => {
    assert.match(
      describePolicy(policy, 'en'),
      /some member's ledger key[\s\S]*2 outside witness\(es\), Witness 1, Witness 2: at least 1/,
    )
    assert.match(
      describePolicy(policy, 'zh'),
      /任一成员的账本密钥[\s\S]*另有 2 个见证方（见证1、见证2），其中至少 1 个须签名/,
    )
    const { text } = toTlogPolicy(policy)
    assert.equal(text.match(/^log /gm)?.length, 5)
    assert.match(text, /^witness w1 w1\.example\+\S+ https:\/\/w1\.example\/submit$/m)
    assert.match(text, /^group OUTSIDE 1 w1 w2$/m)
    assert.match(text, /^group QUORUM all MEMBERS OUTSIDE$/m)
  })
})

describe('a checkpoint of a consortium', () => {
  const by = ['regulator', 'court', 'ca']
  const judge = (source: string, profile: Profile = 'sha256', of: TrustPolicy = policy) =>
    judgeCheckpoint(source, of, profileKeys(of, profile))
  const codes = (source: string, profile: Profile = 'sha256') => {
    const { format, origin, log, members, quorum } = judge(source, profile)
    return [format, origin, log, members, quorum].filter(({ status }) => status === 'failed').map(({ code }) => code)
  }
  const withWitness = async (...which: number[]) => {
    const { text, signatures } = parseNote(await consortium.checkpoint('sha256', by))
    return formatNote({
      text,
      signatures: [...signatures, ...(await Promise.all(which.map((i) => outside[i]!.sign(text))))],
    })
  }

  test('is believed with the line of any one member’s log key, enough members, and the witnesses asked for', async () => {
    for (const first of ['regulator', 'court', 'ca']) {
      const note = parseNote(await withWitness(1))
      const log = await consortium.signersOf(first).sha256[0].sign(note.text)
      const source = formatNote({ text: note.text, signatures: [log, ...note.signatures.slice(1)] })
      assert.deepEqual(codes(source), [])
      assert.deepEqual(
        judge(source).witnesses.map(({ witness, time }) => [witness.id, time]),
        [['w2', clock.now()]],
      )
    }
    assert.deepEqual(codes(await withWitness(0, 1)), [])
    // Witnesses have no SM2 keys.
    assert.deepEqual(codes(await consortium.checkpoint('sm3', by), 'sm3'), [])
  })

  test('is not, with witnesses missing, in another order, twice, or with a line that does not hold', async () => {
    assert.deepEqual(codes(await consortium.checkpoint('sha256', by)), ['witnesses-not-met'])
    assert.deepEqual(codes(await withWitness(1, 0)), ['signature-order'])
    assert.deepEqual(codes(await withWitness(0, 0)), ['signature-duplicate'])
    const note = parseNote(await withWitness(0))
    const signatures = note.signatures.map((line) =>
      line.name === 'w1.example'
        ? { ...line, signature: line.signature.map((byte, i) => (i === 70 ? byte ^ 1 : byte)) }
        : line,
    )
    assert.deepEqual(codes(formatNote({ ...note, signatures })), ['member-signature-invalid', 'witnesses-not-met'])
  })

  test('is not, with two log lines or with none', async () => {
    const { text, signatures } = parseNote(await withWitness(0))
    const [log, ...members] = signatures
    const second = await consortium.signersOf('court').sha256[0].sign(text)
    assert.deepEqual(codes(formatNote({ text, signatures: [log!, second, ...members] })), ['signature-duplicate'])
    assert.deepEqual(codes(formatNote({ text, signatures: members })), ['log-signature-missing'])
    const stranger = await createTestConsortium({ seed: 'stranger' }).signersOf('court').sha256[0].sign(text)
    assert.deepEqual(codes(formatNote({ text, signatures: [stranger, ...members] })), [
      'log-signature-missing',
      'signature-unknown',
    ])
  })

  test('counts a member once: its SM2 line is no second voice beside its Ed25519 line', async () => {
    const { text, signatures } = parseNote(await withWitness(0))
    const two = signatures.filter(({ name }) => name !== 'ca.test')
    const sm2 = await consortium.signersOf('court').sm3[1].sign(text)
    const source = formatNote({ text, signatures: [...two.slice(0, 3), sm2, ...two.slice(3)] })
    assert.deepEqual(codes(source), ['signature-unknown', 'quorum-not-met'])
  })

  test('with members left out of account is believed only by the others', async () => {
    const keys = profileKeys(policy, 'sha256')
    const source = await withWitness(0)
    assert.equal(judgeCheckpoint(source, policy, keys, new Set(['notary'])).quorumMet, true)
    const without = judgeCheckpoint(source, policy, keys, new Set(['ca']))
    assert.deepEqual([without.quorumMet, without.signers.length], [false, 3])
  })
})
