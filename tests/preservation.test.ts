import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Client, createClient, type ProblemError } from '@mingzheng/api'
import { fromBase64 } from '@mingzheng/kernel'
import { parsePolicy, verifyReceipt } from '@mingzheng/proof'
import { verifyCommand } from '@mingzheng/verifier'
import { Webhook } from 'standardwebhooks'
import { type Platform, startPlatform } from './platform/start-platform.ts'

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex')
const isCode = (code: string) => (error: ProblemError) => error.problem.code === code

describe('another system registers digests and files', () => {
  let platform: Platform
  let api: Client
  let secret: string
  let folder: string
  let policy: Uint8Array

  before(async () => {
    platform = await startPlatform()
    folder = await mkdtemp(join(tmpdir(), 'mingzheng-preservation-'))
    const security = await platform.signIn('security')
    ;({ secret } = await security.client.call('apiKeys.add', { body: { name: 'shop system', expiresAt: null } }))
    api = createClient(platform.url, fetch, { authorization: `Bearer ${secret}` })
    policy = new Uint8Array(await (await fetch(`${platform.url}/api/public/policy.json`)).arrayBuffer())
  })
  after(async () => {
    await platform?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const headers = (extra: Record<string, string> = {}) => ({
    authorization: `Bearer ${secret}`,
    'content-type': 'application/json',
    ...extra,
  })

  test('a digest is answered 202 at once, and its receipt comes by waiting and verifies', async () => {
    const answer = await fetch(`${platform.url}/api/v1/preservations`, {
      method: 'POST',
      headers: headers(),
      body: JSON.stringify({ sha256: digestOf('contract 1'), title: '合同一', reference: 'A-1' }),
    })
    assert.equal(answer.status, 202)
    const { id } = (await answer.json()) as { id: string }
    const fixed = await api.call('preservations.read', { params: { id }, query: { wait: 30 } })
    assert.equal(fixed.standing.state, 'witnessed')
    const { entry, proof, proofSm3 } = fixed.receipt!
    for (const [text, profile] of [
      [proof, 'sha256'],
      [proofSm3, 'sm3'],
    ] as const) {
      const checked = verifyReceipt({ entry: fromBase64(entry), proof: text, profile, policy: parsePolicy(policy) })
      assert.equal(checked.verdict, 'verified')
    }
  })

  test('the same idempotency key gives the same preservation; another request under it is refused', async () => {
    const send = (text: string) =>
      fetch(`${platform.url}/api/v1/preservations`, {
        method: 'POST',
        headers: headers({ 'idempotency-key': 'order-77' }),
        body: JSON.stringify({ sha256: digestOf(text) }),
      })
    const [first, second] = (await Promise.all([send('x'), send('x')].map(async (sent) => (await sent).json()))) as {
      id: string
    }[]
    assert.equal(first!.id, second!.id)
    const other = await send('y')
    assert.equal(other.status, 409)
    assert.equal(((await other.json()) as { code: string }).code, 'idempotency-mismatch')
  })

  test('a batch of a thousand is accepted whole and fixed, each with a number and an entry of its own', async () => {
    const items = Array.from({ length: 1000 }, (_, i) => ({ sha256: digestOf(`batch ${i}`), reference: String(i) }))
    const { preservations } = await api.call('preservations.addBatch', { body: { items } })
    assert.equal(preservations.length, 1000)
    assert.deepEqual(
      preservations.map((one) => one.reference),
      items.map((item) => item.reference),
    )
    assert.equal(new Set(preservations.map((one) => one.number)).size, 1000)
    const last = await api.call('preservations.read', { params: { id: preservations[999]!.id }, query: { wait: 60 } })
    assert.equal(last.standing.state, 'witnessed')
  })

  test('numbers run without gap', async () => {
    const { preservations } = await api.call('preservations.addBatch', {
      body: { items: [{ sha256: digestOf('n1') }, { sha256: digestOf('n2') }, { sha256: digestOf('n3') }] },
    })
    const serials = preservations.map((one) => Number(one.number.split('-')[3]))
    assert.deepEqual(serials, [serials[0], serials[0]! + 1, serials[0]! + 2])
  })

  test('a file is kept whole; its package verifies offline, its certificate is a PDF', async () => {
    const content = randomBytes(3_000_000)
    const answer = await fetch(`${platform.url}/api/v1/preservations/files?title=${encodeURIComponent('视频一')}`, {
      method: 'POST',
      headers: headers({ 'content-type': 'video/mp4' }),
      body: content,
    })
    assert.equal(answer.status, 202)
    const { id, sha256 } = (await answer.json()) as { id: string; sha256: string }
    assert.equal(sha256, createHash('sha256').update(content).digest('hex'))
    await api.call('preservations.read', { params: { id }, query: { wait: 60 } })
    const get = (what: string) => fetch(`${platform.url}/api/v1/preservations/${id}/${what}`, { headers: headers() })
    const pdf = Buffer.from(await (await get('certificate')).arrayBuffer())
    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
    const file = join(folder, 'file.zip')
    await writeFile(file, Buffer.from(await (await get('package')).arrayBuffer()))
    await writeFile(join(folder, 'policy.json'), policy)
    const { exitCode, output } = await verifyCommand({
      file,
      renewals: [],
      policies: [join(folder, 'policy.json')],
      trusted: [],
      json: false,
      language: 'en',
      now: Date.now(),
    })
    assert.equal(exitCode, 0, output)
  })

  test('a webhook is told once it is fixed, signed as Standard Webhooks say, and again after a failure', async () => {
    const heard: { headers: Record<string, string>; body: string }[] = []
    let failures = 1
    const receiver: Server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        heard.push({ headers: request.headers as Record<string, string>, body })
        response.writeHead(failures-- > 0 ? 500 : 204).end()
      })
    })
    await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done))
    const { port } = receiver.address() as AddressInfo
    try {
      const added = await api.call('webhooks.add', { body: { url: `http://127.0.0.1:${port}/hook` } })
      const { id } = await api.call('preservations.add', { body: { sha256: digestOf('hooked') } })
      for (let i = 0; i < 150 && heard.length < 2; i++) await new Promise((done) => setTimeout(done, 100))
      assert.ok(heard.length >= 2)
      assert.equal(heard[0]!.headers['webhook-id'], heard[1]!.headers['webhook-id'])
      const told = new Webhook(added.secret).verify(heard[1]!.body, heard[1]!.headers) as { data: { id: string } }
      assert.equal(told.data.id, id)
      assert.throws(() => new Webhook(added.secret).verify(`${heard[1]!.body} `, heard[1]!.headers))
      await api.call('webhooks.remove', { params: { id: added.webhook.id } })
    } finally {
      receiver.close()
    }
  })

  test('a file is its bytes, whatever its type is called', async () => {
    for (const type of [
      'text/plain',
      'application/json',
      'application/x-www-form-urlencoded',
      'text/html; charset=gbk',
    ]) {
      const content = `{ "not": "ours" ${type}`
      const answer = await fetch(`${platform.url}/api/v1/preservations/files`, {
        method: 'POST',
        headers: headers({ 'content-type': type }),
        body: content,
      })
      assert.equal(answer.status, 202, type)
      assert.equal(((await answer.json()) as { sha256: string }).sha256, digestOf(content), type)
    }
  })

  test('a wrong digest, key or body is refused by name, with the field', async () => {
    const send = async (extra: Record<string, string>, body: string) => {
      const answer = await fetch(`${platform.url}/api/v1/preservations`, {
        method: 'POST',
        headers: headers(extra),
        body,
      })
      return (await answer.json()) as { status: number; code: string; field?: string }
    }
    assert.equal((await send({}, '{"sha256":"ABC"}')).field, 'sha256')
    assert.equal((await send({}, '{')).status, 400)
    assert.equal((await send({ authorization: 'Bearer mzk_wrongkey_x' }, '{}')).code, 'not-signed-in')
    assert.equal(
      (await send({ 'idempotency-key': 'two words' }, `{"sha256":"${digestOf('z')}"}`)).field,
      'Idempotency-Key',
    )
    const big = await send({}, JSON.stringify({ sha256: digestOf('z'), title: 'x'.repeat(2_000_000) }))
    assert.equal(big.code, 'too-large')
  })

  test('another organisation, whose packages bear its own name and verify, sees nothing; nor does a key that was revoked', async () => {
    const { id } = await api.call('preservations.add', { body: { sha256: digestOf('mine') } })
    const other = await platform.signIn('ningbo-security')
    const foreign = await other.client.call('apiKeys.add', { body: { name: 'other', expiresAt: null } })
    const held = { authorization: `Bearer ${foreign.secret}` }
    const stranger = createClient(platform.url, fetch, held)
    const fixed = await stranger.call('preservations.add', { body: { sha256: digestOf('own') }, query: { wait: 60 } })
    const answer = await fetch(`${platform.url}/api/v1/preservations/${fixed.id}/package`, { headers: held })
    const file = join(folder, 'own.zip')
    await writeFile(file, Buffer.from(await answer.arrayBuffer()))
    await writeFile(join(folder, 'policy.json'), policy)
    const asked = { file, renewals: [], policies: [join(folder, 'policy.json')], trusted: [] }
    const { exitCode, output } = await verifyCommand({ ...asked, json: true, language: 'en', now: Date.now() })
    assert.equal(exitCode, 0, output)
    const { issuer } = await platform.anonymous.call('certificate.read', { params: { number: fixed.number } })
    assert.equal(issuer, '宁波市市场监督管理局（演示）')
    assert.ok(output.includes(issuer))
    await assert.rejects(stranger.call('preservations.read', { params: { id } }), isCode('not-found'))
    await other.client.call('apiKeys.revoke', { params: { id: foreign.key.id } })
    await assert.rejects(stranger.call('preservations.read', { params: { id } }), isCode('not-signed-in'))
  })

  test('the API describes itself as OpenAPI 3.1 at /docs, the open routes alone', async () => {
    const text = await (await fetch(`${platform.url}/docs/openapi.json`)).text()
    const described = JSON.parse(text) as { openapi: string; paths: Record<string, unknown> }
    assert.match(described.openapi, /^3\.1/)
    assert.ok(Object.keys(described.paths).length >= 7)
    assert.ok(Object.keys(described.paths).every((path) => path.startsWith('/api/v1/')))
    assert.equal((await fetch(`${platform.url}/docs/`)).status, 200)
  })
})
