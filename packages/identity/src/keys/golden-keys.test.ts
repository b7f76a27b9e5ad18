import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { manualClock, toHex, utf8, verifySignature } from '@mingzheng/kernel'
import { openAuthority } from '../authority/authority.ts'
import { openFileAuthorityStore } from '../authority/file-authority-store.ts'
import { openKeyStore } from './key-store.ts'

const GOLDEN = join(import.meta.dirname, '../../../../vectors/golden/keys-1')
const secret = utf8('golden passphrase, known to all')

describe('keys and authority as first published', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mz-golden-keys-'))
    await cp(GOLDEN, folder, { recursive: true })
  })
  after(() => rm(folder, { recursive: true }))

  test('the key files open and sign', async () => {
    const expected = JSON.parse(await readFile(join(folder, 'public-keys.json'), 'utf8')) as Record<string, string>
    const keys = await openKeyStore({ folder: join(folder, 'keys'), secret })
    for (const [algorithm, publicKey] of Object.entries(expected)) {
      const signer = await keys.open(`golden-${algorithm}`)
      assert.equal(toHex(signer.publicKey.bytes), publicKey)
      const message = utf8('x')
      assert.equal(verifySignature(signer.publicKey, message, await signer.sign(message)), true)
    }
  })

  test('the journal is read, its revocation stands, and the authority goes on', async () => {
    const keys = await openKeyStore({ folder: join(folder, 'keys'), secret })
    const store = await openFileAuthorityStore(join(folder, 'authority.jsonl'))
    const clock = manualClock(Date.parse('2027-01-01T00:00:00Z'))
    const authority = await openAuthority({ organisation: '示例局', store, keys, clock })
    const issued = await authority.list()
    assert.deepEqual(
      issued.map(({ family, revocation }) => [family, revocation?.reason ?? null]),
      [
        ['p256', null],
        ['sm2', 'superseded'],
        ['p256', null],
      ],
    )
    assert.equal(await store.nextListNumber('p256'), 2)
    await store.close()
  })

  test('another passphrase opens none of them', async () => {
    const keys = await openKeyStore({ folder: join(folder, 'keys'), secret: utf8('another') })
    for (const name of await keys.names()) await assert.rejects(keys.open(name), { code: 'key-locked' })
  })
})
