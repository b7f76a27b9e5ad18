/** A whole installation whose keys lie in a PKCS#11 token (SoftHSM), but for SM2, which no token holds. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createClient } from '@mingzheng/api'
import { verifyCommand } from '@mingzheng/verifier'
import { needs, toolPath } from './capability.ts'
import { type Platform, startPlatform } from './platform/start-platform.ts'

const MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
]

describe('an installation whose keys lie in a token', needs('softhsm'), () => {
  let folder: string
  let platform: Platform
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mingzheng-token-'))
    await mkdir(join(folder, 'tokens'))
    process.env.SOFTHSM2_CONF = join(folder, 'softhsm2.conf')
    await writeFile(process.env.SOFTHSM2_CONF, `directories.tokendir = ${join(folder, 'tokens')}\n`)
    const init = ['--init-token', '--free', '--label', 'mingzheng', '--so-pin', '123456', '--pin', '567890']
    const { status, stderr } = spawnSync(toolPath('softhsm'), init, { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    await writeFile(join(folder, 'pin'), '567890\n', { mode: 0o600 })
    platform = await startPlatform({
      MINGZHENG_PKCS11_MODULE: MODULES.find((path) => existsSync(path)) ?? MODULES[0]!,
      MINGZHENG_PKCS11_TOKEN: 'mingzheng',
      MINGZHENG_PKCS11_PIN_FILE: join(folder, 'pin'),
    })
  })
  after(async () => {
    await platform?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  test('fixes, stamps and seals with them: the package verifies offline', async () => {
    const { client } = await platform.signIn('security')
    const { secret } = await client.call('apiKeys.add', { body: { name: 'token', expiresAt: null } })
    const headers = { authorization: `Bearer ${secret}` }
    const api = createClient(platform.url, fetch, headers)
    const fixed = await api.call('preservations.add', { body: { sha256: 'ab'.repeat(32) }, query: { wait: 60 } })
    assert.equal(fixed.standing.state, 'witnessed')
    const keep = async (name: string, address: string) => {
      const answer = await fetch(platform.url + address, { headers })
      assert.equal(answer.status, 200)
      await writeFile(join(folder, name), new Uint8Array(await answer.arrayBuffer()))
      return join(folder, name)
    }
    const file = await keep('package.zip', `/api/v1/preservations/${fixed.id}/package`)
    const policies = [await keep('policy.json', '/api/public/policy.json')]
    const how = { renewals: [], trusted: [], json: false, language: 'en' as const, now: Date.now() }
    const { exitCode, output } = await verifyCommand({ file, policies, ...how })
    assert.equal(exitCode, 0, output)
  })

  test('has nothing but SM2 keys in files, and the PIN nowhere', async () => {
    const keys = join(platform.data, 'installation', 'keys')
    const algorithms = new Set<string>()
    for (const name of await readdir(keys)) {
      const text = await readFile(join(keys, name), 'utf8')
      assert.ok(!text.includes('567890'), name)
      if (name.endsWith('.key.json')) algorithms.add((JSON.parse(text) as { algorithm: string }).algorithm)
    }
    assert.deepEqual([...algorithms], ['sm2'])
  })
})
