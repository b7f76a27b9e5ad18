import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { needs, toolPath } from '../../../tests/capability.ts'
import { type Bytes, concat, fromHex, utf8 } from './bytes.ts'
import { generatePrivateKey, keySigner, type SignatureAlgorithm, verifySignature } from './signature.ts'
import { signatureFromDer, signatureToDer } from './signature-der.ts'
import { seededRandom } from './testing.ts'

/** DER of a SubjectPublicKeyInfo before the key's bits: RFC 8410, RFC 5480, GB/T 35276. */
const SPKI: Record<SignatureAlgorithm, string> = {
  ed25519: '302a300506032b6570032100',
  p256: '3059301306072a8648ce3d020106082a8648ce3d030107034200',
  sm2: '3059301306072a8648ce3d020106082a811ccf5501822d034200',
}
/** How `openssl pkeyutl` is told to hash as we do; SM2 has an identity besides (GM/T 0009). */
const HASHING: Record<SignatureAlgorithm, string[]> = {
  ed25519: ['-rawin'],
  p256: ['-rawin', '-digest', 'sha256'],
  sm2: ['-rawin', '-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678'],
}
const GENERATE: Record<SignatureAlgorithm, string[]> = {
  ed25519: ['-algorithm', 'ED25519'],
  p256: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  sm2: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:SM2'],
}

const random = seededRandom('openssl')
const message = utf8('明证: checked by another program')

for (const algorithm of ['ed25519', 'p256', 'sm2'] as const) {
  describe(`the openssl program and ${algorithm}`, needs('openssl'), () => {
    let folder: string
    const file = (name: string, bytes?: Bytes) => {
      if (bytes !== undefined) writeFileSync(join(folder, name), bytes)
      return join(folder, name)
    }
    const toFile = (raw: Bytes) => (algorithm === 'ed25519' ? raw : signatureToDer(raw))
    before(() => {
      folder = mkdtempSync(join(tmpdir(), 'mingzheng-openssl-'))
      file('message', message)
    })
    after(() => rmSync(folder, { recursive: true }))

    const accepts = (spki: Bytes, signature: Bytes) => {
      const keyArguments = ['-pubin', '-keyform', 'DER', '-inkey', file('public', spki)]
      const files = ['-in', file('message'), '-sigfile', file('signature', signature)]
      const done = spawnSync(toolPath('openssl'), [
        'pkeyutl',
        '-verify',
        ...keyArguments,
        ...files,
        ...HASHING[algorithm],
      ])
      return done.status === 0
    }

    test('it accepts what we sign, and nothing else', async () => {
      const signer = keySigner(generatePrivateKey(algorithm, random))
      const spki = concat(fromHex(SPKI[algorithm]), signer.publicKey.bytes)
      assert.ok(accepts(spki, toFile(await signer.sign(message))))
      assert.ok(!accepts(spki, toFile(await signer.sign(utf8('another message')))))
    })

    test('we accept what it signs, and nothing else', () => {
      const openssl = (...list: string[]) =>
        execFileSync(toolPath('openssl'), list, { stdio: ['ignore', 'pipe', 'ignore'] })
      openssl('genpkey', ...GENERATE[algorithm], '-out', file('private'))
      openssl('pkey', '-in', file('private'), '-pubout', '-outform', 'DER', '-out', file('public'))
      const keyArguments = ['-inkey', file('private'), '-in', file('message'), '-out', file('signature')]
      openssl('pkeyutl', '-sign', ...keyArguments, ...HASHING[algorithm])
      const made = new Uint8Array(readFileSync(file('signature')))
      const raw = algorithm === 'ed25519' ? made : signatureFromDer(made)
      const bytes = new Uint8Array(readFileSync(file('public'))).slice(fromHex(SPKI[algorithm]).length)
      assert.equal(verifySignature({ algorithm, bytes }, message, raw, 'foreign'), true)
      assert.equal(verifySignature({ algorithm, bytes }, utf8('another message'), raw, 'foreign'), false)
    })
  })
}
