import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { utf8 } from '@mingzheng/kernel'
import { keyStoreContract } from '../testing/key-store-contract.ts'
import { openKeyStore } from './key-store.ts'
import { readMasterSecret } from './master-secret.ts'

let folder: string
const secret = utf8('correct horse battery staple')
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mz-keys-'))
})
after(() => rm(folder, { recursive: true }))

describe('keys at rest', () => {
  keyStoreContract({
    algorithms: ['p256', 'sm2', 'ed25519'],
    reopen: () => openKeyStore({ folder: join(folder, 'contract'), secret }),
  })

  test('another master secret opens nothing', async () => {
    await (await openKeyStore({ folder: join(folder, 'locked'), secret })).create('log', 'p256')
    const other = await openKeyStore({ folder: join(folder, 'locked'), secret: utf8('wrong') })
    await assert.rejects(other.open('log'), { code: 'key-locked' })
  })

  test('a key cannot stand in for another, and no field of its file can change', async () => {
    const at = join(folder, 'swap')
    const store = await openKeyStore({ folder: at, secret })
    await store.create('one', 'p256')
    await store.create('two', 'p256')
    const path = join(at, 'one.key.json')
    const text = await readFile(path, 'utf8')
    await rename(join(at, 'two.key.json'), path)
    await assert.rejects(store.open('one'), { code: 'key-damaged' })
    for (const field of ['publicKey', 'sealed', 'nonce'] as const) {
      const file = JSON.parse(text)
      const bytes = Buffer.from(file[field], 'base64')
      bytes[5]! ^= 1
      await writeFile(path, JSON.stringify({ ...file, [field]: bytes.toString('base64') }))
      await assert.rejects(store.open('one'), { code: 'key-locked' })
    }
    await writeFile(path, JSON.stringify({ ...JSON.parse(text), algorithm: 'sm2' }))
    await assert.rejects(store.open('one'), { code: 'key-locked' })
    await writeFile(path, text.slice(0, 40))
    await assert.rejects(store.open('one'), { code: 'key-damaged' })
  })

  test('nothing of the key stands in the file, and only its owner may read it', async () => {
    const at = join(folder, 'clear')
    await (await openKeyStore({ folder: at, secret })).create('log', 'ed25519')
    for (const name of await readdir(at)) {
      assert.equal((await stat(join(at, name))).mode & 0o077, 0)
      assert.equal(name.endsWith('.tmp'), false)
    }
  })

  test('the master secret is made once, kept, and refused when others may read it', async () => {
    const path = join(folder, 'master')
    const [one, two] = await Promise.all([readMasterSecret(path), readMasterSecret(path)])
    assert.equal(one.length, 32)
    assert.deepEqual(await readMasterSecret(path), one)
    assert.deepEqual(two, one)
    await chmod(path, 0o644)
    await assert.rejects(readMasterSecret(path), { code: 'master-secret-exposed' })
    await chmod(path, 0o600)
    await writeFile(path, 'short\n')
    await assert.rejects(readMasterSecret(path), { code: 'master-secret-malformed' })
  })
})
