import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cutsWords } from './word-bounds.ts'

function cuts(text: string, word: string): boolean {
  const start = text.indexOf(word)
  return cutsWords(text, start, start + word.length)
}

describe('characters where two words meet', () => {
  for (const [text, word] of [
    ['提供精美礼盒', '供精'],
    ['牛油锅底火锅', '底火'],
    ['专卖精品女装', '卖精'],
    ['唐代考古报告', '代考'],
    ['二手狗笼', '手狗'],
  ] as const) {
    test(`are no word: ${word} in ${text}`, () => assert.ok(cuts(text, word)))
  }
  for (const [text, word] of [
    ['天然降压茶', '降压'],
    ['弹簧跳刀', '跳刀'],
    ['代开发票可验真', '代开发票'],
    ['高仿包包', '高仿'],
    ['气枪', '气枪'],
  ] as const) {
    test(`are one: ${word} in ${text}`, () => assert.ok(!cuts(text, word)))
  }
})
