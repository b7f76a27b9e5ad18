import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CAPTURE_STEPS } from '../capture/capture-event.ts'
import { entryStepWords, stepWords } from './step-words.ts'

describe('the steps of a record', () => {
  test('every step of a capture has Chinese words', () => {
    for (const name of CAPTURE_STEPS) {
      assert.match(stepWords('step', null, `${name} done`) ?? '', /^[\u4e00-\u9fff PDF]+完成$/)
    }
  })

  test('facts stay as the log has them, and what failed says so', () => {
    assert.equal(stepWords('step', 2, 'open done: status 200'), '打开网页（第 2 页）完成：status 200')
    assert.equal(stepWords('step', null, 'archive failed: disk\nfull'), '生成网页归档未能完成：disk\nfull')
    assert.equal(stepWords('navigate', 1, 'https://a.example/'), '前往（第 1 页）：https://a.example/')
    assert.equal(entryStepWords('opened https://a.example/'), '打开网址 https://a.example/')
  })

  test('a line that only says that a step began is left out', () => {
    assert.equal(stepWords('step', 1, 'open started'), null)
  })

  test('what nobody foresaw is printed as it is', () => {
    assert.equal(stepWords('step', null, 'something else'), 'something else')
    assert.equal(stepWords('new-kind', null, 'text'), 'new-kind：text')
    assert.equal(stepWords('step', null, 'new-step done'), 'new-step完成')
    assert.equal(entryStepWords('walked in'), 'walked in')
  })
})
