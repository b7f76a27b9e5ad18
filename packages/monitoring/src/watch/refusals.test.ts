import assert from 'node:assert/strict'
import { after, beforeEach, describe, test } from 'node:test'
import { listingPage, startTestMarket, stockMarket, type TestMarket } from '../testing/test-market.ts'
import { openTestStage, type TestStage } from '../testing/test-stage.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const TEN = Array.from({ length: 10 }, (_, i) => ({ title: `青瓷杯 ${i}`, description: '根治糖尿病' }))

describe('a platform that will not be watched', () => {
  let stage: TestStage
  let market: TestMarket
  const stop = async () => {
    await market?.close()
    await stage?.close()
  }
  beforeEach(async () => {
    await stop()
    stage = await openTestStage()
    market = await startTestMarket()
    stockMarket(market, TEN)
  })
  after(stop)
  const issue = (frequency = {}) =>
    stage.issue([{ kind: 'sitemap', url: `${market.url}/sitemap.xml` }], { depth: 0, ...frequency })
  const host = () => stage.database.system.selectFrom('watch_host').selectAll().executeTakeFirstOrThrow()
  const outcomes = async () => {
    const rows = await stage.database.system.selectFrom('snapshot').select(['outcome']).execute()
    return rows.map(({ outcome }) => outcome)
  }
  const leads = () => stage.database.system.selectFrom('lead').selectAll().execute()
  /** One page at a time. */
  const serial = { lanes: 1, batch: 1 }

  test('and says "too many requests" is left alone for as long as it asks, then taken up again', async () => {
    let limit = true
    const page = market.pages.get('/item/3') as string
    market.pages.set('/item/3', (_request, response) => {
      if (limit) response.writeHead(429, { 'retry-after': '600' }).end('slow down')
      else response.writeHead(200, { 'content-type': 'text/html' }).end(page)
    })
    await issue()
    await stage.settle(serial)
    const asked = market.asked.length
    assert.deepEqual([(await host()).state, (await outcomes()).filter((one) => one === 'limited').length], ['slow', 1])
    stage.advance(9 * MINUTE)
    await stage.settle(serial)
    assert.equal(market.asked.length, asked)
    limit = false
    stage.advance(2 * MINUTE)
    await stage.settle(serial)
    stage.advance(2 * MINUTE)
    await stage.settle(serial)
    assert.equal((await leads()).length, 10)
    assert.deepEqual([(await host()).state, (await host()).refused], ['ok', 0])
  })

  test('and bans us is asked ever more rarely, and nothing is found of it', async () => {
    for (const path of market.pages.keys()) {
      if (path.startsWith('/item')) market.pages.set(path, (_request, response) => response.writeHead(403).end('no'))
    }
    await issue()
    await stage.settle(serial)
    const rests: number[] = []
    for (let i = 0; i < 4; i++) {
      const { next_at, state } = await host()
      assert.equal(state, 'blocked')
      rests.push(next_at.getTime() - stage.clock.now())
      stage.advance(rests.at(-1)! + 1)
      await stage.settle(serial)
    }
    assert.deepEqual(
      rests.map((ms) => Math.round(ms / 1000)),
      [30, 60, 120, 240],
    )
    assert.deepEqual([(await outcomes()).filter((one) => one === 'blocked').length, (await leads()).length], [5, 0])
  })

  test('and shows a test for people, or a page that refuses with 200, is not read as a shop', async () => {
    market.pages.set('/item/1', '<title>安全验证</title><body>请完成验证：拖动滑块完成拼图</body>')
    market.pages.set('/item/2', '<title>提示</title><body>访问过于频繁，请稍后再试</body>')
    market.pages.set('/item/4', (_request, response) => response.writeHead(403).end('<title>验证码</title>captcha'))
    await issue()
    await stage.settle({ lanes: 1 })
    const found = await outcomes()
    assert.deepEqual(
      [found.filter((one) => one === 'captcha').length, found.filter((one) => one === 'blocked').length],
      [2, 1],
    )
    assert.equal((await leads()).length, 7)
  })

  test('and serves the same page at every address is seen to serve decoys', async () => {
    const decoy = listingPage({ title: '普通茶杯', description: '根治糖尿病' })
    for (const path of market.pages.keys()) if (path.startsWith('/item')) market.pages.set(path, decoy)
    await issue()
    await stage.settle({ lanes: 1 })
    assert.equal((await outcomes()).filter((one) => one === 'decoy').length, 6)
  })

  test('and changes its layout is told by pages whose facts are lost', async () => {
    await issue()
    await stage.settle()
    for (const path of market.pages.keys()) {
      if (path.startsWith('/item'))
        market.pages.set(path, `<title>新版</title><div id="app">${path} 正在加载，请稍候，我们换了新的样子</div>`)
    }
    stage.advance(DAY + MINUTE)
    await stage.settle()
    const changes = await stage.database.system
      .selectFrom('snapshot')
      .select('change')
      .where('change', '=', 'lost')
      .execute()
    assert.equal(changes.length, 10)
    assert.equal(
      (await leads()).every(({ seen }) => seen === 1),
      true,
    )
  })

  test('by its robots.txt is not, and what it allows is', async () => {
    market.pages.set('/robots.txt', 'User-agent: *\nDisallow: /item/1\nCrawl-delay: 0\n')
    await issue()
    await stage.settle()
    const asked = market.asked.filter((path) => path.startsWith('/item'))
    assert.deepEqual(
      [asked.includes('/item/1'), asked.includes('/item/10'), asked.includes('/item/2')],
      [false, false, true],
    )
    assert.equal((await outcomes()).filter((one) => one === 'robots').length, 2)
  })

  test('while its task is paused is not asked, and is again when it goes on', async () => {
    const { setTaskState } = await import('../task/tasks.ts')
    const task = await issue()
    const set = (state: 'paused' | 'running') =>
      stage.database.system
        .transaction()
        .execute((tx) => setTaskState(tx, stage.clock, stage.author, task.id, { state, note: '' }))
    await set('paused')
    const watcher = await stage.watch()
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.deepEqual(market.asked, [])
    await set('running')
    await watcher.stop()
    await stage.settle()
    assert.equal((await leads()).length, 10)
  })
})
