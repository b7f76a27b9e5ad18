import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { growForest } from './forest.ts'

describe('a forest', () => {
  test('counts people and levels, the one at the top with them', () => {
    const { sizes, levels, roots } = growForest(Int32Array.from([-1, 0, 0, 1, 3]))
    assert.deepEqual([...sizes], [5, 3, 1, 2, 1])
    assert.deepEqual([...levels], [4, 3, 1, 2, 1])
    assert.deepEqual([...roots], [0, 0, 0, 0, 0])
  })
  test('opens a circle at its first member, with those who hang on it', () => {
    const { parents, sizes, levels, circles } = growForest(Int32Array.from([2, 0, 1, 1]))
    assert.equal(circles, 1)
    assert.deepEqual([...parents], [-1, 0, 1, 1])
    assert.deepEqual([sizes[0], levels[0]], [4, 3])
  })
  test('is deep without anything calling itself', () => {
    const chain = Int32Array.from({ length: 1_000_000 }, (_, i) => i - 1)
    assert.equal(growForest(chain).levels[0], 1_000_000)
  })
  test('of any parents has everybody once, children first, and sizes that add up', () => {
    const anyParents = fc
      .array(fc.nat(40), { minLength: 1, maxLength: 40 })
      .map((all) => Int32Array.from(all, (parent, i) => (parent >= all.length || parent === i ? -1 : parent)))
    fc.assert(
      fc.property(anyParents, (given) => {
        const { parents, order, sizes, roots } = growForest(given)
        assert.deepEqual(
          [...order].sort((a, b) => a - b),
          [...given.keys()],
        )
        const place = new Map([...order].map((one, i) => [one, i]))
        for (const [one, parent] of parents.entries()) if (parent >= 0) assert.ok(place.get(one)! < place.get(parent)!)
        let sum = 0
        for (const one of new Set(roots)) {
          assert.equal(parents[one], -1)
          sum += sizes[one]!
        }
        assert.equal(sum, given.length)
      }),
      { seed: 7 },
    )
  })
})
