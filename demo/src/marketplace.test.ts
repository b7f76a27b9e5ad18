import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { isCreditCode, LISTINGS, type Marketplace, SHOPS, startMarketplace } from './index.ts'

const NOW = Date.parse('2026-11-24T08:00:00Z')

describe('the demo marketplace', () => {
  let market: Marketplace
  before(async () => {
    market = await startMarketplace({ port: 0, now: () => NOW })
  })
  after(() => market.close())

  const get = (path: string) => fetch(market.url + path)

  test('every page of its sitemap opens', async () => {
    const map = await (await get('/sitemap.xml')).text()
    const pages = [...map.matchAll(/<loc>(.*?)<\/loc>/g)].map((match) => match[1]!)
    assert.equal(pages.length, 1 + SHOPS.length + LISTINGS.length)
    for (const page of pages) assert.equal((await fetch(page)).status, 200, page)
  })

  test('one listing has forty pictures, which are true PNG files and always the same', async () => {
    const listing = LISTINGS.find(({ pictures }) => pictures === 40)!
    const bytes = Buffer.from(await (await get(`/img/${listing.id}/39.png`)).arrayBuffer())
    assert.equal(bytes.subarray(1, 4).toString('latin1'), 'PNG')
    const start = bytes.indexOf('IDAT') + 4
    const pixels = inflateSync(bytes.subarray(start, start + bytes.readUInt32BE(start - 8)))
    assert.equal(pixels.length, 480 * (480 * 3 + 1))
    const again = Buffer.from(await (await get(`/img/${listing.id}/39.png`)).arrayBuffer())
    assert.deepEqual(again, bytes)
  })

  test('a price is not in the markup: a script asks for it', async () => {
    const page = await (await get('/item/1001')).text()
    assert.ok(!page.includes('268.00'))
    assert.deepEqual(await (await get('/api/price/1001')).json(), { id: '1001', price: 26800, was: null })
  })

  test('reviews come page by page until there are no more', async () => {
    let seen = 0
    let total = 0
    for (let page = 1, more = true; more; page += 1) {
      const answer = (await (await get(`/api/reviews/1001?page=${page}`)).json()) as {
        total: number
        more: boolean
        reviews: unknown[]
      }
      seen += answer.reviews.length
      ;({ total, more } = answer)
    }
    assert.equal(seen, total)
  })

  test('a false base price was never asked in the last thirty days', async () => {
    const listing = LISTINGS.find(({ breaks }) => breaks.includes('false-base-price'))!
    const { days } = (await (await get(`/api/history/${listing.id}`)).json()) as { days: { price: number }[] }
    assert.ok(days.every(({ price }) => price < listing.was!))
  })

  test('searching two Chinese characters finds the listing, and nothing is found for what is not sold', async () => {
    assert.match(await (await get(`/search?q=${encodeURIComponent('湖笔')}`)).text(), /善琏湖笔/)
    assert.match(await (await get('/search?q=zzz')).text(), /共 0 件/)
  })

  test('what a visitor types is shown as text', async () => {
    const page = await (await get(`/search?q=${encodeURIComponent('"><script>alert(1)</script>')}`)).text()
    assert.ok(!page.includes('<script>alert'))
  })

  test('every licence shown has a right credit code but the one that is wrong on purpose', () => {
    for (const shop of SHOPS) {
      if (shop.licence === null) assert.ok(shop.breaks.includes('licence-not-shown'))
      else assert.equal(isCreditCode(shop.licence.code), !shop.breaks.includes('credit-code-wrong'), shop.id)
    }
  })

  test('a shop without a licence has no licence page', async () => {
    assert.equal((await get('/shop/yejia/licence')).status, 404)
    assert.equal((await get('/shop/longjing/licence')).status, 200)
  })

  test('what does not exist is not found', async () => {
    const paths = [
      '/item/9',
      '/shop/9',
      '/img/1001/9.png',
      '/img/1001/x.png',
      '/assets/..%2Fpackage.json',
      '/%ff',
      '/api/x/1001',
    ]
    for (const path of paths) assert.equal((await get(path)).status, 404, path)
  })

  test('it takes no changing request', async () => {
    assert.equal((await fetch(market.url, { method: 'POST' })).status, 405)
  })

  test('no page tells which goods break the law', async () => {
    for (const { id, breaks } of LISTINGS) {
      const page = await (await get(`/item/${id}`)).text()
      for (const breach of breaks) assert.ok(!page.includes(breach))
    }
  })
})
