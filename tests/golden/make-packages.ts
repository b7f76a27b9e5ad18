/**
 * Makes golden packages with the whole platform: `node tests/golden/make-packages.ts FOLDER`. Run once for each version of
 * the formats; what it made must verify for ever and is never made again.
 */
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { addressOf, type Client, createClient } from '@mingzheng/api'
import { memorySource, parsePolicy, verifyPackage } from '@mingzheng/proof'
import { type Platform, startPlatform } from '../platform/start-platform.ts'

const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: make-packages.ts FOLDER')
await mkdir(folder, { recursive: true })
const verdicts: Record<string, unknown> = {}
const platform = await startPlatform()
try {
  const policy = await bytesOf(`${platform.url}/api/public/policy.json`, {})
  await writeFile(join(folder, 'policy.json'), policy)
  const { client, cookie } = await platform.signIn('officer')
  const number = await captured(client, platform)
  const at = (edition: number) =>
    platform.url + addressOf('evidence.package', { params: { number }, query: { edition } })
  await keep('capture.zip', await bytesOf(at(1), { cookie }), policy)
  await client.call('evidence.edition', {
    params: { number },
    body: { kind: 'signature', role: 'party', name: '张三', statement: '属实' },
  })
  await keep('capture-e2.zip', await bytesOf(at(2), { cookie }), policy)
  await keep('digest.zip', await registered(platform), policy)
  await writeFile(join(folder, 'verdicts.json'), `${JSON.stringify(verdicts, null, 2)}\n`)
} finally {
  await platform.stop()
}

async function bytesOf(url: string, headers: Record<string, string>): Promise<Uint8Array> {
  const answer = await fetch(url, { headers })
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
  return new Uint8Array(await answer.arrayBuffer())
}

async function captured(client: Client, { market }: Platform): Promise<string> {
  const body = { urls: [`${market}/platform/licence`], cause: '网络交易监测', caseReference: '示例〔2026〕1号' }
  const asked = await client.call('captures.request', { body })
  for (;;) {
    const job = await client.call('captures.read', { params: { id: asked.captures[0]!.id } })
    if (job.state === 'done' && job.number !== null) return job.number
    if (job.state === 'failed' || job.state === 'cancelled') throw new Error(JSON.stringify(job.problem))
    await pause(200)
  }
}

async function registered({ url, signIn }: Platform): Promise<Uint8Array> {
  const security = await signIn('security')
  const { secret } = await security.client.call('apiKeys.add', { body: { name: 'golden', expiresAt: null } })
  const headers = { authorization: `Bearer ${secret}` }
  const api = createClient(url, fetch, headers)
  const sha256 = createHash('sha256').update('golden').digest('hex')
  const { id } = await api.call('preservations.add', { body: { sha256, title: '合同一', reference: 'A-1' } })
  for (;;) {
    const kept = await api.call('preservations.read', { params: { id }, query: { wait: 30 } })
    if (kept.certificate !== null) break
  }
  return bytesOf(url + addressOf('preservations.package', { params: { id } }), headers)
}

async function keep(name: string, bytes: Uint8Array, policy: Uint8Array): Promise<void> {
  const report = await verifyPackage(memorySource(bytes), { policies: [parsePolicy(policy)], now: Date.now() })
  if (report.verdict !== 'verified') throw new Error(`${name}: ${report.statement.en}`)
  await writeFile(join(folder!, name), bytes)
  const { number, edition, editionKind, kind, manifestSha256 } = report.subject!
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const passed = report.checks.filter(({ status }) => status === 'passed').map(({ id }) => id)
  verdicts[name] = { sha256, number, edition, editionKind, kind, manifestSha256, fixed: report.ledger!.time, passed }
  process.stdout.write(`${name}: ${bytes.length} bytes\n`)
}
