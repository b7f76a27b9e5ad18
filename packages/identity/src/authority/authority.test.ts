import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { generatePrivateKey, keySigner, manualClock, type SignatureAlgorithm, utf8 } from '@mingzheng/kernel'
import { parseCertificate, parseRevocationList, verifyChain } from '@mingzheng/proof'
import { needs, toolPath } from '../../../../tests/capability.ts'
import { openKeyStore } from '../keys/key-store.ts'
import { type CertificateAuthority, openAuthority } from './authority.ts'
import { openFileAuthorityStore } from './file-authority-store.ts'

const NOW = Date.parse('2026-11-24T08:00:00.000Z')
const DAY = 86_400_000
const clock = manualClock(NOW)
let folder: string
let authority: CertificateAuthority
let close: () => Promise<void>

async function open() {
  const store = await openFileAuthorityStore(join(folder, 'authority.jsonl'))
  const keys = await openKeyStore({ folder: join(folder, 'keys'), secret: utf8('a secret for tests') })
  authority = await openAuthority({ organisation: '浙江省示例市场监督管理局', store, keys, clock })
  close = () => store.close()
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mz-authority-'))
  await open()
})
after(async () => {
  await close()
  await rm(folder, { recursive: true })
})

const request = (algorithm: SignatureAlgorithm) => ({
  subject: {
    organisation: '示例局',
    unit: '网监支队',
    commonName: '张三',
    serialNumber: 'ZJ-A 0001',
  },
  publicKey: keySigner(generatePrivateKey(algorithm)).publicKey,
  purpose: 'officer' as const,
  days: 365,
})

async function openssl(...args: string[]): Promise<{ status: number | null; text: string }> {
  const { status, stdout, stderr } = spawnSync(toolPath('openssl'), args, { encoding: 'utf8', cwd: folder })
  return { status, text: stdout + stderr }
}
async function put(name: string, der: Uint8Array, type: 'CERTIFICATE' | 'X509 CRL') {
  const body = Buffer.from(der)
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n')
  await writeFile(join(folder, name), `-----BEGIN ${type}-----\n${body}\n-----END ${type}-----\n`)
}

describe('the embedded certificate authority', () => {
  for (const algorithm of ['p256', 'sm2', 'ed25519'] as const) {
    test(`a certificate for a ${algorithm} key verifies up to its root`, async () => {
      const issued = await authority.issue(request(algorithm))
      const crls = (await authority.revocationLists()).map(({ der }) => der)
      const result = await verifyChain({
        leaf: issued.der,
        intermediates: [],
        roots: [authority.roots[issued.family]],
        at: NOW,
        crls,
        purpose: 'officer',
      })
      assert.equal(result.ok, true)
      assert.equal(issued.family, algorithm === 'sm2' ? 'sm2' : 'p256')
      assert.match(issued.subject, /CN=张三/)
    })
  }

  for (const family of ['p256', 'sm2'] as const) {
    test(`OpenSSL believes the ${family} chain, its list, and refuses what was revoked`, needs('openssl'), async () => {
      const good = await authority.issue(request(family))
      const bad = await authority.issue(request(family))
      await authority.revoke(bad.serial, 'key-compromise', NOW)
      const lists = await authority.revocationLists()
      const list = lists.find(({ name }) => name === `authority-${family}.crl`)
      assert.ok(list)
      await put('root.pem', authority.roots[family], 'CERTIFICATE')
      await put('good.pem', good.der, 'CERTIFICATE')
      await put('bad.pem', bad.der, 'CERTIFICATE')
      await put('list.pem', list.der, 'X509 CRL')
      // OpenSSL checks SM2 signatures of certificates with an empty identity unless told the standard's own.
      const sm2 = family === 'sm2' ? ['-vfyopt', 'distid:1234567812345678'] : []
      const at = ['-attime', String(NOW / 1000 + 60)]
      const args = ['verify', ...sm2, ...at, '-x509_strict', '-CAfile', 'root.pem']
      assert.match((await openssl(...args, 'good.pem')).text, /good\.pem: OK/)
      if (family === 'p256') {
        // OpenSSL 3.0 does not hand the identity on to the check of a revocation list.
        const crl = ['-crl_check', '-CRLfile', 'list.pem']
        assert.match((await openssl(...args, ...crl, 'good.pem')).text, /good\.pem: OK/)
        assert.match((await openssl(...args, ...crl, 'bad.pem')).text, /certificate revoked/)
        assert.match((await openssl('crl', '-in', 'list.pem', '-CAfile', 'root.pem', '-noout')).text, /verify OK/)
      }
      const text = (await openssl('x509', '-in', 'good.pem', '-noout', '-text', '-nameopt', 'utf8')).text
      assert.match(text, /CA:FALSE/)
      assert.match(text, /Digital Signature, Non Repudiation/)
      assert.match(text, family === 'sm2' ? /SM2-with-SM3/ : /ecdsa-with-SHA256/)
      const crlText = (await openssl('crl', '-in', 'list.pem', '-noout', '-text')).text
      assert.match(crlText, /Key Compromise/)
    })
  }

  test('serial numbers have 128 bits and never repeat', async () => {
    const serials = new Set<string>()
    for (let i = 0; i < 20; i++) serials.add((await authority.issue(request('p256'))).serial)
    assert.equal(serials.size, 20)
    for (const serial of serials) assert.match(serial, /^[4-7][0-9a-f]{31}$/)
  })

  test('a revocation stays as it was first made, and numbers of lists rise', async () => {
    const issued = await authority.issue(request('p256'))
    assert.equal(await authority.revoke(issued.serial, 'superseded', NOW - 1000), true)
    assert.equal(await authority.revoke(issued.serial, 'key-compromise'), false)
    assert.equal((await authority.find(issued.serial))?.revocation?.reason, 'superseded')
    const numbers: number[] = []
    for (let i = 0; i < 3; i++) {
      const list = (await authority.revocationLists())[0]
      numbers.push(Number(parseRevocationList(list!.der).number))
    }
    assert.deepEqual(
      numbers.map((n) => n - numbers[0]!),
      [0, 1, 2],
    )
  })

  test('after a restart roots, certificates and revocations are the same', async () => {
    const issued = await authority.issue(request('sm2'))
    await authority.revoke(issued.serial, 'affiliation-changed')
    const before = { roots: authority.roots, all: await authority.list() }
    await close()
    await open()
    assert.deepEqual({ roots: authority.roots, all: await authority.list() }, before)
  })

  test('a line that was cut off by a crash is left out, a damaged one is named', async () => {
    const path = join(folder, 'cut.jsonl')
    await writeFile(path, '{"event":"list","family":"p256","number":4}\n{"event":"list","fam')
    const store = await openFileAuthorityStore(path)
    assert.equal(await store.nextListNumber('p256'), 5)
    await store.close()
    await writeFile(path, '{"event":"list","family":"p256"}\n')
    await assert.rejects(openFileAuthorityStore(path), { code: 'authority-store-damaged' })
  })

  test('wrong wishes are refused with the field', async () => {
    const good = request('p256')
    const wrong = [
      [{ ...good, days: 0 }, 'days'],
      [{ ...good, days: 1.5 }, 'days'],
      [{ ...good, subject: { ...good.subject, commonName: ' ' } }, 'subject.commonName'],
      [{ ...good, subject: { ...good.subject, organisation: 'x'.repeat(65) } }, 'subject.organisation'],
      [{ ...good, subject: { ...good.subject, serialNumber: '证一号' } }, 'subject.serialNumber'],
      [{ ...good, dnsNames: ['a b'] }, 'dnsNames'],
    ] as const
    for (const [wish, field] of wrong) {
      await assert.rejects(authority.issue(wish), { code: 'certificate-request-invalid', field })
    }
    await assert.rejects(authority.revoke('00', 'superseded'), { code: 'certificate-unknown' })
    const issued = await authority.issue(good)
    await assert.rejects(authority.revoke(issued.serial, 'superseded', NOW + DAY), { code: 'revocation-in-future' })
  })

  test('keys of another installation are refused', async () => {
    const store = await openFileAuthorityStore(join(folder, 'authority.jsonl'))
    const keys = await openKeyStore({ folder: join(folder, 'other-keys'), secret: utf8('another') })
    await assert.rejects(openAuthority({ organisation: 'x', store, keys, clock }), { code: 'authority-key-differs' })
    await store.close()
  })

  test('the roots say that the authority is not licensed', () => {
    for (const der of Object.values(authority.roots)) {
      assert.match(parseCertificate(der).subject.text, /未经许可.*not licensed/)
    }
  })
})
