/** Three workers beside a server, database and bucket outside; one is killed on the way. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Client, LeadView, TaskDetail } from '@mingzheng/api'
import { type Database, openDatabase } from '@mingzheng/storage'
import { testServerUrl } from '@mingzheng/storage/testing'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { sql } from 'kysely'
import { listingPage, startTestMarket, type TestMarket } from '../packages/monitoring/src/testing/test-market.ts'
import { type Platform, startPlatform } from './platform/start-platform.ts'

const PAGES = 360
/** Every twelfth page has something on it. */
const BAD = 12
const WORKER = fileURLToPath(new URL('../packages/monitoring/src/testing/killed-watcher.ts', import.meta.url))

describe('three workers beside a server with a bucket', () => {
  let bucketServer: FauxqsServer
  let market: TestMarket
  let platform: Platform
  let analyst: Client
  let cookie: string
  let database: Database<Record<string, never>>
  let databaseUrl: string
  let blobsUrl: string
  const workers = new Map<string, ChildProcess>()

  before(async () => {
    bucketServer = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
    bucketServer.createBucket('snapshots')
    const server = await openDatabase({ source: { url: await testServerUrl() }, poolSize: 2 })
    await sql`create database ${sql.id('three_workers')}`.execute(server.system)
    await server.close()
    databaseUrl = (await testServerUrl()).replace('/postgres?', '/three_workers?')
    blobsUrl = `s3://key:secret@snapshots/evidence?endpoint=${encodeURIComponent(`http://127.0.0.1:${bucketServer.port}`)}`
    market = await startTestMarket()
    const rows = Array.from({ length: PAGES }, (_, i) => {
      const description = i % BAD === 0 ? '国家级配方，根治糖尿病。' : '龙泉青瓷。'
      const page = listingPage({ title: `茶杯${i}`, description })
      market.pages.set(`/item/${i}`, (_request, response) => {
        setTimeout(() => response.writeHead(200, { 'content-type': 'text/html' }).end(page), 15)
      })
      return `<url><loc>${market.url}/item/${i}</loc></url>`
    })
    market.pages.set('/sitemap.xml', `<urlset>${rows.join('')}</urlset>`)
    platform = await startPlatform({
      DATABASE_URL: databaseUrl,
      BLOBS_URL: blobsUrl,
      MINGZHENG_WATCHERS: '0',
      MINGZHENG_DEMO_MARKET: market.url,
    })
    database = await openDatabase({ source: { url: databaseUrl }, poolSize: 2 })
    ;({ client: analyst, cookie } = await platform.signIn('analyst'))
  })
  after(async () => {
    for (const worker of workers.values()) worker.kill('SIGKILL')
    await database?.close()
    await platform?.stop()
    await market?.close()
    await bucketServer?.stop()
  })

  async function hire(name: string): Promise<void> {
    const child = spawn(process.execPath, [WORKER, databaseUrl, blobsUrl, name], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    workers.set(name, child)
    await once(child.stdout!, 'data')
  }
  const fetched = () => market.asked.filter((path) => path.startsWith('/item/')).length

  async function settled(id: string): Promise<TaskDetail> {
    for (;;) {
      const task = await analyst.call('tasks.read', { params: { id } })
      if (task.totals.ok >= PAGES + 1) return task
      await pause(300)
    }
  }

  test('lose no page and tell no lead twice, though one of them is killed', async () => {
    const entries = [{ kind: 'sitemap' as const, url: `${market.url}/sitemap.xml` }]
    const { id: platformId } = await analyst.call('platforms.save', { body: { name: '三个节点', entries } })
    const spec = {
      objectives: { platforms: [platformId] },
      elements: {},
      frequency: { hostPaceMs: 0, depth: 0, everyMinutes: 1440 },
    }
    const { id } = await analyst.call('tasks.add', { body: { name: '三个节点', spec } })
    for (const name of ['one', 'two', 'three']) await hire(name)
    await analyst.call('tasks.setState', { params: { id }, body: { state: 'running' } })
    while (fetched() < PAGES / 4) await pause(20)
    const killed = workers.get('two')!
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    const task = await settled(id)
    assert.equal(task.totals.ok, PAGES + 1)

    const { rows: seen } = await sql<{ url: string; n: string }>`
      select url, count(*) as n from snapshot where task_id = ${id} group by url`.execute(database.system)
    assert.equal(seen.length, PAGES + 1)
    assert.ok(seen.every(({ n }) => n === '1'))
    const { rows: shares } = await sql<{ machine: string }>`select machine from watch_worker`.execute(database.system)
    assert.deepEqual(new Set(shares.map(({ machine }) => machine)), new Set(['one', 'two', 'three']))
  })

  test('what they found is fixed by the server, and the pages lie in the bucket', async () => {
    let leads: LeadView[] = []
    for (;;) {
      ;({ rows: leads } = await analyst.call('leads.list', { query: { limit: 200 } }))
      if (leads.length > 0 && leads.every(({ standing }) => standing.state === 'witnessed')) break
      await pause(300)
    }
    assert.equal(new Set(leads.map(({ url }) => url)).size, PAGES / BAD)
    assert.equal(new Set(leads.map(({ url, behaviour }) => `${url} ${behaviour}`)).size, leads.length)
    assert.ok(leads.every(({ seen }) => seen === 1))
    const { snapshot } = await analyst.call('leads.read', { params: { id: leads[0]!.id } })
    const bytes = await fetch(`${platform.url}/api/snapshots/${snapshot!.sha256}`, { headers: { cookie } })
    assert.match(await bytes.text(), /根治糖尿病/)
    assert.ok(!(await readdir(platform.data)).includes('blobs'))
  })

  test('rows lie in the tables of their months', async () => {
    const { rows } = await sql<{ part: string }>`
      select distinct tableoid::regclass::text as part from snapshot
      union select distinct tableoid::regclass::text from listing_fact
      union select distinct tableoid::regclass::text from finding`.execute(database.system)
    assert.ok(rows.length >= 3)
    assert.ok(
      rows.every(({ part }) => /_\d{4}_?\d{2}$/.test(part)),
      rows.map(({ part }) => part).join(),
    )
  })
})
