import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { concat, toBase64, toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { type Ledger, openLedger, type ServeLog } from '@mingzheng/ledger'
import { testItem, testLedgerOptions } from '@mingzheng/ledger/testing'
import { parseSignedCheckpoint, toTlogPolicy } from '@mingzheng/proof'
import { needs, toolPath } from './capability.ts'

const SECOND = fileURLToPath(new URL('../vectors/second', import.meta.url))
const ENTRIES = 700

describe('a monitor written in Go, on a public library, reading the log over HTTP', needs('go'), () => {
  let folder: string
  let ledger: Ledger
  let server: Server
  let unreachable: string | null = null
  /** What lies between the log and the client; a test may falsify. */
  let serve: ServeLog
  const options = () => testLedgerOptions(join(folder, 'ledger'))

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mingzheng-monitor-'))
    const build = ['build', '-o', join(folder, 'monitor'), './monitor']
    const { status, stderr } = spawnSync(toolPath('go'), build, { cwd: SECOND, encoding: 'utf8' })
    if (status !== 0) unreachable = stderr
    ledger = await openLedger(options())
    const random = seededRandom('log over http')
    const items = Array.from({ length: ENTRIES }, () => testItem(random))
    await ledger.submit(items)
    const signal = AbortSignal.timeout(30_000)
    for (const { id } of items) await ledger.wait(id, 'witnessed', { signal, timeoutMs: 30_000 })
    writeFileSync(join(folder, 'policy.txt'), toTlogPolicy(options().policy).text)
    server = createServer((request, response) => {
      const file = serve((request.url ?? '').slice(1), String(request.headers['accept-encoding'] ?? ''))
      if (file === null) response.writeHead(404).end()
      else response.writeHead(file.status, file.headers).end(file.body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  after(async () => {
    server?.close()
    await ledger?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** What the monitor prints, or `null` when it refuses. */
  async function monitor(context: TestContext, between: (through: ServeLog) => ServeLog): Promise<string | null> {
    if (unreachable !== null) {
      if (process.env.CI !== undefined && process.env.CI !== '') assert.fail(unreachable)
      context.skip(`the Go modules could not be had: ${unreachable.slice(0, 200)}`)
      return null
    }
    serve = between(ledger.serve)
    const prefix = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    try {
      const { stdout } = await promisify(execFile)(join(folder, 'monitor'), [prefix, join(folder, 'policy.txt')], {
        timeout: 20_000,
      })
      return stdout.trim()
    } catch {
      return null
    }
  }

  test('finds every entry, each where the checkpoint says', async (context) => {
    const printed = await monitor(context, (through) => through)
    if (unreachable !== null) return
    const { size, root } = parseSignedCheckpoint(await ledger.checkpoint('sha256')).checkpoint
    const entries = (await ledger.entries(0, size)).map(({ entry }) => entry)
    const digest = createHash('sha256')
      .update(concat(...entries))
      .digest()
    assert.equal(printed, `${size} ${toBase64(root)} ${toHex(new Uint8Array(digest))}`)
    assert.ok(size >= ENTRIES)
  })

  test('refuses a log in which an entry, a hash or the checkpoint was changed', async (context) => {
    for (const prefix of ['tile/entries/001', 'tile/0/001', 'tile/0/002.p/', 'tile/1/000.p/', 'checkpoint']) {
      const printed = await monitor(context, (through) => (path) => {
        const file = through(path)
        if (file === null || !path.startsWith(prefix)) return file
        const body = file.body.slice()
        body[body.length - 20]! ^= 1
        return { ...file, body }
      })
      assert.equal(printed, null, prefix)
    }
  })
})
