import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestMarket, type TestMarket } from '../testing/test-market.ts'
import { openTestStage, type TestStage } from '../testing/test-stage.ts'
import { readOpinions } from './feed-opinions.ts'

const NOW = Date.parse('2026-11-24T02:00:00Z')
const rss = `<?xml version="1.0"?><rss version="2.0"><channel><title>投诉</title>
<item><guid>n-1</guid><title>同房不同价</title><link>https://news.example/1</link><pubDate>Fri, 20 Nov 2026 08:00:00 +0800</pubDate>
<description>&lt;p&gt;多名用户反映被大数据&lt;b&gt;杀熟&lt;/b&gt;&lt;/p&gt;</description></item>
<item><title></title></item></channel></rss>`

describe('a feed of what the public says', () => {
  test('is read from RSS, Atom, JSON Feed and lists of rows, and words are words', () => {
    const [first, ...none] = readOpinions(rss, 'https://news.example/feed?source=forum', NOW)!
    assert.deepEqual(none, [])
    assert.deepEqual(
      [first!.id, first!.source, first!.title, first!.text, first!.url, first!.at],
      [
        'n-1',
        'forum',
        '同房不同价',
        '多名用户反映被大数据杀熟',
        'https://news.example/1',
        Date.parse('2026-11-20T00:00:00Z'),
      ],
    )
    const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:a</id><title>一</title><summary>假货</summary></entry></feed>`
    assert.deepEqual(
      readOpinions(atom, 'https://news.example/', NOW)!.map(({ id, text, at }) => [id, text, at]),
      [['urn:a', '假货', NOW]],
    )
    const json = JSON.stringify({
      version: 'https://jsonfeed.org/version/1.1',
      items: [{ id: 'j', content_html: '<p>好评返现</p>', date_published: '2026-11-21' }, { no: 1 }],
    })
    assert.deepEqual(
      readOpinions(json, 'https://news.example/', NOW)!.map(({ id, text }) => [id, text]),
      [['j', '好评返现']],
    )
    const rows = JSON.stringify([{ id: 'c', source: 'complaint', text: '不发货', at: '2026-11-22', shop: '青石铺' }])
    assert.deepEqual(
      readOpinions(rows, 'https://news.example/', NOW)!.map(({ source, shop }) => [source, shop]),
      [['complaint', '青石铺']],
    )
  })

  test('that is none is said to be none, and hostile ones are bounded', () => {
    assert.equal(readOpinions('<html><p>你好</p></html>', 'https://news.example/', NOW), null)
    assert.equal(readOpinions('{"a": 1}', 'https://news.example/', NOW), null)
    const many = JSON.stringify(Array.from({ length: 5000 }, (_, i) => ({ id: `${i}`, content_text: 'x'.repeat(30) })))
    assert.equal(readOpinions(many, 'https://news.example/', NOW)!.length, 2000)
  })

  describe('among the entries of a platform', () => {
    let stage: TestStage
    let market: TestMarket
    before(async () => {
      stage = await openTestStage()
      market = await startTestMarket()
      market.pages.set('/feed.xml', rss)
    })
    after(async () => {
      await market?.close()
      await stage?.close()
    })

    test('is looked at as often as pages are, and each thing said is kept once', async () => {
      await stage.issue([{ kind: 'opinion', url: `${market.url}/feed.xml` }], { everyMinutes: 60 })
      await stage.settle()
      market.pages.set(
        '/feed.xml',
        rss.replace('</channel>', '<item><guid>n-2</guid><title>又有人说</title></item></channel>'),
      )
      stage.advance(61 * 60_000)
      await stage.settle()
      const rows = await stage.database.system
        .selectFrom('opinion')
        .select(['title', 'topics', 'origin'])
        .orderBy('title')
        .execute()
      const origin = `${market.url}/feed.xml`
      assert.deepEqual(rows, [
        { title: '又有人说', topics: [], origin },
        { title: '同房不同价', topics: ['price-discrimination'], origin },
      ])
    })
  })
})
