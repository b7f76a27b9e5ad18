import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parsePage } from '../extraction/page.ts'
import { lineOf, listingOf } from './line-of.ts'
import { readFacts } from './read-facts.ts'

const page = (content: string) =>
  parsePage(`<html><title>某店</title><body><nav><a href="/">国家级导航</a></nav><main>${content}</main>
<footer>全网最低的页脚</footer></body></html>`)

describe('the facts of a listing', () => {
  const facts = readFacts(
    page(`<p class="crumbs"><a href="/">首页</a> › <a href="/c">滋补</a> › 黄精茶</p><h1>黄精茶</h1><p>¥39.90</p>
<table><tr><th>食品生产许可证：</th><td>SC11433010000000</td></tr><tr><th>型号</th><td>HJ-30</td></tr></table>
<dl><dt>产地</dt><dd>浙江磐安</dd></dl><p>九蒸九晒。</p><section class="reviews"><p>买家说根治失眠</p></section>
<aside>根治糖尿病的邻居</aside>`),
    'https://shop.example/item/1',
  )!

  test('hold what the page says of its subject, and nothing of its surroundings', () => {
    assert.match(facts.description, /九蒸九晒/)
    assert.doesNotMatch(facts.description, /导航|页脚|邻居|根治失眠/)
    assert.deepEqual([facts.title, facts.price, facts.category], ['黄精茶', '39.90', '滋补'])
  })

  test('hold what is listed by name, and the line that models read has it', () => {
    assert.deepEqual({ ...facts.attributes }, { 食品生产许可证: 'SC11433010000000', 型号: 'HJ-30', 产地: '浙江磐安' })
    const listing = listingOf(lineOf('k', facts, '2026-11-24', [{ day: '2026-11-20', price: '49.00' }]))
    assert.equal(listing.attributes.型号, 'HJ-30')
    assert.deepEqual(listing.attributes.price_history, [{ date: '2026-11-20', price: '49.00' }])
  })

  test('are none of a page that sells nothing', () => {
    assert.equal(readFacts(page('<h1>关于我们</h1><p>成立于二〇〇八年。</p>'), 'https://shop.example/about'), null)
  })
})
