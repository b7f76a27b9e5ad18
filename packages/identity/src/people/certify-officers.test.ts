import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { isRefusal } from '@mingzheng/kernel'
import { parseCertificate } from '@mingzheng/proof'
import { type CertificateAuthority, openAuthority } from '../authority/authority.ts'
import { openFileAuthorityStore } from '../authority/file-authority-store.ts'
import { type KeyStore, openKeyStore } from '../keys/key-store.ts'
import { TEST_ORIGIN, type TestIdentity, testIdentity } from '../testing.ts'
import { certifyOfficers, officerKey } from './certify-officers.ts'

let it: TestIdentity
let folder = ''
let keys: KeyStore
let authority: CertificateAuthority

before(async () => {
  it = await testIdentity()
  folder = await mkdtemp(join(tmpdir(), 'mz-officers-'))
  keys = await openKeyStore({ folder: join(folder, 'keys'), secret: new Uint8Array(32) })
  const store = await openFileAuthorityStore(join(folder, 'authority.journal'))
  authority = await openAuthority({ organisation: '演示', store, keys, clock: it.clock })
})
after(async () => {
  await it.close()
  await rm(folder, { recursive: true, force: true })
})

const certify = () =>
  certifyOfficers({
    db: it.database.system,
    authority,
    keys,
    clock: it.clock,
    organisationId: it.seed.organisationId,
  })

async function officerId(username: string): Promise<string> {
  const person = it.seed.people.find((one) => one.username === username)!
  const query = it.database.system.selectFrom('officer').select('id').where('user_id', '=', person.id)
  return (await query.executeTakeFirstOrThrow()).id
}

test('every officer of the organisation gets a certificate of both families, once', async () => {
  assert.deepEqual(await certify(), { issued: 10, revoked: 0 })
  assert.deepEqual(await certify(), { issued: 0, revoked: 0 })
  for (const family of ['p256', 'sm2'] as const) {
    const key = await officerKey({ authority, keys, clock: it.clock }, await officerId('officer'), family)
    const { subject } = parseCertificate(key!.certificate)
    assert.equal(subject.commonName, '王晓明')
    assert.equal(key!.signer.publicKey.algorithm, family)
  }
})

test('an officer of another organisation gets none from this authority', async () => {
  const other = await it.database.system
    .selectFrom('officer')
    .selectAll()
    .where('name', '=', '张海')
    .executeTakeFirstOrThrow()
  assert.equal(await officerKey({ authority, keys, clock: it.clock }, other.id, 'p256'), null)
})

test('a disabled officer’s are revoked, and new ones are issued when the officer is back', async () => {
  const system = await it.principal('system')
  const person = it.seed.people.find((one) => one.username === 'officer3')!
  const parts = { authority, keys, clock: it.clock }
  const id = await officerId('officer3')
  const before = await officerKey(parts, id, 'sm2')
  assert.ok(!isRefusal(await it.identity.users.setState(system, person.id, 'disabled', TEST_ORIGIN)))
  assert.deepEqual(await certify(), { issued: 0, revoked: 2 })
  assert.equal(await officerKey(parts, id, 'sm2'), null)
  assert.deepEqual(await certify(), { issued: 0, revoked: 0 })
  assert.ok(!isRefusal(await it.identity.users.setState(system, person.id, 'active', TEST_ORIGIN)))
  assert.deepEqual(await certify(), { issued: 2, revoked: 0 })
  assert.notDeepEqual((await officerKey(parts, id, 'sm2'))!.certificate, before!.certificate)
})

test('a certificate that is about to end is replaced before it does', async () => {
  it.clock.advance(2 * 365 * 86_400_000 - 29 * 86_400_000)
  assert.deepEqual(await certify(), { issued: 10, revoked: 0 })
})
