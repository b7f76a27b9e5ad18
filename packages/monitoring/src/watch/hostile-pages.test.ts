import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { listingPage, startTestMarket, type TestMarket } from '../testing/test-market.ts'
import { openTestStage, type TestStage } from '../testing/test-stage.ts'

/** `国家级` in encodings of its time; the rest of the page is plain. */
const GBK = Buffer.from([0xb9, 0xfa, 0xbc, 0xd2, 0xbc, 0xb6])
const BIG5 = Buffer.from([0xb0, 0xea, 0xae, 0x61, 0xaf, 0xc5])
const encoded = (charset: string, words: Buffer) =>
  Buffer.concat([
    Buffer.from(`<html><head><meta charset="${charset}"><title>`),
    words,
    Buffer.from('</title></head><body><main><h1>'),
    words,
    Buffer.from('</h1><p>&yen;12.00</p></main></body></html>'),
  ])

describe('pages made to hurt', () => {
  let stage: TestStage
  let market: TestMarket
  const outcomes = new Map<string, { outcome: string | null; change: string }>()
  before(async () => {
    stage = await openTestStage()
    market = await startTestMarket()
    const { pages } = market
    pages.set('/huge', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end(Buffer.alloc(3 << 20, 'x'))
    })
    pages.set('/bomb', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' })
      response.end(gzipSync(Buffer.alloc(64 << 20)))
    })
    pages.set('/broken-coding', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }).end('no gzip at all')
    })
    pages.set('/deep', `${'<div>'.repeat(100_000)}<h1>深</h1>${'</div>'.repeat(100_000)}`)
    pages.set('/nul', listingPage({ title: '坏\0字\ud800', description: '国家级\0配方' }))
    pages.set('/gbk', encoded('gbk', GBK))
    pages.set('/big5', encoded('big5', BIG5))
    pages.set('/bytes', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256)))
    pages.set('/json-ld', `<script type="application/ld+json">${'['.repeat(100_000)}</script><h1>深</h1>`)
    pages.set('/stars', `<title>x</title><h1>${'*'.repeat(200_000)}国${'*'.repeat(200_000)}家级</h1><p>¥1</p>`)
    pages.set('/price', listingPage({ title: '贵', price: '9'.repeat(400) }))
    pages.set('/inside', (_request, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end())
    pages.set('/file', (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end())
    pages.set('/loop', (_request, response) => response.writeHead(302, { location: '/loop' }).end())
    pages.set('/cut', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': '1000' })
      response.write('<h1>half')
      setTimeout(() => response.destroy(), 20)
    })
    pages.set(
      '/slow',
      (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).write('<h1>'),
    )
    pages.set('/good', listingPage({ title: '好茶', description: '明前采摘。' }))
    const paths = [...pages.keys()]
    const links = paths.map((path) => `<url><loc>${market.url}${path}</loc></url>`).join('')
    pages.set('/sitemap.xml', `<urlset>${links}</urlset>`)
    await stage.issue([{ kind: 'sitemap', url: `${market.url}/sitemap.xml` }], { depth: 0 })
    await stage.settle({ limits: { bytes: 2 << 20, ms: 20_000, redirects: 3 } })
    const rows = await stage.database.system.selectFrom('snapshot').select(['url', 'outcome', 'change']).execute()
    for (const { url, outcome, change } of rows) outcomes.set(new URL(url).pathname, { outcome, change })
  })
  after(async () => {
    await market?.close()
    await stage?.close()
  })

  test('each has a name of its own, and the rest goes on', () => {
    const expected = {
      '/huge': 'too-large',
      '/bomb': 'too-large',
      '/broken-coding': 'failed',
      '/inside': 'refused',
      '/file': 'refused',
      '/loop': 'failed',
      '/cut': 'failed',
      '/slow': 'failed',
      '/good': 'ok',
      '/nul': 'ok',
      '/gbk': 'ok',
      '/big5': 'ok',
      '/deep': 'ok',
      '/stars': 'ok',
      '/price': 'ok',
    }
    for (const [path, outcome] of Object.entries(expected)) assert.equal(outcomes.get(path)?.outcome, outcome, path)
    assert.equal(outcomes.size, market.pages.size)
  })

  test('words in GBK and Big5 are read as in UTF-8', async () => {
    const listings = await stage.database.system.selectFrom('listing').select(['url', 'title']).execute()
    const titles = new Map(listings.map(({ url, title }) => [new URL(url).pathname, title]))
    assert.deepEqual([titles.get('/gbk'), titles.get('/big5')], ['国家级', '國家級'])
  })

  test('a text that no database takes is mended, and what it says is still found', async () => {
    const lead = await stage.database.system
      .selectFrom('lead')
      .select(['title', 'reason'])
      .where('url', 'like', '%/nul')
      .executeTakeFirst()
    assert.equal(lead?.title, '坏\ufffd字\ufffd')
  })

  test('nothing is recorded for a page that could not be read', async () => {
    const listings = await stage.database.system.selectFrom('listing').select('url').execute()
    const paths = listings.map(({ url }) => new URL(url).pathname)
    for (const path of ['/huge', '/bomb', '/inside', '/file', '/loop', '/cut', '/slow'])
      assert.ok(!paths.includes(path), path)
  })
})
