import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { watchSpecSchema } from '@mingzheng/api'
import { fieldsOf, newFields, specOf, wordsOf } from './task-fields.ts'

describe('a task’s form', () => {
  test('splits words at spaces and commas of both languages, each once', () => {
    assert.deepEqual(wordsOf(' 根治，特效 根治、祖传;best, only\n'), ['根治', '特效', '祖传', 'best', 'only'])
    assert.deepEqual(wordsOf('，、 '), [])
  })
  test('says what it was filled with when it is opened again', () => {
    const filled = {
      ...newFields,
      name: '保健食品',
      platforms: ['01'],
      groups: [{ name: '医疗用语', words: '根治 特效' }],
      windows: [{ days: [1, 5], from: '22:00', to: '06:00' }],
      disguised: true,
      userAgent: 'Mozilla/5.0',
      reason: '以消费者身份观察',
    }
    const { keywordGroups, ...again } = fieldsOf(
      '保健食品',
      watchSpecSchema.parse({
        ...specOf(filled),
        objectives: { ...specOf(filled).objectives, platforms: ['01KAXW5Z6V9T6Y1T4Q0N7R8S2D'] },
      }),
    ) as ReturnType<typeof fieldsOf> & { keywordGroups: unknown }
    assert.deepEqual({ ...again, platforms: ['01'] }, filled)
    assert.deepEqual(keywordGroups, [{ name: '医疗用语', words: ['根治', '特效'] }])
  })
  test('sends no disguise that was switched off', () => {
    assert.equal(specOf({ ...newFields, userAgent: 'x', reason: 'left over' }).disguise, null)
  })
})
