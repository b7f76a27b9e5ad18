import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fromHex } from '@mingzheng/kernel'
import { listSnapshots } from '../lead/findings.ts'
import { readBody } from '../snapshot/packs.ts'
import type { FindingStatement } from '../statement/statement.ts'
import { listingPage, startTestMarket, stockMarket, type TestMarket } from '../testing/test-market.ts'
import { openTestStage, type TestStage } from '../testing/test-stage.ts'

const HOUR = 3_600_000

describe('a task that is issued', () => {
  let stage: TestStage
  let market: TestMarket
  before(async () => {
    stage = await openTestStage()
    market = await startTestMarket()
    stockMarket(market, [
      { title: '手工竹篮', description: '安吉毛竹，手工编成。' },
      { title: '祖传药膏', description: '本品根治糖尿病，有效率100%，国家级配方。' },
      { title: '青瓷茶杯', description: '龙泉青瓷，容量一百毫升。' },
    ])
    await stage.issue([{ kind: 'sitemap', url: `${market.url}/sitemap.xml` }], { depth: 0 })
    await stage.settle()
  })
  after(async () => {
    await market?.close()
    await stage?.close()
  })
  const leads = () => stage.database.system.selectFrom('lead').selectAll().orderBy('id').execute()
  const snapshots = (task: string) => listSnapshots(stage.database.system, { task, since: new Date(0), limit: 1000 })
  const taskId = async () =>
    (await stage.database.system.selectFrom('watch_task').select('id').executeTakeFirstOrThrow()).id

  test('asks for robots.txt first, then for the sitemap, then for each page once', () => {
    assert.equal(market.asked[0], '/robots.txt')
    assert.deepEqual([...market.asked].sort(), ['/item/1', '/item/2', '/item/3', '/robots.txt', '/sitemap.xml'])
  })

  test('keeps every page as it was sent, under its digest', async () => {
    const rows = await snapshots(await taskId())
    assert.equal(rows.length, 4)
    for (const { url, body_sha256, outcome } of rows) {
      assert.equal(outcome, 'ok')
      const body = await readBody(stage.database.system, stage.blobs, body_sha256!)
      assert.equal(Buffer.from(body!).toString(), market.pages.get(new URL(url).pathname))
    }
  })

  test('finds leads on the page that has them and on no other, and queues their statements for the ledger', async () => {
    const found = await leads()
    assert.ok(found.length > 0)
    assert.deepEqual(new Set(found.map(({ url }) => new URL(url).pathname)), new Set(['/item/2']))
    assert.ok(found.some(({ behaviour }) => behaviour === 'false-propaganda'))
    const waiting = await stage.database.system.selectFrom('watch_fixing').select(['kind', 'statement']).execute()
    assert.equal(waiting.filter(({ kind }) => kind === 'snapshot').length, 1)
    assert.ok(waiting.filter(({ kind }) => kind === 'finding').length >= found.length)
  })

  test('an unchanged page costs a row, no file and no second finding', async () => {
    const before = await leads()
    const bodies = await stage.database.system.selectFrom('snapshot_body').select('sha256').execute()
    stage.advance(25 * HOUR)
    await stage.settle()
    assert.deepEqual(await leads(), before)
    assert.equal(
      (await stage.database.system.selectFrom('snapshot_body').select('sha256').execute()).length,
      bodies.length,
    )
    const rows = await snapshots(await taskId())
    assert.equal(rows.length, 8)
    assert.ok(rows.slice(0, 4).every(({ change, body_sha256 }) => change === 'same-bytes' && body_sha256 !== null))
  })

  test('a page that changes and still says it is the same lead once more; its price is kept', async () => {
    market.pages.set(
      '/item/2',
      listingPage({ title: '祖传药膏', description: '本品根治糖尿病，国家级配方。', price: '59.00' }),
    )
    stage.advance(25 * HOUR)
    const before = await leads()
    await stage.settle()
    const now = await leads()
    assert.deepEqual(
      now.map(({ id }) => id),
      before.map(({ id }) => id),
    )
    assert.ok(now.every(({ seen }, i) => seen === before[i]!.seen + 1))
    const prices = await stage.database.system
      .selectFrom('listing_fact')
      .innerJoin('listing', 'listing.id', 'listing_fact.listing_id')
      .select('listing_fact.price')
      .where('listing.title', '=', '祖传药膏')
      .orderBy('listing_fact.at')
      .execute()
    assert.deepEqual(
      prices.map(({ price }) => Number(price)),
      [99, 59],
    )
  })

  test('words that a seller draws are read in vector pictures, with their place and digest', async () => {
    market.pages.set(
      '/claim.svg',
      '<svg xmlns="http://www.w3.org/2000/svg"><text x="1" y="2">国家级<tspan>配方</tspan></text><text>根治糖尿病</text></svg>',
    )
    const page = listingPage({ title: '小瓷瓶' }).replace('<main>', '<main><img src="/claim.svg" alt="">')
    market.pages.set('/item/1', page)
    stage.advance(25 * HOUR)
    await stage.settle()
    const { lead_id, statement } = await stage.database.system
      .selectFrom('watch_fixing')
      .innerJoin('lead', 'lead.id', 'watch_fixing.lead_id')
      .select(['lead_id', 'statement'])
      .where('lead.title', '=', '小瓷瓶')
      .where('kind', '=', 'finding')
      .executeTakeFirstOrThrow()
    assert.notEqual(lead_id, null)
    const { result, inputs } = JSON.parse(statement) as FindingStatement
    assert.match(result.span!.field, /^images\.0\./)
    const [image] = inputs.line.images as { url: string; text: string; sha256: string }[]
    assert.equal(image!.text, '国家级配方\n根治糖尿病')
    assert.notEqual(await readBody(stage.database.system, stage.blobs, fromHex(image!.sha256)), null)
  })

  test('a failed, blocked, gone or empty fetch is a state of its own, and no violation', async () => {
    const before = await leads()
    market.pages.set('/item/1', (_request, response) => response.writeHead(403).end('denied'))
    market.pages.set('/item/3', '')
    market.pages.delete('/item/2')
    stage.advance(25 * HOUR)
    await stage.settle({ lanes: 1, batch: 1 })
    const rows = await stage.database.system.selectFrom('watch_address').select(['url', 'outcome']).execute()
    const outcomes = new Set(rows.map(({ outcome }) => outcome))
    assert.ok(outcomes.has('blocked'))
    const host = await stage.database.system.selectFrom('watch_host').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([host.state, host.reason, host.refused], ['blocked', 'HTTP 403', 1])
    assert.ok(host.next_at.getTime() > stage.clock.now())
    assert.deepEqual(await leads(), before)
  })
})
