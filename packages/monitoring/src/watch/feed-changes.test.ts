import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { readFeed } from '../source/discover.ts'
import { listingPage, startTestMarket, type TestMarket } from '../testing/test-market.ts'
import { openTestStage, STAGE_TIME, type TestStage } from '../testing/test-stage.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

describe('a feed', () => {
  test('says when its items changed, as RSS, Atom and JSON Feed have it', () => {
    const at = Date.parse('2026-11-24T01:00:00Z')
    const page = { url: 'https://shop.example/1', kind: 'page' }
    const rss = (date: string) =>
      `<rss><channel><item><link>https://shop.example/1</link>${date}</item></channel></rss>`
    assert.deepEqual(readFeed(rss('<pubDate>Tue, 24 Nov 2026 09:00:00 +0800</pubDate>')), [{ ...page, changedAt: at }])
    assert.deepEqual(readFeed(rss('<pubDate>gestern</pubDate>')), [page])
    assert.deepEqual(readFeed(rss('')), [page])
    const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="https://shop.example/1"/><updated>2026-11-24T01:00:00Z</updated></entry></feed>`
    assert.deepEqual(readFeed(atom), [{ ...page, changedAt: at }])
    const json = (item: object) => JSON.stringify({ version: 'https://jsonfeed.org/version/1.1', items: [item, null] })
    assert.deepEqual(readFeed(json({ id: 'https://shop.example/1', date_modified: '2026-11-24T01:00:00Z' })), [
      { ...page, changedAt: at },
    ])
    assert.deepEqual(readFeed(json({ url: 'https://shop.example/1', date_published: 7 })), [page])
  })
})

describe('a page that a feed says has changed', () => {
  let stage: TestStage
  let market: TestMarket
  before(async () => {
    stage = await openTestStage()
    market = await startTestMarket()
  })
  after(async () => {
    await market?.close()
    await stage?.close()
  })
  const tell = (items: readonly { path: string; at: number }[]) => {
    const links = items.map(
      ({ path, at }) =>
        `<item><link>${market.url}${path}</link><pubDate>${new Date(at).toUTCString()}</pubDate></item>`,
    )
    market.pages.set('/feed.xml', `<rss version="2.0"><channel>${links.join('')}</channel></rss>`)
  }
  const readFeedNow = () =>
    stage.database.system
      .updateTable('watch_address')
      .set({ due_at: new Date(stage.clock.now()) })
      .where('kind', '=', 'feed')
      .execute()

  test('is looked at when the feed is read, and the others when their turn comes', async () => {
    for (const i of [1, 2, 3]) market.pages.set(`/item/${i}`, listingPage({ title: `手工竹篮${i}` }))
    tell([1, 2, 3].map((i) => ({ path: `/item/${i}`, at: STAGE_TIME - DAY })))
    // Room for the feed and two of its pages.
    await stage.issue([{ kind: 'feed', url: `${market.url}/feed.xml` }], { depth: 0, pages: 3 })
    await stage.settle()
    const first = market.asked.filter((path) => path.startsWith('/item/'))
    assert.deepEqual([...first].sort(), ['/item/1', '/item/2'])
    stage.advance(2 * HOUR)
    market.asked.length = 0
    market.pages.set('/item/2', listingPage({ title: '手工竹篮2', price: '88' }))
    tell([
      { path: '/item/3', at: STAGE_TIME + HOUR },
      { path: '/item/1', at: STAGE_TIME - DAY },
      { path: '/item/2', at: STAGE_TIME + HOUR },
    ])
    await readFeedNow()
    await stage.settle()
    assert.deepEqual(market.asked, ['/feed.xml', '/item/2'])
    const { price } = await stage.database.system
      .selectFrom('listing')
      .select('price')
      .where('title', '=', '手工竹篮2')
      .executeTakeFirstOrThrow()
    assert.equal(Number(price), 88)
  })

  test('waits for its turn after a failure, however often it is told of', async () => {
    market.pages.set('/item/1', (_request, response) => void response.writeHead(500).end())
    stage.advance(2 * HOUR)
    tell([{ path: '/item/1', at: stage.clock.now() - HOUR }])
    await readFeedNow()
    await stage.settle()
    market.asked.length = 0
    // The host has rested, the page not yet.
    stage.advance(40_000)
    tell([{ path: '/item/1', at: stage.clock.now() }])
    await readFeedNow()
    await stage.settle()
    assert.deepEqual(market.asked, ['/feed.xml'])
  })
})
