import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Matcher } from './matcher.ts'
import { type HowRead, Reader } from './read.ts'

const WORDS = ['最佳', '国家级', '微信', '第一品牌', '枪', '根治', 'no1', '国家']
const reader = new Reader(WORDS)

/** The hits of a word in a text, as what stands there in the original. */
function read(text: string, word: string): { text: string; how: HowRead }[] {
  return reader
    .read(text)
    .filter((hit) => WORDS[hit.word] === word)
    .map(({ start, end, how }) => ({ text: text.slice(start, end), how }))
}

describe('words in texts', () => {
  test('are found as they stand, overlapping ones too', () => {
    assert.deepEqual(
      reader.read('国家级').map(({ word, start, end, how }) => [WORDS[word], start, end, how]),
      [
        ['国家', 0, 2, 'plain'],
        ['国家级', 0, 3, 'plain'],
      ],
    )
  })

  for (const [disguise, text, word, written] of [
    ['in full width', '品牌ＮＯ１！', 'no1', 'ＮＯ１'],
    ['in traditional characters', '這是國家級產品', '国家级', '國家級'],
    ['with characters that nobody sees', '最​佳', '最佳', '最​佳'],
    ['with spaces and stars between', '全网最 * 佳', '最佳', '最 * 佳'],
    ['with emoji between', '加微💖信', '微信', '微💖信'],
    ['with a picture in a character’s stead', '出售🔫支', '枪', '🔫'],
    ['with circled digits', 'NO①', 'no1', 'NO①'],
    ['with a digit for a numeral', '第1品牌', '第一品牌', '第1品牌'],
    ['in letters of mathematics', '𝐍𝐎𝟏', 'no1', '𝐍𝐎𝟏'],
  ] as const) {
    test(`are found ${disguise}, with the span of the original`, () => {
      assert.deepEqual(read(text, word), [{ text: written, how: 'disguised' }])
    })
  }

  test('are found with characters written as two', () => {
    assert.deepEqual(read('出售木仓械', '枪'), [{ text: '木仓', how: 'split' }])
    assert.deepEqual(read('出售木 仓械', '枪'), [{ text: '木 仓', how: 'split' }])
  })

  test('are found by their sound, and it is said how rare the writing is', () => {
    assert.deepEqual(read('全网蕞佳', '最佳'), [{ text: '蕞佳', how: 'sound-rare' }])
    assert.deepEqual(read('加薇信', '微信'), [{ text: '薇信', how: 'sound-rare' }])
    assert.deepEqual(read('国加级', '国家级'), [{ text: '国加级', how: 'sound' }])
  })

  test('are not found where only the sound of all characters is the same', () => {
    assert.deepEqual(read('跟制', '根治'), [])
  })

  test('are not made of what a sentence parts', () => {
    assert.deepEqual(read('效果最。佳人', '最佳'), [])
    assert.deepEqual(read('效果最，佳人', '最佳'), [])
    assert.deepEqual(read('最 - * - / 佳', '最佳'), [])
  })

  test('are refused when empty or only of what nobody sees', () => {
    assert.throws(() => new Reader(['好', '']), { code: 'pattern-malformed', field: '1' })
    assert.throws(() => new Reader(['​']), { code: 'pattern-malformed', field: '0' })
    assert.throws(() => new Matcher(['长'.repeat(65)]), { code: 'pattern-malformed', field: '0' })
  })

  test('of any list are found wherever plain search finds them, and nowhere else', () => {
    const letters = fc.constantFrom('a', 'b', '甲', '乙')
    const word = fc.array(letters, { minLength: 1, maxLength: 4 }).map((all) => all.join(''))
    const text = fc.array(letters, { maxLength: 60 }).map((all) => all.join(''))
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), text, (words, inText) => {
        const found: string[] = []
        const units = Uint16Array.from(inText, (character) => character.charCodeAt(0))
        new Matcher(words).scan(units, units.length, (number, start, end) => found.push(`${number} ${start} ${end}`))
        const expected: string[] = []
        words.forEach((one, number) => {
          for (let at = inText.indexOf(one); at >= 0; at = inText.indexOf(one, at + 1)) {
            expected.push(`${number} ${at} ${at + one.length}`)
          }
        })
        assert.deepEqual(found.sort(), expected.sort())
      }),
      { seed: 5 },
    )
  })

  test('have spans that lie within any text, broken surrogates and all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        for (const { start, end } of reader.read(`${text}最${text.slice(0, 1)}佳`)) {
          assert.ok(start >= 0 && start < end && end <= 2 * text.length + 3)
        }
      }),
      { seed: 6, numRuns: 50 },
    )
  })
})
