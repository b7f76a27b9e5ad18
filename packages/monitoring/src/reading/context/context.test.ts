import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CircumstanceKind, circumstances } from './context.ts'

function kinds(text: string, word: string): CircumstanceKind[] {
  const start = text.indexOf(word)
  return circumstances(text, start, start + word.length).map(({ kind }) => kind)
}

describe('what stands around a word', () => {
  for (const [text, word, kind] of [
    ['本店不售电子烟', '电子烟', 'negation'],
    ['产品不具有治疗作用', '治疗', 'negation'],
    ['并非最好', '最好', 'negation'],
    ['电子烟不售，请勿询问', '电子烟', 'negation'],
    ['《广告法》规定不得使用“最佳”', '最佳', 'law'],
    ['警惕“根治”骗局', '根治', 'warning'],
    ['绘本《我是最棒的》', '最棒', 'title'],
    ['滤芯适用于戴森V8', '戴森', 'compatible'],
    ['iPhone手机壳', 'iPhone', 'compatible'],
    ['我们追求最好', '最好', 'ideal'],
    ['别家写着“最好”，我们不写', '最好', 'quotation'],
    ['“最好”之类的词本店不用', '最好', 'quotation'],
    ['从不自称是全网最好', '最好', 'negation'],
  ] as const) {
    test(`is seen in “${text}”`, () => assert.ok(kinds(text, word).includes(kind)))
  }

  for (const [text, word, kind] of [
    ['不仅最好，而且便宜', '最好', 'negation'],
    ['非常最佳的选择', '最佳', 'negation'],
    ['假的不卖，治疗失眠', '治疗', 'negation'],
    ['不含糖。根治脚气', '根治', 'negation'],
    ['广告说得好。最佳选择', '最佳', 'law'],
    ['谨防上当！本品根治脚气，终身不复发，药到病除', '药到病除', 'warning'],
    ['《茶经》推荐的最佳茶叶', '最佳', 'title'],
    ['戴森吹风机正品', '戴森', 'compatible'],
    ['全网最好', '最好', 'ideal'],
    ['品质“最好”放心买', '最好', 'quotation'],
    ['没有添加，品质最好', '最好', 'negation'],
  ] as const) {
    test(`is not seen in “${text}”`, () => assert.ok(!kinds(text, word).includes(kind)))
  }
})
