import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { type Bytes, digest } from '@mingzheng/kernel'
import fc from 'fast-check'
import { parseCertificate } from './asn1/certificate.ts'
import { parseRevocationList } from './asn1/revocation-list.ts'
import { judgeSignature } from './asn1/subject-key.ts'
import { type CertificatePurpose, type ChainInput, verifyChain } from './certificate-chain.ts'
import { verifyTimestamp } from './timestamp.ts'

const read = (name: string): Bytes =>
  new Uint8Array(readFileSync(new URL(`../../../vectors/x509/${name}`, import.meta.url)))
const cert = (name: string) => read(`${name}.der`)
const list = (name: string) => read(`${name}.crl`)

/** Before the revocation of 2026-12-15 and while all lists but `old` are in force. */
const AT = Date.parse('2026-12-10T00:00:00Z')
const LISTS = ['root-p256', 'sub'].map(list)

interface Case {
  root?: string
  through?: string[]
  at?: number
  crls?: Bytes[]
  purpose?: CertificatePurpose
  revocation?: ChainInput['revocation']
}

async function judge(leaf: string, { root = 'root-p256', through = [], ...rest }: Case = {}) {
  const result = await verifyChain({
    leaf: cert(leaf),
    intermediates: through.map(cert),
    roots: [cert(root)],
    at: rest.at ?? AT,
    crls: rest.crls ?? LISTS,
    purpose: rest.purpose ?? 'organisation',
    revocation: rest.revocation ?? 'required',
  })
  return result.ok ? 'ok' : result.code
}

describe('a chain of key certificates made by OpenSSL', () => {
  for (const kind of ['p256', 'p384', 'p521', 'sm2', 'ed25519', 'rsa']) {
    test(`is believed over ${kind} keys, with the revocation list of its root`, async () => {
      const root = `root-${kind}`
      assert.equal(await judge(`leaf-${kind}`, { root, crls: [list(root)] }), 'ok')
    })
    test(`over ${kind} keys is not believed under another root`, async () => {
      assert.equal(await judge(`leaf-${kind}`, { root: 'other' }), 'unknown-root')
    })
  }

  test('is believed through an intermediate authority, which must be there', async () => {
    assert.equal(await judge('sub-leaf', { through: ['other', 'sub', 'leaf-p256'] }), 'ok')
    assert.equal(await judge('sub-leaf'), 'unknown-root')
  })

  const refused: [what: string, code: string, leaf: string, change?: Case][] = [
    ['the path is longer than its authority allows', 'path-too-long', 'too-deep', { through: ['sub', 'sub-sub'] }],
    ['an issuer may not issue', 'not-an-authority', 'by-not-issuer', { through: ['not-issuer'] }],
    ['its issuer is no authority at all', 'not-an-authority', 'by-leaf', { through: ['leaf-p256'] }],
    ['another key of the same name signed it', 'signature-invalid', 'by-twin'],
    ['it carries an unknown critical extension', 'critical-extension-unknown', 'odd'],
    ['an authority constrains names', 'critical-extension-unknown', 'by-constrained', { through: ['constrained'] }],
    ['it had expired', 'expired-at', 'expired'],
    ['it was not valid yet', 'not-yet-valid', 'leaf-p256', { at: Date.parse('2025-12-31T23:59:59Z') }],
    ['it is for TLS, not for documents', 'wrong-purpose', 'tls'],
    ['it is for timestamps, not for documents', 'wrong-purpose', 'tsa'],
    ['it is for documents, not for TLS', 'wrong-purpose', 'leaf-p256', { purpose: 'server' }],
    ['its key may only encipher', 'wrong-purpose', 'cannot-sign'],
    ['it is for documents, not for timestamps', 'wrong-purpose', 'leaf-p256', { purpose: 'timestamp' }],
    ['nothing says that it is for timestamps', 'wrong-purpose', 'plain', { purpose: 'timestamp' }],
    ['its timestamp purpose is not critical', 'wrong-purpose', 'tsa-loose', { purpose: 'timestamp' }],
    ['it stamps and signs mail as well', 'wrong-purpose', 'tsa-two', { purpose: 'timestamp' }],
    ['it was revoked', 'revoked-at', 'revoked', { at: Date.parse('2026-12-16T00:00:00Z'), crls: [list('revoking')] }],
    ['no revocation list is there', 'crl-missing', 'leaf-p256', { crls: [] }],
    ['only the list of another authority is there', 'crl-missing', 'leaf-p256', { crls: [list('sub')] }],
    [
      'the intermediate authority has no list',
      'crl-missing',
      'sub-leaf',
      { through: ['sub'], crls: [list('root-p256')] },
    ],
    ['the list had run out', 'crl-stale', 'leaf-p256', { crls: [list('old')] }],
    ['another key of the same name signed the list', 'crl-invalid', 'leaf-p256', { crls: [list('twin')] }],
    ['a list is no list', 'crl-malformed', 'leaf-p256', { crls: [list('root-p256'), cert('leaf-p256')] }],
  ]
  for (const [what, code, leaf, change] of refused) {
    test(`is not believed when ${what}`, async () => {
      assert.equal(await judge(leaf, change), code)
    })
  }

  test('a certificate revoked later is believed as at the proven time, and the later revocation told', async () => {
    const result = await verifyChain({
      leaf: cert('revoked'),
      intermediates: [],
      roots: [cert('root-p256')],
      at: AT,
      crls: [list('revoking')],
      purpose: 'organisation',
    })
    assert.ok(result.ok)
    assert.deepEqual(result.revokedLater, { since: Date.parse('2026-12-15T12:00:00Z'), reason: 'key-compromise' })
  })

  test('of several lists the one that revokes wins, whatever their order', async () => {
    const at = Date.parse('2026-12-16T00:00:00Z')
    for (const names of [
      ['root-p256', 'revoking'],
      ['revoking', 'root-p256'],
    ]) {
      assert.equal(await judge('revoked', { at, crls: names.map(list) }), 'revoked-at')
    }
  })

  test('without lists it passes only where that was asked for, and says so', async () => {
    assert.equal(await judge('leaf-p256', { crls: [], revocation: 'if-present' }), 'ok')
    assert.equal(await judge('leaf-p256', { crls: [list('old')], revocation: 'if-present' }), 'crl-stale')
  })

  test('an RSA signature with another padding, length or digest is not one', async () => {
    const { publicKey, signatureAlgorithm, tbs, signature } = parseCertificate(cert('leaf-rsa'))
    const root = parseCertificate(cert('root-rsa'))
    assert.equal(judgeSignature(root.publicKey, signatureAlgorithm, tbs, signature), 'valid')
    assert.equal(judgeSignature(publicKey, signatureAlgorithm, tbs, signature), 'invalid')
    for (const wrong of [
      signature.subarray(1),
      new Uint8Array(256).fill(0xff),
      new Uint8Array(256),
      new Uint8Array(),
    ]) {
      assert.equal(judgeSignature(root.publicKey, signatureAlgorithm, tbs, wrong), 'invalid')
    }
    const other = { oid: '1.2.840.113549.1.1.13', parameters: null }
    assert.equal(judgeSignature(root.publicKey, other, tbs, signature), 'invalid')
    // RSASSA-PSS, MD5 with RSA, and an ECDSA name over an RSA key.
    for (const oid of ['1.2.840.113549.1.1.10', '1.2.840.113549.1.1.4', '1.2.840.10045.4.3.2']) {
      assert.equal(judgeSignature(root.publicKey, { oid, parameters: null }, tbs, signature), 'unsupported')
    }
  })

  test('a weak RSA key is never a signer', async () => {
    assert.equal(parseCertificate(cert('weak')).publicKey.kind, 'unsupported')
  })

  test('both ends of the validity count, the second before and after do not', async () => {
    const { notBefore, notAfter } = parseCertificate(cert('expired'))
    const crls = [list('root-p256')]
    const roots = [cert('expired')]
    const at = async (ms: number) => {
      const input = { leaf: cert('expired'), intermediates: [], roots, at: ms, crls, purpose: 'officer' as const }
      const result = await verifyChain(input)
      return result.ok ? 'ok' : result.code
    }
    assert.equal(await at(notBefore), 'ok')
    assert.equal(await at(notBefore - 1), 'not-yet-valid')
    assert.equal(await at(notAfter + 999), 'ok')
    assert.equal(await at(notAfter + 1000), 'expired-at')
  })
})

describe('timestamps made by OpenSSL', () => {
  const imprintSha256 = digest('sha256', read('data'))
  const roots = { p256: 'root-p256', rsa: 'root-rsa', p384: 'root-p384' }
  for (const [kind, root] of Object.entries(roots)) {
    const input = { tsr: read(`${kind}.tsr`), imprintSha256, roots: [cert(root)], crls: [] }
    test(`by a ${kind} key are believed`, async () => {
      const result = await verifyTimestamp({ ...input, revocation: 'if-present' })
      assert.ok(result.ok, result.ok ? '' : `${result.code} ${result.detail}`)
      assert.equal(result.timestamp.accuracyMs, 1500)
      assert.equal(result.timestamp.policyOid, '1.2.3.4.1')
      assert.equal(result.revocation, 'unknown')
    })
    test(`by a ${kind} key are not believed for other bytes, under another root, or without a list where one is asked for`, async () => {
      const code = async (change: object) => {
        const result = await verifyTimestamp({ ...input, revocation: 'if-present', ...change })
        return result.ok ? 'ok' : result.code
      }
      assert.equal(await code({ imprintSha256: digest('sm3', read('data')) }), 'timestamp-imprint')
      assert.equal(await code({ roots: [cert('other')] }), 'unknown-root')
      assert.equal(await code({ revocation: 'required' }), 'crl-missing')
    })
  }
})

describe('certificates and lists are read strictly', () => {
  test('the facts of a certificate are those that OpenSSL put in', () => {
    const { subject, issuer, authority, pathLength, notBefore, extendedKeyUsage } = parseCertificate(cert('sub-leaf'))
    assert.equal(subject.text, 'O=Example, CN=sub-leaf')
    assert.equal(issuer.commonName, 'sub')
    assert.equal(notBefore, Date.parse('2026-01-01T00:00:00Z'))
    assert.equal(authority, false)
    assert.equal(pathLength, null)
    assert.deepEqual(extendedKeyUsage?.purposes, ['1.3.6.1.5.5.7.3.4'])
    assert.equal(parseCertificate(cert('sub')).pathLength, 0)
    assert.deepEqual(
      [...parseRevocationList(list('revoking')).revoked.values()],
      [{ since: Date.parse('2026-12-15T12:00:00Z'), reason: 'key-compromise' }],
    )
  })

  test('no certificate with a changed byte is believed, and none crashes the reader', async () => {
    const original = cert('leaf-p256')
    const roots = [cert('root-p256')]
    await fc.assert(
      fc.asyncProperty(fc.nat(original.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const leaf = new Uint8Array(original)
        leaf[at]! ^= flip
        const input = { leaf, intermediates: [], roots, at: AT, crls: LISTS, purpose: 'organisation' as const }
        return (await verifyChain(input)).ok === false
      }),
      { seed: 20261124, numRuns: 2000 },
    )
  })

  test('no list with a changed byte hides a revocation', async () => {
    const original = list('revoking')
    const at = Date.parse('2026-12-16T00:00:00Z')
    await fc.assert(
      fc.asyncProperty(fc.nat(original.length - 1), fc.integer({ min: 1, max: 255 }), async (place, flip) => {
        const crl = new Uint8Array(original)
        crl[place]! ^= flip
        return (await judge('revoked', { at, crls: [crl] })) !== 'ok'
      }),
      { seed: 20261124, numRuns: 1000 },
    )
  })

  test('random bytes, cut-off files and deep nesting are malformed, never more', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        assert.throws(() => parseCertificate(bytes), { code: 'certificate-malformed' })
        assert.throws(() => parseRevocationList(bytes), { code: 'crl-malformed' })
      }),
      { seed: 20261124, numRuns: 500 },
    )
    const whole = cert('leaf-rsa')
    for (let length = 0; length < whole.length; length += 7) {
      assert.throws(() => parseCertificate(whole.subarray(0, length)), { code: 'certificate-malformed' })
    }
    const nested = new Uint8Array(10_000).fill(0x30)
    assert.throws(() => parseCertificate(nested), { code: 'certificate-malformed' })
  })
})
