import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { fromHex, systemClock } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { readBody } from '../snapshot/packs.ts'
import type { FindingStatement } from '../statement/statement.ts'
import { listingPage, startTestMarket } from '../testing/test-market.ts'
import { openTestStage } from '../testing/test-stage.ts'

const KILLS = 4
const SEED = 'watch 20261124'
const PAGES = 240
/** Every tenth page has something on it. */
const BAD = 10

test(`a watcher killed ${KILLS} times loses no page, records none twice and makes no lead twice (seed ${SEED})`, async (t) => {
  const stage = await openTestStage(systemClock)
  const market = await startTestMarket()
  t.after(async () => {
    await market.close()
    await stage.close()
  })
  const paths = Array.from({ length: PAGES }, (_, i) => `/item/${i}`)
  for (const [i, path] of paths.entries()) {
    const page = listingPage({
      title: `茶杯${i}`,
      description: i % BAD === 0 ? '国家级配方，根治糖尿病。' : '龙泉青瓷。',
    })
    market.pages.set(path, (_request, response) => {
      setTimeout(() => response.writeHead(200, { 'content-type': 'text/html' }).end(page), 3)
    })
  }
  const links = paths.map((path) => `<url><loc>${market.url}${path}</loc></url>`).join('')
  market.pages.set('/sitemap.xml', `<urlset>${links}</urlset>`)
  await stage.issue([{ kind: 'sitemap', url: `${market.url}/sitemap.xml` }], { depth: 0 })

  const random = seededRandom(SEED)
  const script = fileURLToPath(new URL('../testing/killed-watcher.ts', import.meta.url))
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, [script, stage.database.url, stage.folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    await once(child.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, random(1)[0]! * 2))
    child.kill('SIGKILL')
    await ended
  }
  await stage.settle()

  const { system } = stage.database
  const snapshots = await system.selectFrom('snapshot').select(['url', 'outcome', 'body_sha256']).execute()
  const byUrl = new Map<string, number>()
  for (const { url } of snapshots) byUrl.set(url, (byUrl.get(url) ?? 0) + 1)
  assert.equal(byUrl.size, PAGES + 1)
  assert.ok(
    [...byUrl.values()].every((count) => count === 1),
    'each page is recorded once',
  )
  for (const path of paths) {
    const asked = market.asked.filter((one) => one === path).length
    assert.ok(asked >= 1 && asked <= KILLS + 1, `${path} was asked for ${asked} times`)
  }
  const leads = await system.selectFrom('lead').select(['url', 'behaviour', 'seen', 'finding_id']).execute()
  assert.equal(new Set(leads.map(({ url }) => url)).size, PAGES / BAD)
  assert.equal(new Set(leads.map(({ url, behaviour }) => `${url} ${behaviour}`)).size, leads.length)
  assert.ok(leads.every(({ seen }) => seen === 1))
  const statements = await system
    .selectFrom('watch_fixing')
    .select(['subject_id', 'statement'])
    .where('kind', '=', 'finding')
    .execute()
  const stated = new Set(statements.map(({ subject_id }) => subject_id))
  assert.ok(leads.every(({ finding_id }) => stated.has(finding_id)))
  for (const { statement } of statements) {
    const { inputs } = JSON.parse(statement) as FindingStatement
    assert.notEqual(await readBody(system, stage.blobs, fromHex(inputs.snapshot.sha256)), null)
  }
})
