import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startControl } from '../control.ts'
import { type Demo, startDemo } from '../demo.ts'
import { groundTruth } from '../market/export/export-lines.ts'
import { signatureOf } from './shanhe/signature.ts'

const NOW = Date.parse('2026-11-24T08:00:00Z')
const MARKET = { seed: 'demo test', size: 700 }

describe('the three platforms', () => {
  let demo: Demo
  let now = NOW
  let nonce = 0
  before(async () => {
    demo = await startDemo({ ...MARKET, port: 0, now: () => now, settings: { burst: 1e6, perSecond: 1e6 } })
  })
  after(() => demo.close())

  const url = (platform: string) => demo.platforms.find(({ id }) => id === platform)!.url
  const get = (platform: string, path: string, agent = 'test') =>
    fetch(url(platform) + path, { headers: { 'user-agent': agent } })
  const key = async () => /data-key="(\w+)"/.exec(await (await get('shanhe', '/')).text())![1]!
  const signed = async (path: string, change: Record<string, string> = {}) => {
    nonce += 1
    const time = String(now)
    const sign = signatureOf(await key(), path, time, String(nonce))
    return fetch(url('shanhe') + path, {
      headers: { 'x-time': time, 'x-nonce': String(nonce), 'x-sign': sign, ...change },
    })
  }

  test('every page of a site map opens, on each platform', async () => {
    for (const { url: origin } of demo.platforms) {
      const robots = await (await fetch(`${origin}/robots.txt`)).text()
      for (const [, map] of robots.matchAll(/^Sitemap: (.*)$/gm)) {
        const pages = [...(await (await fetch(map!)).text()).matchAll(/<loc>(.*?)<\/loc>/g)].map((match) => match[1]!)
        assert.ok(pages.length > 10)
        for (const page of pages.slice(0, 60)) assert.equal((await fetch(page)).status, 200, page)
      }
    }
  })

  test('what breaks a rule by words stands on the page, or in a picture of it, and the truth does not', async () => {
    const truths = [...groundTruth({ ...MARKET, today: '2026-11-24' }, ['listings'])].filter(
      ({ platform }) => platform === 'jiangnan',
    )
    assert.ok(truths.length > 3)
    for (const { subject, kind } of truths) {
      const listing = demo.partsOf('jiangnan').shelf.listing(subject)!
      const page = (await (await get('jiangnan', `/item/${subject}`)).text()).replace(/&#(\d+);/g, (_, code) =>
        String.fromCodePoint(Number(code)),
      )
      assert.ok(page.includes(listing.title))
      for (const line of listing.words) assert.ok(page.includes(line), line)
      for (const { view, text } of listing.pictures) {
        if (text === null) continue
        assert.ok(page.includes(`/img/${subject}/${view}.svg`))
        const picture = await (await get('jiangnan', `/img/${subject}/${view}.svg`)).text()
        assert.ok(picture.includes([...text.split('\n')[0]!].slice(0, 6).join('')))
      }
      assert.ok(!page.includes(kind) || !kind.includes('-'))
    }
  })

  test('江南集市 tells price and name in JSON-LD', async () => {
    const listing = demo.partsOf('jiangnan').shelf.listing(demo.partsOf('jiangnan').shelf.ids()[0]!)!
    const page = await (await get('jiangnan', `/item/${listing.id}`)).text()
    const data = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/.exec(page)![1]!)
    assert.equal(data.name, listing.title)
    assert.equal(data.offers.price, listing.price.toFixed(2))
  })

  test('山河优选 gives data to its own script only: signed, fresh, once', async () => {
    const id = demo.partsOf('shanhe').shelf.ids()[0]!
    const page = await (await get('shanhe', `/g/${id}`)).text()
    assert.ok(!page.includes(demo.partsOf('shanhe').shelf.listing(id)!.title))
    const path = `/api/v1/goods/${id}`
    assert.equal(((await (await signed(path)).json()) as { id: string }).id, id)
    assert.equal((await get('shanhe', path)).status, 401)
    assert.equal((await signed(path, { 'x-sign': 'ab'.repeat(32) })).status, 401)
    assert.equal((await signed(path, { 'x-time': String(now - 600_000) })).status, 401)
    assert.equal((await signed(path, { 'x-nonce': '1' })).status, 401)
    assert.equal((await signed('/api/v1/goods/1')).status, 404)
  })

  test('its lists have pages, its search finds, and what does not exist is not found', async () => {
    const first = (await (await signed('/api/v1/goods?page=1')).json()) as {
      total: number
      pages: number
      goods: { id: string }[]
    }
    const second = (await (await signed('/api/v1/goods?page=2')).json()) as typeof first
    assert.equal(first.total, demo.partsOf('shanhe').shelf.ids().length)
    assert.notDeepEqual(first.goods, second.goods)
    const { title } = demo.partsOf('shanhe').shelf.listing(first.goods[3]!.id)!
    const found = (await (await signed(`/api/v1/goods?q=${encodeURIComponent(title)}`)).json()) as typeof first
    assert.ok(found.goods.some(({ id }) => id === first.goods[3]!.id))
    for (const [platform, path] of [
      ['shanhe', '/g/1'],
      ['xiaoman', '/p/1'],
      ['xiaoman', '/m/x/licence'],
      ['jiangnan', '/item/600000x'],
    ] as const)
      assert.equal((await get(platform, path)).status, 404, path)
  })

  test('小满快购 writes prices and claims into pictures alone', async () => {
    const { shelf } = demo.partsOf('xiaoman')
    const listing = shelf.listing(shelf.ids()[1]!)!
    const page = await (await get('xiaoman', `/p/${listing.id}`)).text()
    assert.ok(page.includes(listing.title))
    assert.ok(!page.includes(listing.price.toFixed(2)))
    for (const line of listing.words) assert.ok(!page.includes(line))
    const png = Buffer.from(await (await get('xiaoman', `/pic/${listing.id}/price.png`)).arrayBuffer())
    assert.equal(png.subarray(1, 4).toString('latin1'), 'PNG')
    assert.ok(
      (await (await get('xiaoman', `/pic/${listing.id}/words.svg`)).text()).includes(listing.words[0]!.slice(0, 8)),
    )
  })

  test('a shop that shows no licence has no licence page; all others have', async () => {
    const { shelf } = demo.partsOf('xiaoman')
    for (const shop of shelf.shops()) {
      const expected = shelf.licence(shop).rows === null ? 404 : 200
      assert.equal((await get('xiaoman', `/m/${shop.id}/licence`)).status, expected)
    }
  })

  test('a redesign changes the markup and not the goods', async () => {
    const { settings, shelf } = demo.partsOf('jiangnan')
    const id = shelf.ids()[0]!
    const before = await (await get('jiangnan', `/item/${id}`)).text()
    settings.layout = 'b'
    demo.partsOf('shanhe').settings.layout = 'b'
    const afterwards = await (await get('jiangnan', `/item/${id}`)).text()
    assert.ok(before.includes('ld+json') && !afterwards.includes('ld+json') && afterwards.includes('itemprop="price"'))
    const good = demo.partsOf('shanhe').shelf.ids()[0]!
    assert.equal((await signed(`/api/v1/goods/${good}`)).status, 410)
    assert.equal(((await (await signed(`/api/v2/goods/${good}`)).json()) as { gid: string }).gid, good)
    settings.layout = 'a'
    demo.partsOf('shanhe').settings.layout = 'a'
  })

  test('a crawler is shown something else when decoys are on, a person never', async () => {
    const { settings, shelf } = demo.partsOf('xiaoman')
    const { id, title } = shelf.listing(shelf.ids()[0]!)!
    settings.decoys = true
    assert.ok(!(await (await get('xiaoman', `/p/${id}`, 'SomeBot/1.0')).text()).includes(title))
    assert.ok((await (await get('xiaoman', `/p/${id}`, 'Mozilla/5.0')).text()).includes(title))
    settings.decoys = false
    assert.ok((await (await get('xiaoman', `/p/${id}`, 'SomeBot/1.0')).text()).includes(title))
  })

  test('what changes is told, newest first, and never from the future', async () => {
    const { items } = (await (await get('xiaoman', '/feed.json')).json()) as { items: { date_modified: string }[] }
    const times = items.map(({ date_modified }) => date_modified)
    assert.ok(times.length > 10)
    assert.deepEqual([...times].sort().reverse(), times)
    assert.ok(times.every((time) => Date.parse(time) <= now))
    assert.match(await (await get('jiangnan', '/feed.xml')).text(), /<entry>/)
  })

  test('a planted listing looks like any other and is gone when it is withdrawn', async () => {
    const { shelf } = demo.partsOf('xiaoman')
    const id = shelf.plant('banned-goods')
    const page = await (await get('xiaoman', `/p/${id}`)).text()
    assert.ok(page.includes(shelf.listing(id)!.title) && !/plant|probe|试验/.test(page))
    assert.ok((await (await get('xiaoman', '/sitemap.xml')).text()).includes(`/p/${id}`))
    assert.equal(shelf.changes()[0]!.id, id)
    assert.equal(shelf.withdraw(id), true)
    assert.equal((await get('xiaoman', `/p/${id}`)).status, 404)
    assert.equal(shelf.withdraw(id), false)
  })

  test('who holds the token plants, withdraws and redesigns; nobody else does', async () => {
    const control = await startControl(0, 'a token of some length', demo)
    const ask = (method: string, path: string, token = 'a token of some length') =>
      fetch(control.url + path, { method, headers: { authorization: `Bearer ${token}` } })
    try {
      for (const [platform, behaviour] of [
        ['shanhe', 'false-propaganda'],
        ['xiaoman', 'brushing'],
        ['jiangnan', 'ip-infringement'],
      ]) {
        const put = await ask('POST', `/plant?platform=${platform}&behaviour=${behaviour}`)
        const { id, url } = (await put.json()) as { id: string; url: string }
        assert.equal((await fetch(url)).status, 200)
        assert.equal((await ask('DELETE', `/plant?platform=${platform}&id=${id}`)).status, 200)
        assert.equal((await fetch(url)).status, 404)
      }
      assert.equal((await ask('PUT', '/settings?platform=xiaoman&layout=b')).status, 200)
      assert.match(await (await get('xiaoman', '/')).text(), /class="later"/)
      demo.partsOf('xiaoman').settings.layout = 'a'
      assert.equal((await ask('POST', '/plant?platform=xiaoman&behaviour=concentration')).status, 400)
      assert.equal((await ask('POST', '/plant?platform=elsewhere&behaviour=brushing')).status, 404)
      assert.equal((await ask('POST', '/plant?platform=xiaoman&behaviour=brushing', 'another')).status, 403)
      assert.equal((await ask('GET', '/plant?platform=xiaoman')).status, 404)
    } finally {
      await control.close()
    }
  })

  test('who asks too fast is asked to wait, then to prove to be human, then locked out for a while', async () => {
    const hasty = await startDemo({ ...MARKET, port: 0, now: () => now, settings: { burst: 5, perSecond: 1 } })
    const ask = async (path = '/', agent = 'hasty') =>
      (await fetch(hasty.platforms[2]!.url + path, { headers: { 'user-agent': agent } })).status
    try {
      const seen = new Set<string>()
      const order: number[] = []
      for (let i = 0; i < 130; i += 1) {
        const status = await ask()
        if (!seen.has(String(status))) order.push(status)
        seen.add(String(status))
      }
      assert.deepEqual(order, [200, 429, 403])
      assert.match(
        await (await fetch(`${hasty.platforms[2]!.url}/`, { headers: { 'user-agent': 'hasty' } })).text(),
        /访问受限/,
      )
      assert.equal(await ask('/', 'patient'), 200)
      assert.equal(await ask('/robots.txt'), 200)
      now += 601_000
      assert.equal(await ask(), 200)
      assert.equal(await ask('/internal/stock', 'snoop'), 403)
      const captcha = await (await fetch(`${hasty.platforms[2]!.url}/`, { headers: { 'user-agent': 'snoop' } })).text()
      const sum = Number(/(\d+) \+ 7/.exec(captcha)![1]) + 7
      assert.equal(await ask(`/verify?sum=${sum + 1}`, 'snoop'), 403)
      assert.equal(await ask(`/verify?sum=${sum}`, 'snoop'), 200)
      assert.equal(await ask('/', 'snoop'), 200)
    } finally {
      now = NOW
      await hasty.close()
    }
  })
})
