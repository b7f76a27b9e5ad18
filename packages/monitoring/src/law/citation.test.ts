import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { CITATIONS, cite, type Topic } from './citation.ts'
import type { Citation } from './citation-type.ts'

const TEXTS = ['广告法', '反不正当竞争法', '互联网广告管理办法']

describe('the law of the day', () => {
  test('is article 8 on misleading claims before 2025-10-15, article 9 since', () => {
    assert.match(cite('misleading', '2025-10-14'), /反不正当竞争法 第八条第一款$/)
    assert.match(cite('misleading', '2025-10-15'), /反不正当竞争法 第九条第一款$/)
  })
  test('of advertisements on the internet is the older rule before 2023-05-01', () => {
    assert.match(cite('tobacco', '2023-04-30'), /互联网广告管理暂行办法 第五条/)
    assert.doesNotMatch(cite('tobacco', '2023-05-01'), /暂行/)
  })
  test('against monopolies is numbered anew on 2022-08-01', () => {
    assert.equal(cite('vertical-agreement', '2022-07-31'), '反垄断法 第十四条')
    assert.equal(cite('vertical-agreement', '2022-08-01'), '反垄断法 第十八条')
    assert.equal(cite('choose-one', '2018-12-31'), '反垄断法 第十七条第一款第四项')
    assert.equal(cite('below-cost-forced', '2025-10-15'), '反不正当竞争法 第十四条；价格法 第十四条第二项')
    assert.equal(cite('price-discrimination', '2021-10-31'), '')
  })
  test('is none before a law began', () => {
    assert.equal(cite('absolute', '2015-08-31'), '')
    assert.equal(cite('absolute', '2015-09-01'), '广告法 第九条第三项')
  })
  test('names articles that stand in the texts which are there', () => {
    for (const topic of Object.keys(CITATIONS) as Topic[]) {
      for (const { law, article, until } of CITATIONS[topic] as readonly Citation[]) {
        if (!TEXTS.includes(law) || until !== undefined) continue
        const number = /^第[^条]+条/.exec(article)?.[0] ?? ''
        assert.ok(readFileSync(new URL(`texts/${law}.md`, import.meta.url), 'utf8').includes(`**${number}**`), number)
      }
    }
  })
})
