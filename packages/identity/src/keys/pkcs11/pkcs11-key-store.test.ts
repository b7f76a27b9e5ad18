import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { utf8, verifySignature } from '@mingzheng/kernel'
import { needs, toolPath } from '../../../../../tests/capability.ts'
import { keyStoreContract } from '../../testing/key-store-contract.ts'
import { type KeyStore, openKeyStore } from '../key-store.ts'
import { splitKeyStore } from '../split-key-store.ts'
import { openPkcs11KeyStore } from './pkcs11-key-store.ts'

const MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
]
const module = MODULES.find((path) => existsSync(path)) ?? MODULES[0]!
const options = { module, token: 'mingzheng', pin: '567890' }

describe('keys in a PKCS#11 token (SoftHSM)', needs('softhsm'), () => {
  let folder: string
  let store: KeyStore & { close(): Promise<void> }
  const before_ = process.env.SOFTHSM2_CONF

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mz-token-'))
    const tokens = join(folder, 'tokens')
    await mkdir(tokens)
    await writeFile(join(folder, 'softhsm2.conf'), `directories.tokendir = ${tokens}\nobjectstore.backend = file\n`)
    process.env.SOFTHSM2_CONF = join(folder, 'softhsm2.conf')
    const init = ['--init-token', '--free', '--label', options.token, '--so-pin', '123456', '--pin', options.pin]
    const { status, stderr } = spawnSync(toolPath('softhsm'), init, { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    store = await openPkcs11KeyStore(options)
  })
  after(async () => {
    await store?.close()
    if (before_ === undefined) delete process.env.SOFTHSM2_CONF
    else process.env.SOFTHSM2_CONF = before_
    await rm(folder, { recursive: true })
  })

  // One process is one user of a token: "again" is another look at the same one.
  keyStoreContract({ algorithms: ['p256', 'ed25519'], reopen: async () => store })

  test('beside files, SM2 keys go to the file and others to the token; what stood in files stays there', async () => {
    const files = await openKeyStore({ folder: join(folder, 'files'), secret: utf8('a secret for tests') })
    const old = await files.create('split-old', 'p256')
    const split = splitKeyStore(files, store)
    assert.deepEqual((await split.ensure('split-old', 'p256')).publicKey, old.publicKey)
    await split.ensure('split-new', 'p256')
    const sm2 = await split.ensure('split-sm2', 'sm2')
    assert.deepEqual(await files.names(), ['split-old', 'split-sm2'])
    assert.ok((await store.names()).includes('split-new'))
    assert.equal(verifySignature(sm2.publicKey, utf8('x'), await sm2.sign(utf8('x'))), true)
    await assert.rejects(split.create('split-old', 'ed25519'), { code: 'key-exists' })
    await assert.rejects(split.create('split-new', 'sm2'), { code: 'key-exists' })
    await assert.rejects(split.open('split-nowhere'), { code: 'key-missing' })
  })

  test('SM2 keys are refused, since no token can hold them', async () => {
    await assert.rejects(store.create('national', 'sm2'), { code: 'key-algorithm-unsupported' })
  })

  test('a module that is none, a token that is not there and a wrong PIN are named', async () => {
    const missing = { ...options, module: '/nowhere/libnothing.so' }
    await assert.rejects(openPkcs11KeyStore(missing), { code: 'pkcs11-module' })
    await assert.rejects(openPkcs11KeyStore({ ...options, token: 'another' }), { code: 'pkcs11-token-missing' })
  })

  test('signatures asked for at once are all made', async () => {
    const signer = await store.ensure('busy', 'p256')
    const all = await Promise.all(Array.from({ length: 100 }, (_, i) => signer.sign(Uint8Array.of(i))))
    assert.equal(all.length, 100)
  })

  test('after the store is closed its signers say so', async () => {
    const signer = await store.ensure('closed', 'p256')
    await store.close()
    await assert.rejects(signer.sign(new Uint8Array()), { code: 'pkcs11-failed' })
    store = await openPkcs11KeyStore(options)
    assert.ok((await store.names()).includes('closed'))
  })

  test('a wrong PIN is named', async () => {
    await store.close()
    await assert.rejects(openPkcs11KeyStore({ ...options, pin: '000000' }), { code: 'pkcs11-pin-wrong' })
    store = await openPkcs11KeyStore(options)
  })
})
