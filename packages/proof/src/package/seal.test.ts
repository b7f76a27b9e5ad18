import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  decodeJson,
  encodeJson,
  fromBase64,
  generatePrivateKey,
  type JsonValue,
  keySigner,
  parseCertificateNumber,
  utf8,
  verifySignature,
} from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { digestBytes } from './digests.ts'
import { decodeSeal, makeSeal, type SealInput, sealMessage } from './seal.ts'

const random = seededRandom('seal')
const signers = (['p256', 'sm2'] as const).map((algorithm) => ({
  signer: keySigner(generatePrivateKey(algorithm, random)),
  certificates: [utf8('certificate')],
}))
const input: SealInput = {
  number: parseCertificateNumber('MZ-330000-2026-00000001-ABCDEFGHJKMNPQRS'),
  edition: 1,
  sealedAt: Date.UTC(2026, 10, 24),
  members: ['documents/a', 'data/b', 'manifest.json'].map((path) => ({ path, ...digestBytes(utf8(path)) })),
  signers,
}

describe('seal', () => {
  test('both keys sign the list of members, which stands in member order', async () => {
    const seal = decodeSeal(await makeSeal(input))
    assert.deepEqual(
      seal.members.map(({ path }) => path),
      ['manifest.json', 'data/b', 'documents/a'],
    )
    for (const [i, { value }] of seal.signatures.entries()) {
      assert.ok(verifySignature(signers[i]!.signer.publicKey, sealMessage(seal), fromBase64(value)))
      const other = { ...seal, edition: 2 }
      assert.ok(!verifySignature(signers[i]!.signer.publicKey, sealMessage(other), fromBase64(value)))
    }
  })

  test('signers in another order, missing or twice make no seal', async () => {
    const [p256, sm2] = signers as [SealInput['signers'][0], SealInput['signers'][0]]
    for (const wrong of [[sm2, p256], [p256], [p256, p256], [p256, sm2, sm2], []]) {
      await assert.rejects(makeSeal({ ...input, signers: wrong }), { code: 'seal-invalid' })
    }
  })

  test('a seal that lists itself, holds a foreign field, or base64 in another spelling is refused', async () => {
    const seal = decodeSeal(await makeSeal(input))
    const [first, second] = seal.signatures
    const changes: object[] = [
      { members: [...seal.members, { ...seal.members[0], path: 'seal.json' }] },
      { members: [] },
      { extra: 1 },
      { sealedAt: '2026-11-24T00:00:00Z' },
      { signatures: [first, { ...second, certificates: ['YQ=='.replace('Q', 'R')] }] },
      { signatures: [first, { ...second, value: 'AA==' }] },
    ]
    for (const change of changes) {
      const bytes = encodeJson({ ...seal, ...change } as JsonValue)
      assert.throws(() => decodeSeal(bytes), /./, JSON.stringify(change))
    }
    const spaced = utf8(JSON.stringify(decodeJson(await makeSeal(input)), null, 1))
    assert.throws(() => decodeSeal(spaced), { code: 'json-not-canonical' })
  })
})
