import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { recentResults } from './recent-results.ts'

const results = (most = 10) => recentResults<string>(most, (text) => text.length)

describe('results that are kept', () => {
  test('are worked out once, also for those who ask while it is being done', async () => {
    const recent = results()
    let worked = 0
    const work = async () => {
      worked++
      await Promise.resolve()
      return 'abc'
    }
    const both = await Promise.all([recent.get('a', work), recent.get('a', work)])
    assert.deepEqual([...both, await recent.get('a', work)], ['abc', 'abc', 'abc'])
    assert.equal(worked, 1)
  })
  test('are worked out again for another key', async () => {
    const recent = results()
    await recent.get('a', async () => 'one')
    assert.equal(await recent.get('b', async () => 'two'), 'two')
  })
  test('are not kept when the work fails: the next who asks gets a new try', async () => {
    const recent = results()
    await assert.rejects(
      recent.get('a', async () => {
        throw new Error('no')
      }),
    )
    assert.equal(await recent.get('a', async () => 'yes'), 'yes')
  })
  test('give way when there is no more room, the longest unused first', async () => {
    const recent = results(10)
    for (const key of ['a', 'b']) await recent.get(key, async () => 'xxxx')
    await recent.get('a', async () => 'never worked out')
    await recent.get('c', async () => 'xxxx')
    assert.equal(await recent.get('a', async () => 'new'), 'xxxx')
    assert.equal(await recent.get('b', async () => 'new'), 'new')
  })
  test('larger than all the room are handed out and not kept', async () => {
    const recent = results(10)
    assert.equal(await recent.get('a', async () => 'x'.repeat(11)), 'x'.repeat(11))
    assert.equal(await recent.get('a', async () => 'new'), 'new')
  })
})
