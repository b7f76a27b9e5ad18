import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { listingModels } from '../recognition/models.ts'
import { panelModels } from '../recognition/panel-models.ts'
import { readBody } from '../snapshot/packs.ts'
import { recompute } from '../statement/recompute.ts'
import { listingPage, startTestMarket, stockMarket, type TestMarket } from '../testing/test-market.ts'
import { openTestStage, type TestStage } from '../testing/test-stage.ts'
import { runPanels } from './run-panels.ts'

const MINUTE = 60_000
const offers = ['99', '101', '98', '100', '102', '97', '103', '99', '31'].map((price, i) => ({
  title: '龙泉青瓷功夫茶具套装',
  price,
  shop: `茶具店${i}`,
}))

describe('models that look at many listings together', () => {
  let stage: TestStage
  let market: TestMarket
  before(async () => {
    stage = await openTestStage()
    market = await startTestMarket()
    stockMarket(market, offers)
    await stage.issue([{ kind: 'sitemap', url: `${market.url}/sitemap.xml` }], { depth: 0 })
    await stage.settle()
  })
  after(async () => {
    await market?.close()
    await stage?.close()
  })
  const run = () =>
    runPanels({
      db: stage.database.system,
      blobs: stage.blobs,
      clock: stage.clock,
      province: '330000',
      models: panelModels,
    })
  const leads = () => stage.database.system.selectFrom('lead').selectAll().execute()

  test('find the one offer that costs far less than the others, and state among which lines', async () => {
    assert.equal(await run(), 1)
    const [lead, ...more] = await leads()
    assert.deepEqual([lead!.behaviour, new URL(lead!.url).pathname, more.length], ['price-anomaly', '/item/9', 0])
    const rows = await stage.database.system.selectFrom('watch_fixing').selectAll().execute()
    assert.deepEqual(new Set(rows.map(({ kind }) => kind)), new Set(['finding', 'snapshot']))
    const { statement } = rows.find(({ kind }) => kind === 'finding')!
    const { inputs } = JSON.parse(statement) as { inputs: { panel: { lines: number; sha256: string } } }
    assert.equal(inputs.panel.lines, offers.length)
    const kept = await stage.database.system
      .selectFrom('snapshot_body')
      .select('bytes')
      .where('sha256', '=', Buffer.from(inputs.panel.sha256, 'hex'))
      .execute()
    assert.equal(kept.length, 1)
    const without = recompute(statement, null, listingModels, { models: panelModels, lines: null })
    assert.equal(without.checks.find(({ name }) => name === 'model')!.state, 'not checked')
    const lines = await readBody(stage.database.system, stage.blobs, Buffer.from(inputs.panel.sha256, 'hex'))
    const again = recompute(statement, null, listingModels, { models: panelModels, lines })
    assert.equal(again.checks.find(({ name }) => name === 'model')!.state, 'passed')
    const others = recompute(statement, null, listingModels, { models: panelModels, lines: lines!.slice(1) })
    assert.equal(others.checks.find(({ name }) => name === 'model')!.state, 'failed')
  })

  test('are not asked again while nothing changed, nor tell again what the lead says', async () => {
    stage.advance(5 * MINUTE)
    assert.equal(await run(), 0)
    market.pages.set('/item/1', listingPage({ ...offers[0]!, description: '新到一批。' }))
    stage.advance(25 * 60 * MINUTE)
    await stage.settle()
    stage.advance(5 * MINUTE)
    assert.equal(await run(), 0)
    assert.equal((await leads())[0]!.seen, 1)
  })

  test('look at those that others made conspicuous, and at no offer of another product', async () => {
    const prices = ['20', '88', '89', '87', '88', '90', '86', '88']
    const see = async (from: number, until: number) => {
      const places = prices.slice(from, until).map((price, i) => ({ price, path: `/item/${20 + from + i}` }))
      for (const { price, path } of places)
        market.pages.set(path, listingPage({ title: '景德镇白瓷大号茶盘', price, shop: `茶盘店${path}` }))
      await stage.issue(
        places.map(({ path }) => ({ kind: 'page', url: `${market.url}${path}` })),
        { depth: 0 },
      )
      await stage.settle()
      stage.advance(5 * MINUTE)
      return run()
    }
    assert.equal(await see(0, 7), 0)
    assert.equal(await see(7, 8), 1)
    const found = (await leads()).map(({ url }) => new URL(url).pathname).sort()
    assert.deepEqual(found, ['/item/20', '/item/9'])
    const { rows } = await sql<{ n: string }>`
      select count(*) as n from panel_offer group by subject order by n`.execute(stage.database.system)
    assert.deepEqual(
      rows.map(({ n }) => Number(n)),
      [8, 9],
    )
  })
})
