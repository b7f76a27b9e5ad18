import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, generatePrivateKey, keySigner, utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import fc from 'fast-check'
import { formatSignatureLine, parseNote } from './checkpoint/note.ts'
import { cosigner, logSigner, sm2NoteSigner } from './checkpoint/note-signer.ts'
import { formatTlogProof, parseTlogProof } from './checkpoint/tlog-proof.ts'
import type { Profile } from './policy.ts'
import { createReceiptVerifier, type ReceiptVerification, verifyReceipt } from './receipt.ts'
import { createTestLog } from './testing/test-log.ts'

const random = seededRandom('receipts')
const entries = Array.from({ length: 37 }, () => random(150))
const log = createTestLog({
  members: [
    { id: 'regulator', role: 'regulator' },
    { id: 'court', role: 'court', independent: true },
    { id: 'notary', role: 'notary', independent: true },
  ],
  quorum: { atLeast: 2, anyOf: ['court', 'notary'] },
})
log.append(...entries)
const { policy } = log
const INDEX = 20

/** The checks that did not pass, as `id: code`. */
const problems = ({ checks }: ReceiptVerification) =>
  checks.filter(({ status }) => status !== 'passed').map(({ id, code }) => `${id}: ${code}`)

const judge = (profile: Profile, proof: string | Bytes, entry = entries[INDEX]!) =>
  verifyReceipt({ entry, proof, profile, policy })

for (const profile of ['sha256', 'sm3'] as const) {
  const [logKey, regulator, court, notary] = log.signers[profile] as [
    (typeof log.signers.sha256)[0],
    (typeof log.signers.sha256)[0],
    (typeof log.signers.sha256)[0],
    (typeof log.signers.sha256)[0],
  ]
  const signedBy = async (...signers: (typeof logKey)[]) =>
    log.receipt(profile, INDEX, await log.checkpoint(profile, signers))
  /** A receipt whose checkpoint has these lines, without asking whether they make sense. */
  const withLines = async (...signers: (typeof logKey)[]) => {
    const { text } = parseNote(await log.checkpoint(profile))
    const lines = await Promise.all(signers.map((signer) => signer.sign(text)))
    return log.receipt(profile, INDEX, `${text}\n${lines.map(formatSignatureLine).join('')}`)
  }

  describe(`a receipt of the ${profile} tree`, () => {
    test('verifies, and says who signed, when, and that it is enough', async () => {
      const result = judge(profile, await log.receipt(profile, INDEX))
      assert.equal(result.verdict, 'verified')
      assert.deepEqual(
        result.checks.map(({ id }) => id),
        ['format', 'origin', 'inclusion', 'log-signature', 'member-signatures', 'quorum'],
      )
      assert.deepEqual(problems(result), [])
      assert.deepEqual([result.index, result.size, result.quorumMet], [INDEX, 37, true])
      assert.deepEqual(
        result.signers.map(({ member }) => member.id),
        ['regulator', 'court', 'notary'],
      )
      const time = profile === 'sha256' ? log.clock.now() : null
      assert.ok(result.signers.every((signer) => signer.time === time))
    })

    test('verifies for every entry, with fewer members where they are enough', async () => {
      const verifier = createReceiptVerifier(policy)
      const checkpoint = await log.checkpoint(profile, [logKey, regulator, notary])
      for (const [index, entry] of entries.entries()) {
        const proof = await log.receipt(profile, index, checkpoint)
        assert.deepEqual(problems(verifier.verify({ entry, proof, profile })), [])
        assert.ok(problems(verifier.verify({ entry: entries[(index + 1) % 37]!, proof, profile })).length > 0)
      }
    })

    test('with too few members, or without the role that is asked for, is not enough', async () => {
      for (const proof of [await signedBy(logKey, court), await signedBy(logKey, regulator), await signedBy(logKey)]) {
        const result = judge(profile, proof)
        assert.deepEqual(problems(result), ['quorum: quorum-not-met'])
        assert.equal(result.quorumMet, false)
      }
      const strict = { ...policy, quorum: { atLeast: 2, anyOf: ['notary' as const] } }
      const proof = await signedBy(logKey, regulator, court)
      assert.deepEqual(problems(judge(profile, proof)), [])
      const result = verifyReceipt({ entry: entries[INDEX]!, proof, profile, policy: strict })
      assert.deepEqual(problems(result), ['quorum: quorum-not-met'])
    })

    test("without the log's signature is refused, however many members signed", async () => {
      assert.deepEqual(problems(judge(profile, await signedBy(regulator, court, notary))), [
        'log-signature: log-signature-missing',
      ])
    })

    test('with a line of a stranger is refused, even when everything else holds', async () => {
      const stranger =
        profile === 'sha256'
          ? logSigner('stranger', keySigner(generatePrivateKey('ed25519', random)))
          : sm2NoteSigner('stranger', keySigner(generatePrivateKey('sm2', random)))
      const proof = await signedBy(logKey, regulator, court, notary, stranger)
      assert.deepEqual(problems(judge(profile, proof)), ['member-signatures: signature-unknown'])
    })

    test("with a member's line twice, or lines out of order, is refused", async () => {
      assert.deepEqual(problems(judge(profile, await withLines(logKey, regulator, court, court))), [
        'member-signatures: signature-duplicate',
      ])
      assert.deepEqual(problems(judge(profile, await withLines(logKey, logKey, regulator, court))), [
        'member-signatures: signature-duplicate',
      ])
      assert.deepEqual(problems(judge(profile, await withLines(logKey, court, regulator))), [
        'member-signatures: signature-order',
      ])
      assert.deepEqual(problems(judge(profile, await withLines(logKey, regulator, court, regulator))), [
        'member-signatures: signature-order',
      ])
      assert.deepEqual(problems(judge(profile, await withLines(regulator, court, logKey))), [
        'member-signatures: signature-order',
      ])
    })

    test("in whose checkpoint a member's signature is false is refused and the member named", async () => {
      const { text, signatures } = parseNote(await log.checkpoint(profile))
      for (const [at, id] of [
        [1, 'regulator'],
        [3, 'notary'],
      ] as const) {
        const lines = signatures.map((line, i) =>
          i === at ? { ...line, signature: line.signature.map((byte, j) => (j === 40 ? byte ^ 1 : byte)) } : line,
        )
        const proof = await log.receipt(profile, INDEX, `${text}\n${lines.map(formatSignatureLine).join('')}`)
        const result = judge(profile, proof)
        assert.deepEqual(problems(result), ['member-signatures: member-signature-invalid'])
        assert.equal(result.checks[4]?.detail, id)
        assert.ok(result.signers.every(({ member }) => member.id !== id))
      }
    })

    test('of another entry, index, tree or ledger is refused and the reason named', async () => {
      const proof = parseTlogProof(await log.receipt(profile, INDEX))
      assert.deepEqual(problems(judge(profile, formatTlogProof(proof), entries[3]!)), ['inclusion: not-included'])
      assert.deepEqual(problems(judge(profile, formatTlogProof({ ...proof, index: 21 }))), ['inclusion: not-included'])
      assert.deepEqual(problems(judge(profile, formatTlogProof({ ...proof, path: proof.path.slice(1) }))), [
        'inclusion: not-included',
      ])
      const other = createTestLog({ seed: 'other', origin: 'other.test' })
      other.append(...entries)
      assert.deepEqual(problems(judge(profile, await other.receipt(profile, INDEX))), [
        'origin: origin-unknown',
        'log-signature: log-signature-missing',
        'member-signatures: signature-unknown',
        'quorum: quorum-not-met',
      ])
    })

    test('of the other tree is refused', async () => {
      const wrong = profile === 'sha256' ? 'sm3' : 'sha256'
      assert.equal(judge(profile, await log.receipt(wrong, INDEX)).verdict, 'failed')
      assert.equal(judge(profile, await log.receipt(wrong, INDEX)).checks[1]?.code, 'origin-unknown')
    })

    test('of a rewritten log that the log key signed, but no member, is refused', async () => {
      const fork = createTestLog({ members: [{ id: 'regulator', role: 'regulator' }] })
      fork.append(...entries.with(3, random(150)))
      const text = parseNote(await fork.checkpoint(profile)).text
      const line = await logKey.sign(text)
      const lines = parseNote(await log.checkpoint(profile)).signatures.slice(1)
      const checkpoint = `${text}\n${[line, ...lines].map(formatSignatureLine).join('')}`
      const result = judge(profile, await fork.receipt(profile, INDEX, checkpoint))
      assert.deepEqual(problems(result), ['member-signatures: member-signature-invalid', 'quorum: quorum-not-met'])
    })

    test('with extra data, or with a checkpoint that is none, is refused', async () => {
      const proof = parseTlogProof(await log.receipt(profile, INDEX))
      assert.deepEqual(problems(judge(profile, formatTlogProof({ ...proof, extra: utf8('x') }))), [
        'format: proof-extra',
      ])
      const after = ['origin', 'inclusion', 'log-signature', 'member-signatures', 'quorum']
      const later = after.map((id) => `${id}: not-reached`)
      assert.deepEqual(problems(judge(profile, 'nonsense')), ['format: proof-malformed', ...later])
      const noNote = formatTlogProof({ ...proof, checkpoint: 'nonsense' })
      assert.deepEqual(problems(judge(profile, noNote)), ['format: note-malformed', ...later])
      const text = parseNote(proof.checkpoint).text
      const extended = formatTlogProof({ ...proof, checkpoint: proof.checkpoint.replace(text, `${text}more\n`) })
      assert.deepEqual(problems(judge(profile, extended)), ['format: checkpoint-malformed', ...later])
    })

    test('with one byte changed, cut or added anywhere is refused', async () => {
      const proof = utf8(await log.receipt(profile, INDEX))
      const verifier = createReceiptVerifier(policy)
      const refused = (bytes: Bytes) =>
        assert.equal(verifier.verify({ entry: entries[INDEX]!, proof: bytes, profile }).verdict, 'failed')
      for (let at = 0; at < proof.length; at++) {
        refused(proof.map((byte, i) => (i === at ? byte ^ 1 : byte)))
        refused(Uint8Array.of(...proof.subarray(0, at), ...proof.subarray(at + 1)))
      }
      fc.assert(
        fc.property(fc.nat(proof.length), fc.integer({ min: 0, max: 255 }), (at, byte) => {
          const added = Uint8Array.of(...proof.subarray(0, at), byte, ...proof.subarray(at))
          refused(added)
          if (at < proof.length && proof[at] !== byte) refused(proof.map((old, i) => (i === at ? byte : old)))
        }),
        { seed: 20261124, numRuns: 500 },
      )
      assert.equal(verifier.verify({ entry: entries[INDEX]!, proof, profile }).verdict, 'verified')
    })
  })
}

describe('a key of a member', () => {
  test('that signs in the place of the log, or as another kind, proves nothing', async () => {
    const key = keySigner(generatePrivateKey('ed25519', random))
    const text = parseNote(await log.checkpoint('sha256')).text
    const imposter = await cosigner('court', key, log.clock).sign(text)
    const [first, regulator] = log.signers.sha256
    const lines = [await first!.sign(text), await regulator!.sign(text), imposter]
    const proof = await log.receipt('sha256', INDEX, `${text}\n${lines.map(formatSignatureLine).join('')}`)
    assert.deepEqual(problems(judge('sha256', proof)), [
      'member-signatures: signature-unknown',
      'quorum: quorum-not-met',
    ])
  })
})
