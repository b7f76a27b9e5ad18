import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type ExtractedPage, extractPage } from './extract.ts'
import { parsePrice } from './price.ts'

function read(html: string | Uint8Array, url: string | null = null): ExtractedPage {
  return extractPage({ bytes: typeof html === 'string' ? Buffer.from(html) : html, url })
}

function expect(page: ExtractedPage, wanted: Partial<ExtractedPage>): void {
  const got = Object.fromEntries(Object.keys(wanted).map((key) => [key, page[key as keyof ExtractedPage]]))
  assert.deepEqual(got, wanted)
}

const OFFER =
  '"offers":{"@type":"Offer","price":"199.00","priceCurrency":"CNY","availability":"https://schema.org/InStock"}'

describe('a shop page is read', () => {
  test('from JSON-LD, in a graph, with its seller, pictures made whole, and where each field was found', () => {
    const page = read(
      `<title>龙井茶</title><script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"集市"},
      {"@type":["Product"],"name":"龙井茶","sku":"A1","brand":{"@type":"Brand","name":"狮峰"},"image":["/a.jpg"],
      "aggregateRating":{"@type":"AggregateRating","ratingValue":4.8},
      "offers":[{"@type":"Offer","price":199,"priceCurrency":"CNY","availability":"InStock","seller":{"name":"西湖茶庄"}}]}]}</script>`,
      'https://shop.example/item/1',
    )
    expect(page, {
      title: '龙井茶',
      price: '199',
      currency: 'CNY',
      sku: 'A1',
      brand: '狮峰',
      availability: 'InStock',
      images: ['https://shop.example/a.jpg'],
      shop: '西湖茶庄',
      rating: '4.8',
    })
    assert.equal(page.found.price, 'json-ld')
  })

  test('of several products on a page the one that the page is about', () => {
    const page =
      read(`<h1>丝绸围巾</h1><script type="application/ld+json">[{"@type":"Product","name":"推荐：羊毛袜","offers":{"price":9}},
      {"@type":"Product","name":"丝绸围巾","offers":{"price":"1299.00","priceCurrency":"CNY"}}]</script>`)
    expect(page, { title: '丝绸围巾', price: '1299.00' })
  })

  test('from JSON-LD that is not quite JSON', () => {
    expect(read(`<script type="application/ld+json"><!-- {"@type":"Product","name":"茶\n叶",${OFFER},} --></script>`), {
      title: '茶 叶',
      price: '199.00',
    })
  })

  test('with the list price of its price specification as the price before', () => {
    const page =
      read(`<script type="application/ld+json">{"@type":"Product","name":"锅","offers":{"@type":"Offer","price":80,
      "priceSpecification":[{"priceType":"https://schema.org/ListPrice","price":120}]}}</script>`)
    expect(page, { price: '80', original_price: '120' })
  })

  test('from microdata', () => {
    const page = read(`<div itemscope itemtype="https://schema.org/Product"><b itemprop="name">Blend-O-Matic</b>
      <div itemprop="offers" itemscope itemtype="https://schema.org/Offer"><meta itemprop="priceCurrency" content="USD">
      <span itemprop="price">1,000.00</span><link itemprop="availability" href="https://schema.org/OutOfStock"></div></div>`)
    expect(page, { title: 'Blend-O-Matic', price: '1000.00', currency: 'USD', availability: 'OutOfStock' })
    assert.equal(page.found.price, 'microdata')
  })

  test('from RDFa', () => {
    const page = read(`<div vocab="https://schema.org/" typeof="Product"><span property="name">Kettle</span>
      <div property="offers" typeof="Offer"><span property="price" content="39.95">€39,95</span>
      <meta property="priceCurrency" content="EUR"></div></div>`)
    expect(page, { title: 'Kettle', price: '39.95', currency: 'EUR' })
    assert.equal(page.found.price, 'rdfa')
  })

  test('from Open Graph', () => {
    const page = read(`<meta property="og:title" content="茶具"><meta property="product:price:amount" content="88.5">
      <meta property="product:price:currency" content="CNY"><meta property="product:availability" content="out of stock">`)
    expect(page, { title: '茶具', price: '88.5', currency: 'CNY', availability: 'OutOfStock' })
  })

  test('from the data of its own program, assigned or parsed from a string', () => {
    const data =
      '{"item":{"title":"手机壳","price":19.9,"originalPrice":"39.90","skuId":123,"sales":1200,"stock":0,"shop":{"name":"壳王"}}}'
    const wanted = {
      price: '19.9',
      original_price: '39.90',
      sku: '123',
      sales: '1200',
      availability: 'OutOfStock',
      shop: '壳王',
    } as const
    expect(read(`<h1>手机壳</h1><script>var a=1;window.__INITIAL_STATE__ = ${data};b()</script>`), wanted)
    expect(read(`<h1>手机壳</h1><script id="__NEXT_DATA__" type="application/json">${data}</script>`), wanted)
    expect(read(`<h1>手机壳</h1><script>window.g_data = JSON.parse('${data}')</script>`), wanted)
  })

  test('from what a reader sees: the price by the heading, not that of a recommendation; the struck-out one before', () => {
    const page =
      read(`<title>丝绸围巾 - 江南</title><div class="recommend"><span class="price">¥9.9</span></div><h1>丝绸围巾</h1>
      <div class="price-box"><span class="now-price">￥1,299.00</span><s>¥1999</s></div><button>加入购物车</button>
      <p>已售 1.2万+ 件</p><p>店铺：江南丝坊</p><p>经营者名称：杭州江南丝绸有限公司</p><p>统一社会信用代码：91330106MA27XXXX1N</p>`)
    expect(page, {
      title: '丝绸围巾',
      price: '1299.00',
      original_price: '1999',
      currency: 'CNY',
      availability: 'InStock',
      sales: '12000',
      shop: '江南丝坊',
      operator: '杭州江南丝绸有限公司',
      licence: '91330106MA27XXXX1N',
    })
  })

  test('in GBK and Big5, declared or not', () => {
    // 中文 of a declared page; 龙井 and 價格 by their bytes alone.
    const gbk = Buffer.concat([
      Buffer.from('<meta charset="gbk"><h1>'),
      Buffer.from('c1fabeae', 'hex'),
      Buffer.from('</h1>'),
    ])
    expect(read(gbk), { title: '龙井' })
    const bare = Buffer.concat([Buffer.from('<h1>'), Buffer.from('c1fabeaeb2e8d2b6', 'hex'), Buffer.from('</h1>')])
    expect(read(bare), { title: '龙井茶叶' })
    const big5 = Buffer.concat([
      Buffer.from('<meta charset=big5><h1>'),
      Buffer.from('bbf9a6e6', 'hex'),
      Buffer.from('</h1>'),
    ])
    assert.equal(read(big5).title?.length, 2)
  })
})

describe('a page that says nothing, or too much', () => {
  test('gives null for every field and no place where it was found', () => {
    const page = read('<p>页面不存在</p>')
    expect(page, { price: null, original_price: null, currency: null, availability: null, images: [], operator: null })
    assert.deepEqual(Object.keys(page.found), [])
  })

  test('a price before that is not higher is none', () => {
    expect(read('<h1>锅</h1><span class="price">¥80</span><del>¥80</del>'), { price: '80', original_price: null })
  })

  test('nested half a million deep, or half a million attributes wide, is read in bounds', () => {
    expect(read(`<h1>很深</h1>${'<div>'.repeat(500_000)}<span class="price">¥5</span>`), { title: '很深' })
    expect(read(`<h1 ${'a=1 '.repeat(100_000)}>很宽</h1>`), { title: '很宽' })
    expect(read(`<h1>很深</h1><script type="application/ld+json">${'['.repeat(200_000)}</script>`), { price: null })
    expect(
      read(`<h1>很深</h1><script type="application/ld+json">${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}</script>`),
      {
        price: null,
      },
    )
  })

  test('of any bytes never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const html = Buffer.concat([
          Buffer.from('<h1>a</h1><script type="application/ld+json">{"@type":"Product"'),
          bytes,
        ])
        assert.equal(typeof extractPage({ bytes: html }).found, 'object')
      }),
      { seed: 7 },
    )
  })
})

describe('prices', () => {
  for (const [written, amount, currency] of [
    ['￥1,299.00', '1299.00', 'CNY'],
    ['１２９９元', '1299', 'CNY'],
    ['1.2万元', '12000', 'CNY'],
    ['1.299,00 €', '1299.00', 'EUR'],
    ['US$12.50', '12.50', 'USD'],
    ['HK$1,080', '1080', 'HKD'],
    ['1 299,00 kr', '1299.00', null],
    ["CHF 1'299.50", '1299.50', 'CHF'],
    ['¥99.9-199', '99.9', 'CNY'],
    ['₹1,29,999', '129999', 'INR'],
    ['0.999', '0.999', null],
    ['RMB 5', '5', 'CNY'],
  ] as const) {
    test(`${written} is ${amount}`, () => assert.deepEqual(parsePrice(written), { amount, currency }))
  }

  test('of nothing, of words, of too many digits are none', () => {
    for (const text of ['', '面议', '¥', '1234567890123456789']) assert.equal(parsePrice(text), null)
  })
})
