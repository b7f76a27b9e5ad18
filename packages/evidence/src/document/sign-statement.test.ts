import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Bytes, digest, utf8 } from '@mingzheng/kernel'
import { OID, readSignedData, verifyChain, verifyCms, verifyTimestamp } from '@mingzheng/proof'
import { needs, toolPath } from '../../../../tests/capability.ts'
import { HOUSE_TIME, openTestHouse, type TestHouse } from '../testing/test-house.ts'
import { type StatementSigners, signStatement } from './sign-statement.ts'

const statement = utf8('{"statement":{"kind":"refusal"}}')

describe('a signed statement', () => {
  let house: TestHouse
  let files: { path: string; bytes: Bytes }[]

  before(async () => {
    house = await openTestHouse()
    const make = async (family: 'p256' | 'sm2') => {
      const signer = await house.keys.create(`officer-${family}`, family)
      const subject = { organisation: '示例局', commonName: '王晓明', serialNumber: '33010000101' }
      const issued = await house.authority.issue({ subject, publicKey: signer.publicKey, purpose: 'officer', days: 30 })
      return { signer, certificates: [issued.der] }
    }
    const signers: StatementSigners = { p256: await make('p256'), sm2: await make('sm2') }
    files = await signStatement(statement, signers, house.timestamps)
  })
  after(() => house.close())

  test('holds over both key families, with a timestamp over each signature', async () => {
    assert.deepEqual(
      files.map(({ path }) => path),
      ['data/edition-p256.p7s', 'data/edition-sm2.p7s'],
    )
    const crls = await house.crls()
    const roots = Object.values(house.authority.roots)
    for (const { bytes } of files) {
      const data = readSignedData(bytes)
      const signed = await verifyCms(data, statement)
      assert.ok(signed.ok, signed.ok ? '' : signed.code)
      const chain = { intermediates: signed.certificates, roots, at: HOUSE_TIME, crls, purpose: 'officer' as const }
      assert.equal((await verifyChain({ leaf: signed.signer.der, ...chain })).ok, true)
      const token = data.unsignedAttributes.get(OID.timeStampToken)!.bytes
      const stamped = await verifyTimestamp({ token, imprintSha256: digest('sha256', data.signature), roots, crls })
      assert.equal(stamped.ok, true)
      assert.equal((await verifyCms(data, utf8('{}'))).ok, false)
    }
    assert.equal(readSignedData(files[1]!.bytes).digestAlgorithm, OID.sm3)
  })

  test('OpenSSL believes the P-256 one, and not over other bytes', needs('openssl'), async () => {
    const put = (name: string, bytes: Bytes) => writeFile(join(house.folder, name), bytes)
    await put('edition.json', statement)
    await put('other.json', utf8('{}'))
    await put('edition.p7s', files[0]!.bytes)
    await put('root.der', house.authority.roots.p256)
    const openssl = (...args: string[]) => {
      const { stdout, stderr } = spawnSync(toolPath('openssl'), args, { encoding: 'utf8', cwd: house.folder })
      return stdout + stderr
    }
    openssl('x509', '-inform', 'der', '-in', 'root.der', '-out', 'root.pem')
    const verify = ['cms', '-verify', '-binary', '-inform', 'der', '-in', 'edition.p7s', '-CAfile', 'root.pem']
    const when = ['-purpose', 'any', '-attime', String(HOUSE_TIME / 1000 + 1), '-out', 'out']
    assert.match(openssl(...verify, ...when, '-content', 'edition.json'), /successful/)
    assert.match(openssl(...verify, ...when, '-content', 'other.json'), /digest|fail/i)
  })
})
