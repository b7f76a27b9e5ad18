/** What every key store promises, as tests: run over files and over a PKCS#11 token. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SignatureAlgorithm, toHex, utf8, verifySignature } from '@mingzheng/kernel'
import type { KeyStore } from '../keys/key-store.ts'

export interface KeyStoreContract {
  algorithms: readonly SignatureAlgorithm[]
  /** The same store again, as after a restart. */
  reopen(): Promise<KeyStore>
}

export function keyStoreContract({ algorithms, reopen }: KeyStoreContract): void {
  const message = utf8('what is signed')

  for (const algorithm of algorithms) {
    test(`a ${algorithm} key signs the same after the store is opened again`, async () => {
      const made = await (await reopen()).create(`kept-${algorithm}`, algorithm)
      const opened = await (await reopen()).open(`kept-${algorithm}`)
      assert.deepEqual(opened.publicKey, made.publicKey)
      for (const signer of [made, opened]) {
        // Several: half of all P-256 signatures have a high s unless it is lowered.
        for (let i = 0; i < 8; i++) {
          assert.equal(verifySignature(made.publicKey, message, await signer.sign(message)), true)
        }
      }
      assert.equal(verifySignature(made.publicKey, utf8('another'), await made.sign(message)), false)
    })
  }

  test('an empty message and a long one are signed', async () => {
    for (const algorithm of algorithms) {
      const signer = await (await reopen()).ensure(`lengths-${algorithm}`, algorithm)
      for (const bytes of [new Uint8Array(), new Uint8Array(300_000).fill(7)]) {
        assert.equal(verifySignature(signer.publicKey, bytes, await signer.sign(bytes)), true)
      }
    }
  })

  test('of several who want the key at once one makes it', async () => {
    const store = await reopen()
    const signers = await Promise.all(Array.from({ length: 8 }, () => store.ensure('race', 'p256')))
    assert.equal(new Set(signers.map(({ publicKey }) => toHex(publicKey.bytes))).size, 1)
    assert.equal((await store.names()).filter((name) => name === 'race').length, 1)
  })

  test('two keys of the same kind are two', async () => {
    const store = await reopen()
    const [one, two] = [await store.ensure('one', 'p256'), await store.ensure('two', 'p256')]
    assert.notDeepEqual(one.publicKey, two.publicKey)
    assert.equal(verifySignature(one.publicKey, message, await two.sign(message)), false)
  })

  test('wrong names, missing keys, keys twice and keys of another kind are refused', async () => {
    const store = await reopen()
    for (const name of ['', '../log', 'a/b', 'Log', '.log', 'a'.repeat(101)]) {
      await assert.rejects(async () => store.create(name, 'p256'), { code: 'key-name-invalid' })
      await assert.rejects(async () => store.open(name), { code: 'key-name-invalid' })
    }
    await assert.rejects(store.open('nowhere'), { code: 'key-missing' })
    await store.create('twice', 'p256')
    await assert.rejects(store.create('twice', 'p256'), { code: 'key-exists' })
    await assert.rejects(store.ensure('twice', 'ed25519'), { code: 'key-algorithm' })
  })
}
