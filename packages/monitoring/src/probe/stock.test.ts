import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { utf8 } from '@mingzheng/kernel'
import { parsePage } from '../extraction/page.ts'
import { readFacts } from '../fact/read-facts.ts'
import { clopperPearson } from '../statistics/clopper-pearson.ts'
import { listingPage } from '../testing/test-market.ts'
import { carriedPage, plainPage } from './compose-page.ts'
import { drawsOf } from './draws.ts'
import { contentOf, plantCases } from './stock.ts'

const draws = drawsOf(new Uint8Array(32), 'test')
const url = 'http://shop.example/item/4711'

describe('what is planted', () => {
  test('can be read from its page by the pipeline, every case of it', () => {
    for (const one of plantCases()) {
      const content = contentOf(one, draws)
      assert.notEqual(plainPage(content, url), null, content.title)
    }
  })

  test('has violations and honest look-alikes for each behaviour that it tries', () => {
    const kinds = Map.groupBy(plantCases(), ({ behaviour }) => behaviour)
    assert.ok(kinds.size >= 6)
    for (const [behaviour, cases] of kinds) {
      assert.deepEqual(new Set(cases.map(({ expects }) => expects)).size, 2, behaviour)
    }
  })

  test('takes the place of what a real page says, and leaves nothing of it', () => {
    const html = listingPage({
      title: '陶瓷 "大" 杯 & 碟',
      description: '烤漆杯身，可以进洗碗机。',
      shop: '青石铺老店',
    })
    const facts = readFacts(parsePage(html), url)!
    const content = contentOf(
      plantCases().find(
        ({ content: { brand, attributes } }) => brand === null && Object.keys(attributes).length === 0,
      )!,
      draws,
    )
    const page = carriedPage({ facts, body: utf8(html), charset: null }, content, url)
    assert.notEqual(page, null)
    const said = readFacts(parsePage(Buffer.from(page!).toString()), url)!
    assert.equal(said.title, content.title)
    assert.equal(said.shop, content.shop)
    assert.ok(said.description.includes(content.description) && !said.description.includes('洗碗机'))
  })

  test('is the same again from the same secret, and another from another', () => {
    const series = (secret: number, label: string) => {
      const drawn = drawsOf(new Uint8Array(32).fill(secret), label)
      return Array.from({ length: 20 }, () => drawn.below(1000))
    }
    assert.deepEqual(series(1, 'a'), series(1, 'a'))
    assert.notDeepEqual(series(1, 'a'), series(2, 'a'))
    assert.notDeepEqual(series(1, 'a'), series(1, 'b'))
  })
})

describe("Clopper and Pearson's interval", () => {
  test('has the published bounds', () => {
    // Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    const published: [number, number, number, number][] = [
      [81, 263, 0.2527, 0.3676],
      [15, 148, 0.0578, 0.1617],
      [0, 20, 0, 0.1684],
      [1, 29, 0.0009, 0.1776],
    ]
    for (const [hits, of, low, high] of published) {
      const found = clopperPearson(hits, of)
      assert.deepEqual(
        found.map((value) => value.toFixed(4)),
        [low.toFixed(4), high.toFixed(4)],
        `${hits} of ${of}`,
      )
    }
    assert.deepEqual(clopperPearson(0, 0), [0, 1])
    assert.equal(clopperPearson(20, 20)[1], 1)
  })
})
