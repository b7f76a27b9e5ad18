import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { addressOf, createClient } from '@mingzheng/api'
import { evidenceMigrations } from '@mingzheng/evidence'
import { identityMigrations } from '@mingzheng/identity'
import { totpCode } from '@mingzheng/identity/testing'
import { monitoringMigrations } from '@mingzheng/monitoring'
import { openDatabase, storageMigrations } from '@mingzheng/storage'
import { sql } from 'kysely'
import { checkLog } from './faults/aftermath.ts'
import { type DataFolderFacts, dataFolderFactsSchema } from './fixtures/data-folder-facts.ts'
import { unpackFolder } from './fixtures/packed-folder.ts'
import { mingzheng, startUp, type Up } from './launched-up.ts'
import { signInAt } from './platform/start-platform.ts'

const FIXTURES = join(import.meta.dirname, 'fixtures')
const releases = readdirSync(FIXTURES, { withFileTypes: true }).filter((entry) => entry.isDirectory())

for (const { name: release } of releases) {
  describe(`the data folder of release ${release}`, () => {
    let folder: string
    let data: string
    let facts: DataFolderFacts
    let up: Up
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mz-old-data-'))
      // The database's and the browser's user passes through.
      await chmod(folder, 0o711)
      data = join(folder, 'data')
      facts = dataFolderFactsSchema.parse(JSON.parse(await readFile(join(FIXTURES, release, 'facts.json'), 'utf8')))
      await unpackFolder(join(FIXTURES, release, 'data.tar.zst'), data)
      up = await startUp(data)
    })
    after(async () => {
      if (up !== undefined && up.child.exitCode === null) await up.stop()
      await rm(folder, { recursive: true, force: true })
    })

    const download = async (address: string, headers: Record<string, string>) => {
      const answer = await fetch(up.url + address, { headers })
      assert.equal(answer.status, 200, address)
      const file = join(folder, 'package.zip')
      await writeFile(file, new Uint8Array(await answer.arrayBuffer()))
      return file
    }

    test('an officer signs in and finds every edition of every piece of evidence, each of which verifies', async () => {
      const { client, cookie } = await signInAt(up.url, 'officer')
      const { rows } = await client.call('evidence.list', { query: {} })
      for (const { number, state, editions } of facts.evidence) {
        const row = rows.find((candidate) => candidate.number === number)
        assert.deepEqual([row?.state, row?.edition], [state, editions])
        for (let edition = 1; edition <= editions; edition++) {
          const address = addressOf('evidence.package', { params: { number }, query: { edition } })
          const checked = await mingzheng('verify', await download(address, { cookie }), '--data', data)
          assert.equal(checked.code, 0, checked.out)
        }
      }
    })

    test('what was registered is found with its receipt, and its package verifies', async () => {
      const headers = { authorization: `Bearer ${facts.apiKey}` }
      const api = createClient(up.url, fetch, headers)
      for (const { id, number, sha256 } of facts.preservations) {
        const seen = await api.call('preservations.read', { params: { id }, query: {} })
        assert.deepEqual([seen.number, seen.sha256, seen.standing.state], [number, sha256, 'witnessed'])
        const file = await download(addressOf('preservations.package', { params: { id } }), headers)
        assert.equal((await mingzheng('verify', file, '--data', data)).code, 0)
      }
    })

    test('an administrator signs in with the second factor that was set up then, and not without', async () => {
      const post = (path: string, body: unknown) =>
        fetch(up.url + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-mingzheng-request': '1' },
          body: JSON.stringify(body),
        })
      const first = await post('/api/session', { username: facts.totp.username, password: 'west-lake-2026' })
      const { kind, ticket } = (await first.json()) as { kind: string; ticket: string }
      assert.equal(kind, 'second-factor')
      const code = totpCode(facts.totp.secret, Date.now())
      const wrong = String((Number(code) + 500_000) % 1_000_000).padStart(6, '0')
      assert.equal((await post('/api/session/totp', { ticket, code: wrong })).ok, false)
      const second = await post('/api/session/totp', { ticket, code })
      assert.equal(((await second.json()) as { kind: string }).kind, 'signed-in')
    })

    test('numbering goes on without gap or repeat, and what is new is fixed on the same log', async () => {
      const headers = { authorization: `Bearer ${facts.apiKey}` }
      const api = createClient(up.url, fetch, headers)
      const { id, number } = await api.call('preservations.add', { body: { sha256: '00'.repeat(32) } })
      assert.equal(Number(number.split('-')[3]), facts.lastSerial + 1)
      for (;;) {
        const seen = await api.call('preservations.read', { params: { id }, query: { wait: 30 } })
        if (seen.certificate !== null) break
      }
      const file = await download(addressOf('preservations.package', { params: { id } }), headers)
      assert.equal((await mingzheng('verify', file, '--data', data)).code, 0)
      const entries = await checkLog(up.url, [facts.checkpoint])
      assert.ok(entries > Number(facts.checkpoint.sha256.split('\n')[1]))
    })

    test('its database stands at the newest step', async () => {
      await up.stop()
      const database = await openDatabase({ source: { folder: join(data, 'postgres') } })
      try {
        const { rows } = await sql<{ name: string }>`select name from migration`.execute(database.system)
        const taken = rows.map(({ name }) => name).sort()
        const known = { ...storageMigrations, ...identityMigrations, ...evidenceMigrations, ...monitoringMigrations }
        assert.deepEqual(taken, Object.keys(known).sort())
        for (const step of facts.migrations) assert.ok(taken.includes(step), `${step} was taken then`)
      } finally {
        await database.close()
      }
    })
  })
}

test('there is a data folder of the present release, or of one before it', () => {
  assert.ok(releases.some(({ name }) => name === '0.1.0'))
})
