import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ByteCache } from './byte-cache.ts'

test('what was used last is kept, what was not gives way, and the bytes stay within bounds', () => {
  const cache = new ByteCache<string, number>(100)
  cache.set('a', 1, 40)
  cache.set('b', 2, 40)
  assert.equal(cache.get('a'), 1)
  cache.set('c', 3, 40)
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => cache.get(key)),
    [1, undefined, 3],
  )
  assert.equal(cache.bytes, 80)
})

test('a value in the place of another counts once', () => {
  const cache = new ByteCache<string, number>(100)
  for (let i = 0; i < 10; i++) cache.set('a', i, 30)
  assert.equal(cache.get('a'), 9)
  assert.equal(cache.bytes, 30)
})

test('what is larger than the whole cache is not kept', () => {
  const cache = new ByteCache<string, number>(100)
  cache.set('small', 1, 10)
  cache.set('large', 2, 101)
  assert.equal(cache.get('large'), undefined)
  assert.equal(cache.bytes, 0)
})
