import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { chooseBrowser, openRenderer, type Renderer } from '@mingzheng/evidence'
import { fromHex, isRefusal, systemClock } from '@mingzheng/kernel'
import { listingModels } from '../recognition/models.ts'
import { readBody } from '../snapshot/packs.ts'
import { recompute } from '../statement/recompute.ts'
import type { FindingStatement } from '../statement/statement.ts'
import { startTestMarket, type TestMarket } from '../testing/test-market.ts'
import { openTestStage, type TestStage } from '../testing/test-stage.ts'

const SHELL = '<!doctype html><title>一页</title><div id="app"></div><script type="module" src="/app.js"></script>'
const SCRIPT = `const goods = await (await fetch('/goods.json')).json()
document.getElementById('app').innerHTML = '<main><h1>' + goods.title + '</h1><p class="price">¥' + goods.price +
  '</p><p>' + goods.words + '</p></main>'`

const browser = await chooseBrowser({
  ...(process.env.MINGZHENG_CHROMIUM ? { configured: process.env.MINGZHENG_CHROMIUM } : {}),
})
const impossible = isRefusal(browser) ? browser.detail : false

describe('a platform that is one page drawn by a script', { skip: impossible }, () => {
  let stage: TestStage
  let market: TestMarket
  let renderer: Renderer
  before(async () => {
    stage = await openTestStage()
    market = await startTestMarket()
    if (isRefusal(browser)) throw new TypeError(browser.detail)
    renderer = openRenderer({ browser: async () => browser, clock: systemClock, allow: (host) => host === '127.0.0.1' })
    for (const path of ['/g/1', '/g/2', '/g/3', '/g/4', '/g/5', '/g/6']) market.pages.set(path, SHELL)
    market.pages.set('/app.js', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(SCRIPT)
    })
    market.pages.set('/goods.json', (_request, response) => {
      const goods = {
        title: '山茶油',
        price: '59.00',
        words: '本品根治糖尿病，国家级配方，三十天见效，无效退款，厂家直销。',
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(goods))
    })
  })
  after(async () => {
    await renderer?.close()
    await market?.close()
    await stage?.close()
  })
  const entries = () => [1, 2, 3, 4, 5, 6].map((n) => ({ kind: 'page' as const, url: `${market.url}/g/${n}` }))

  test('is read as empty without a browser, and never as a violation or a decoy', async () => {
    await stage.issue(entries(), { depth: 0 })
    await stage.settle()
    const rows = await stage.database.system.selectFrom('snapshot').select(['outcome', 'detail']).execute()
    assert.deepEqual(
      new Set(rows.map(({ outcome, detail }) => `${outcome}: ${detail}`)),
      new Set(['empty: the page needs a browser']),
    )
    assert.deepEqual(await stage.database.system.selectFrom('lead').select('id').execute(), [])
  })

  test('is drawn by a browser where there is one, kept as it was drawn, and its findings are computed again', async () => {
    stage.advance(25 * 3_600_000)
    await stage.settle({ renderer })
    const row = await stage.database.system
      .selectFrom('watch_fixing')
      .select('statement')
      .where('kind', '=', 'finding')
      .executeTakeFirstOrThrow()
    const { inputs } = JSON.parse(row.statement) as FindingStatement
    assert.equal(inputs.snapshot.by, 'browser')
    const body = await readBody(stage.database.system, stage.blobs, fromHex(inputs.snapshot.sha256))
    assert.match(Buffer.from(body!).toString(), /山茶油/)
    assert.equal(recompute(row.statement, body, listingModels).same, true)
  })
})
