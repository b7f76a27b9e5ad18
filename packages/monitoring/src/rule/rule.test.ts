import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { isRefusal } from '@mingzheng/kernel'
import fc from 'fast-check'
import { parsePage } from '../extraction/page.ts'
import { listingModels } from '../recognition/models.ts'
import { readBody } from '../snapshot/packs.ts'
import { recompute } from '../statement/recompute.ts'
import { startTestMarket, type TestMarket } from '../testing/test-market.ts'
import { ORGANISATION, openTestStage, type TestStage } from '../testing/test-stage.ts'
import { factsBy, isRulePage, readingOf } from './apply-rule.ts'
import { openPage, storedPages, tryRule, waysTo } from './pages.ts'
import { proposeSelectors } from './propose.ts'
import { type RuleContent, ruleContentSchema } from './rule.ts'
import { isAlarm, ruleHealth, ruleOf, saveRule } from './rules.ts'
import { parseSelector, select } from './selector.ts'
import { shippedRules } from './shipped.ts'
import { shownPage } from './shown-page.ts'

const texts = (html: string, selector: string) => {
  const page = parsePage(html)
  return select(page, parseSelector(selector)).map((i) =>
    page.text.slice(page.elements[i]!.start, page.elements[i]!.end).trim(),
  )
}

describe('selectors', () => {
  const html =
    '<main id="m"><div class="a b"><p class="x">一</p><p>二</p></div><section><div><p data-k="v-1">三</p></div></section></main>'

  test('find by name, class, id, attribute, place and what is around', () => {
    assert.deepEqual(texts(html, 'p'), ['一', '二', '三'])
    assert.deepEqual(texts(html, '.a.b > p:nth-of-type(2)'), ['二'])
    assert.deepEqual(texts(html, '#m p.x'), ['一'])
    assert.deepEqual(texts(html, 'p[data-k^="v-"]'), ['三'])
    assert.deepEqual(texts(html, 'main > p'), [])
    assert.deepEqual(texts(html, 'main > section p'), ['三'])
  })

  test('that are none are refused by name', () => {
    for (const text of ['', '>', 'p >', 'p::before', 'p:has(a)', '[', 'a,b', '.', 'p'.repeat(501)]) {
      assert.throws(() => parseSelector(text), { code: 'selector-malformed' }, text)
    }
  })

  test('never fail otherwise, whatever is written', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        try {
          select(parsePage(html), parseSelector(text))
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'selector-malformed')
        }
      }),
    )
  })

  test('are proposed for what one points at: names before places, and each finds it', () => {
    const shop =
      '<body><div class="css-1x2y3z"><h1>茶</h1><div class="price-box"><span class="now" itemprop="price">¥39</span><span>¥59</span></div></div></body>'
    const page = parsePage(shop)
    page.elements.forEach((_, index) => {
      for (const text of proposeSelectors(page, index)) assert.equal(select(page, parseSelector(text))[0], index, text)
    })
    const at = page.elements.findIndex(({ attributes }) => attributes.class === 'now')
    assert.equal(proposeSelectors(page, at)[0], 'span[itemprop="price"]')
    assert.ok(proposeSelectors(page, at).every((text) => !text.includes('css-1x2y3z')))
  })
})

describe('a page to be pointed at', () => {
  test('holds nothing that acts, loads or leads away, and its elements keep their places', () => {
    const html = `<html><head><script>alert(1)</script><style>p{background:url(http://x/);color:red}@import "y";</style></head><body onload="a()">
<a href="javascript:x()">去</a><form action="/x"><input name="q"></form><img src="http://x/a.png" onerror="x()"><p id="p" style="background:u\\rl(http://z)">价</p>
<svg><script>2</script></svg><iframe src="x"></iframe></body></html>`
    const shown = shownPage(html)
    assert.doesNotMatch(shown, /script|href|src=|onload|onerror|http:|javascript|action|iframe|@import/)
    const page = parsePage(html)
    const at = Number(/data-at="(\d+)" id="p"/.exec(shown)?.[1] ?? /<p data-at="(\d+)"/.exec(shown)![1])
    assert.equal(page.elements[at]!.attributes.id, 'p')
  })
})

describe('rules that come with the product', () => {
  for (const file of shippedRules()) {
    for (const { page, url, expect } of file.tests) {
      test(`${file.platforms[0]}: ${page}`, () => {
        const html = readFileSync(new URL(`platforms/${page}`, import.meta.url), 'utf8')
        const read = readingOf(parsePage(html), { version: 0, content: file }, url)
        assert.deepEqual(
          Object.fromEntries(Object.keys(expect).map((field) => [field, read?.[field as 'title']])),
          expect,
        )
      })
    }
  }
})

const content: RuleContent = ruleContentSchema.parse({
  pages: ['/item/*'],
  fields: { title: [{ select: 'h1' }], price: [{ select: '.pay', after: '到手' }], shop: [{ select: '.seller' }] },
})
const item = (i: number, price: string, more = '') =>
  `<html><title>店</title><body><div class="t"><h1>仿真枪 金属 第${i}款</h1></div><div class="was">¥999</div><div class="pay">到手 ${price}</div><p class="seller">猎鹰户外</p>${more}</body></html>`

describe('a site that shows crawlers another price', () => {
  test('is seen by a task that fetches under another name, and stands as such until it shows the same', async (t) => {
    const stage = await openTestStage()
    const market = await startTestMarket()
    t.after(async () => {
      await market.close()
      await stage.close()
    })
    let honest = false
    market.pages.set('/item/1', (request, response) => {
      const isCrawler = !honest && /Mingzheng/i.test(request.headers['user-agent'] ?? '')
      const html = item(1, isCrawler ? '¥99' : '¥199').replace('到手 ', '')
      response.writeHead(200, { 'content-type': 'text/html' }).end(`${html}<!--${Math.random()}-->`)
    })
    const disguise = { userAgent: 'Mozilla/5.0 (Windows NT 10.0) Chrome/140', reason: '比对平台向爬虫与用户展示的价格' }
    const entries = [{ kind: 'page' as const, url: `${market.url}/item/1` }]
    const task = await stage.issue(entries, { everyMinutes: 60, depth: 0 })
    const { system } = stage.database
    await system
      .updateTable('watch_task')
      .set({ spec: JSON.stringify({ ...task.spec, disguise }) })
      .where('id', '=', task.id)
      .execute()
    await stage.settle()
    const host = () => system.selectFrom('watch_host').select(['state', 'reason']).executeTakeFirstOrThrow()
    assert.deepEqual(await host(), { state: 'decoy', reason: 'crawlers are shown the price 99 and readers 199' })
    honest = true
    await system.updateTable('watch_address').set({ examined: null }).execute()
    stage.advance(61 * 60_000)
    await stage.settle()
    assert.equal((await host()).state, 'ok')
  })
})

describe('a rule of one’s own', () => {
  let stage: TestStage
  let market: TestMarket
  let platformId = ''
  before(async () => {
    stage = await openTestStage()
    market = await startTestMarket()
    for (let i = 1; i <= 30; i++) market.pages.set(`/item/${i}`, item(i, `¥${100 + i}`))
    const rows = Array.from({ length: 30 }, (_, i) => `<url><loc>${market.url}/item/${i + 1}</loc></url>`).join('')
    market.pages.set('/sitemap.xml', `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${rows}</urlset>`)
    const task = await stage.issue([{ kind: 'sitemap', url: `${market.url}/sitemap.xml` }], {
      everyMinutes: 60,
      depth: 0,
    })
    platformId = task.spec.objectives.platforms[0]!
    await stage.settle()
  })
  after(async () => {
    await market?.close()
    await stage?.close()
  })
  const save = (given: RuleContent, basedOn: number) =>
    stage.database.system.transaction().execute((tx) =>
      saveRule(tx, stage.clock, {
        organisationId: ORGANISATION,
        platformId,
        content: given,
        note: '',
        by: '研判员',
        basedOn,
      }),
    )

  test('is made by pointing at a stored page, with what it gives on the others', async () => {
    const { system } = stage.database
    const pages = await storedPages(system, platformId, { now: stage.clock.now(), limit: 12 })
    assert.equal(pages.length, 12)
    const opened = await Promise.all(
      pages.map(async (one) => openPage(one, (await readBody(system, stage.blobs, one.sha256))!)),
    )
    const [pointed, ...others] = opened
    const at = pointed!.page.elements.findIndex(({ attributes }) => attributes.class === 'pay')
    const [best] = waysTo('price', pointed!, at, others)
    assert.deepEqual([best!.way.select, best!.found, best!.of], ['.pay', 11, 11])
    const { ruled, plain } = tryRule(pointed!, content)
    assert.match(String(ruled.price), /^1\d\d$/)
    assert.notEqual(plain?.shop ?? null, '猎鹰户外')
  })

  test('reads the pages from then on, also those that have not changed; its statement names it and is computed again', async () => {
    assert.ok(!isRefusal(await save(content, 0)))
    stage.advance(61 * 60_000)
    await stage.settle()
    const { system } = stage.database
    const listing = await system
      .selectFrom('listing')
      .select(['price', 'facts'])
      .where('url', 'like', '%/item/7')
      .executeTakeFirstOrThrow()
    assert.deepEqual([listing.price, listing.facts.shop], ['107', '猎鹰户外'])
    const rows = await system.selectFrom('watch_fixing').select('statement').where('kind', '=', 'finding').execute()
    const ruled = rows.map(({ statement }) => statement).find((text) => text.includes('"rule":'))!
    const { inputs } = JSON.parse(ruled) as { inputs: { snapshot: { sha256: string } } }
    const body = await readBody(system, stage.blobs, Buffer.from(inputs.snapshot.sha256, 'hex'))
    const again = recompute(ruled, body, listingModels)
    assert.equal(again.same, true, JSON.stringify(again.checks))
  })

  test('is refused where a selector is none, and where somebody else was faster', async () => {
    const wrong = await save({ ...content, fields: { title: [{ select: 'h1::x' }] } }, 1)
    assert.deepEqual(isRefusal(wrong) && [wrong.code, wrong.field], ['selector-malformed', 'fields.title.0.select'])
    const late = await save(content, 0)
    assert.equal(isRefusal(late) && late.code, 'conflict')
  })

  test('raises an alarm when the layout has changed and it stops matching', async () => {
    const { system } = stage.database
    const before = (await ruleHealth(system, stage.clock.now())).get(platformId)!
    assert.deepEqual(
      before.map(({ field, pages, missing, alarm }) => [field, pages, missing, alarm]),
      [
        ['price', 30, 0, false],
        ['shop', 30, 0, false],
        ['title', 30, 0, false],
      ],
    )
    for (let i = 1; i <= 30; i++) market.pages.set(`/item/${i}`, item(i, `¥${90 + i}`).replaceAll('"pay"', '"p7"'))
    stage.advance(4 * 3_600_000)
    await stage.settle()
    const now = (await ruleHealth(system, stage.clock.now())).get(platformId)!
    assert.deepEqual(
      now.map(({ field, missing, alarm }) => [field, missing, alarm]),
      [
        ['price', 30, true],
        ['shop', 0, false],
        ['title', 0, false],
      ],
    )
    assert.equal((await ruleOf(system, platformId))!.version, 1)
  })

  test('is for the pages that it names', () => {
    assert.ok(isRulePage(content, 'https://x.example/item/5?a=1'))
    assert.ok(!isRulePage(content, 'https://x.example/shop/5'))
    assert.equal(readingOf(parsePage('<h1>关于</h1>'), { version: 1, content }, 'https://x.example/about'), null)
    assert.equal(factsBy(parsePage('<h1>关于</h1>'), 'https://x.example/about', null), null)
  })

  test('alarms by share against history, not by a few pages', () => {
    const sums = { pages: 40, missing: 20, pagesBefore: 900, missingBefore: 9 }
    assert.equal(isAlarm(sums), true)
    assert.equal(isAlarm({ ...sums, pages: 4, missing: 4 }), false)
    assert.equal(isAlarm({ ...sums, missingBefore: 450 }), false)
    assert.equal(isAlarm({ pages: 20, missing: 20, pagesBefore: 0, missingBefore: 0 }), true)
  })
})
