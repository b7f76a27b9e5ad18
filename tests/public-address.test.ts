/** A server under TLS whose address for the public is another than the one that it listens on. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { createClient } from '@mingzheng/api'
import { openPackage } from '@mingzheng/evidence'
import { decodeJson } from '@mingzheng/kernel'
import { memorySource } from '@mingzheng/proof'
import { readConfiguration } from '@mingzheng/server'
import { freePortPair } from '../apps/cli/src/up/free-port.ts'
import { needs } from './capability.ts'
import { type Platform, signInAt, startPlatform } from './platform/start-platform.ts'

const PUBLIC = 'https://evidence.example.gov.cn'

describe('a server under TLS with an address for the public', needs('openssl'), () => {
  let folder: string
  let platform: Platform
  let url: string
  let port: number
  const trusted = getCACertificates('default')

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mingzheng-tls-'))
    const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')]
    const names = 'subjectAltName=DNS:localhost,DNS:evidence.example.gov.cn'
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
        ...['-subj', '/CN=evidence.example.gov.cn', '-addext', names, '-out', certificate, '-keyout', key],
      ],
      { stdio: 'ignore' },
    )
    setDefaultCACertificates([...trusted, await readFile(certificate, 'utf8')])
    port = await freePortPair()
    platform = await startPlatform({
      MINGZHENG_PORT: String(port),
      MINGZHENG_TLS_CERT: certificate,
      MINGZHENG_TLS_KEY: key,
      PUBLIC_URL: `${PUBLIC}/`,
    })
    url = `https://localhost:${port}`
  })
  after(async () => {
    await platform?.stop()
    setDefaultCACertificates(trusted)
    await rm(folder, { recursive: true, force: true })
  })

  test('speaks TLS alone, tells browsers to stay with it, and binds sessions to it', async () => {
    const answer = await fetch(`${url}/verify`)
    await answer.body?.cancel()
    assert.match(answer.headers.get('strict-transport-security') ?? '', /max-age=31536000/)
    const { cookie } = await signInAt(url, 'officer')
    assert.match(cookie, /^__Host-mingzheng=/)
    await assert.rejects(fetch(`http://localhost:${port}/verify`))
  })

  test('prints the address for the public, not the one listened on', async () => {
    assert.equal(platform.url, PUBLIC)
    const { client } = await signInAt(url, 'security')
    const { secret } = await client.call('apiKeys.add', { body: { name: 'x', expiresAt: null } })
    const headers = { authorization: `Bearer ${secret}` }
    const api = createClient(url, fetch, headers)
    const fixed = await api.call('preservations.add', { body: { sha256: 'ab'.repeat(32) }, query: { wait: 60 } })
    const answer = await fetch(`${url}/api/v1/preservations/${fixed.id}/package`, { headers })
    const opened = await openPackage(memorySource(new Uint8Array(await answer.arrayBuffer())))
    const printed = JSON.stringify(decodeJson(await opened.read('documents/certificate.json')))
    assert.ok(printed.includes(`${PUBLIC}/verify/${fixed.number}`), printed)
    assert.doesNotMatch(printed, /localhost|127\.0\.0\.1/)
  })

  test('replays archives under the same name and certificate, on an origin of its own', async () => {
    const { replayUrl, publicUrl } = await createClient(url, fetch).call('instance.read')
    assert.deepEqual([replayUrl, publicUrl], [`${PUBLIC}:${port + 1}`, PUBLIC])
    const answer = await fetch(`https://localhost:${port + 1}/ui.js`)
    await answer.body?.cancel()
    assert.equal(answer.status, 200)
    const policy = (await fetch(`${url}/verify`)).headers.get('content-security-policy') ?? ''
    assert.ok(/frame-src ([^;]*)/.exec(policy)?.[1]?.split(' ').includes(replayUrl!))
  })

  test('its machine’s own commands reach it by the loopback, whatever name the certificate bears', async () => {
    const instance = JSON.parse(await readFile(join(platform.data, 'run', 'instance.json'), 'utf8')) as {
      url: string
      token: string
    }
    assert.match(instance.url, /^http:\/\/127\.0\.0\.1:\d+$/)
    const local = createClient(instance.url, fetch, { authorization: `Bearer ${instance.token}` })
    assert.deepEqual((await local.call('evidence.list', { query: {} })).rows, [])
    await assert.rejects(createClient(instance.url, fetch).call('evidence.list', { query: {} }))
  })
})

describe('where archives are replayed', () => {
  const configured = (environment: Record<string, string>) =>
    readConfiguration({ MINGZHENG_DATA: '/x', ...environment })
  test('may be said, and not as the platform’s own address', () => {
    const given = { PUBLIC_URL: PUBLIC, REPLAY_URL: 'https://replay.example.gov.cn/' }
    assert.equal(configured(given).replayUrl, 'https://replay.example.gov.cn')
    assert.throws(() => configured({ ...given, REPLAY_URL: `${PUBLIC}/replay` }), {
      code: 'configuration-wrong',
      field: 'REPLAY_URL',
    })
  })
})
