import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { foldSame } from './fold-same.ts'

const same = (count: number) => Array.from({ length: count }, (_, i) => ({ kind: 'same' as const, line: `${i}` }))

describe('unchanged lines between two captures', () => {
  test('a text without changes is one folded run', () => {
    assert.deepEqual(foldSame(same(40)), [{ kind: 'folded', count: 40 }])
  })
  test('an empty text shows nothing', () => {
    assert.deepEqual(foldSame([]), [])
  })
  test('three lines stay on each side of a change', () => {
    const folded = foldSame([...same(10), { kind: 'added', line: 'new' }, ...same(10)])
    assert.deepEqual(
      folded.map((line) => line.kind),
      ['folded', 'same', 'same', 'same', 'added', 'same', 'same', 'same', 'folded'],
    )
  })
  test('no change is ever folded and no line is lost', () => {
    const line = fc.record({
      kind: fc.constantFrom('same', 'removed', 'added') as fc.Arbitrary<'same'>,
      line: fc.string(),
    })
    fc.assert(
      fc.property(fc.array(line, { maxLength: 80 }), (lines) => {
        const folded = foldSame(lines)
        const total = folded.reduce((sum, part) => sum + (part.kind === 'folded' ? part.count : 1), 0)
        const changes = (list: { kind: string }[]) =>
          list.filter((l) => l.kind === 'added' || l.kind === 'removed').length
        assert.equal(total, lines.length)
        assert.equal(changes(folded), changes(lines))
      }),
      { seed: 20261124 },
    )
  })
})
