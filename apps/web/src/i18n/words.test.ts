import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { allWords } from '../app/all-words.ts'
import { verificationWords } from '../verification/words.ts'

const tables = [...allWords, verificationWords]
const names = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()
const pairs = tables.flatMap((table) => {
  const { namespace, zh, en } = table as { namespace: string; zh: Record<string, string>; en: Record<string, string> }
  return Object.keys({ ...zh, ...en }).map((key) => ({ key: `${namespace}.${key}`, zh: zh[key], en: en[key] }))
})

describe('words on screen', () => {
  test('every word exists in Chinese and in English', () => {
    assert.ok(pairs.length > 500)
    assert.deepEqual(
      pairs.filter((pair) => !pair.zh || !pair.en).map((pair) => pair.key),
      [],
    )
  })
  test('both languages take the same values', () => {
    const differing = pairs.filter((pair) => names(pair.zh ?? '').join() !== names(pair.en ?? '').join())
    assert.deepEqual(
      differing.map((pair) => pair.key),
      [],
    )
  })
  test('no English stands without its translation, names of products and keys aside', () => {
    const same = pairs.filter((pair) => pair.zh === pair.en).map((pair) => pair.key)
    assert.deepEqual(same, ['verification.numberHint'])
  })
  test('English uses plain quotes: in Chinese fonts the curly ones are as wide as a character', () => {
    assert.deepEqual(
      pairs.filter((pair) => /[‘’“”]/.test(pair.en ?? '')).map((pair) => pair.key),
      [],
    )
  })
  test('no two tables share a name', () => {
    assert.equal(new Set(tables.map((table) => table.namespace)).size, tables.length)
  })
})
