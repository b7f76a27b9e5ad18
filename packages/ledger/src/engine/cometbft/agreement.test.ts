import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { believedHeight, compare } from './agreement.ts'
import { PositionRing } from './position-ring.ts'

const at = (height: number, hash: number) => ({ height, appHash: new Uint8Array(32).fill(hash) })
const says = (member: string, ...positions: ReturnType<typeof at>[]) => ({ member, positions })

describe('what the members hold', () => {
  test('is agreed on where their heights meet, and nothing is said of the others', () => {
    assert.equal(compare([at(1, 1), at(2, 2)], [says('b', at(2, 2), at(3, 3)), says('c')], 4).kind, 'agreed')
    assert.equal(compare([at(1, 1)], [says('b', at(7, 9))], 4).kind, 'agreed')
  })

  test('is not doubted for one that may be dishonest, who is named', () => {
    const own = [at(1, 1), at(2, 2)]
    const found = compare(own, [says('b', at(2, 9)), says('c', at(2, 2)), says('d', at(2, 2))], 4)
    assert.deepEqual(found, { kind: 'contradicted', height: 2, by: ['b'] })
  })

  test('is against this member when so many contradict that one of them is honest', () => {
    const own = [at(1, 1), at(2, 2)]
    const found = compare(own, [says('b', at(2, 9)), says('c', at(2, 9)), says('d', at(1, 1))], 4)
    assert.deepEqual([found.kind, 'height' in found && found.height], ['outvoted', 2])
    assert.equal(compare(own, [says('b', at(2, 9)), says('c', at(2, 8))], 7).kind, 'contradicted')
    assert.equal(compare(own, [says('b', at(2, 9)), says('c', at(2, 8)), says('d', at(2, 8))], 7).kind, 'outvoted')
  })

  test('is found against this member behind a liar at a lower height', () => {
    const found = compare([at(1, 1), at(2, 2)], [says('b', at(1, 9), at(2, 9)), says('c', at(2, 9))], 4)
    assert.deepEqual([found.kind, 'height' in found && found.height], ['outvoted', 2])
  })
})

describe('the height that the members have reached', () => {
  test('is one that an honest member tells of: a liar makes nobody believe that he is behind', () => {
    assert.equal(believedHeight([1_000_000, 7, 9, 8], 5), 9)
    assert.equal(believedHeight([0, 7, 9, 8], 5), 8)
    assert.equal(believedHeight([1_000_000, 1_000_000, 7, 9, 8, 8], 7), 9)
  })

  test('is unknown when fewer tell of it than could lie', () => {
    assert.equal(believedHeight([1_000_000], 5), 0)
    assert.equal(believedHeight([], 1), 0)
    assert.equal(believedHeight([7], 1), 7)
  })
})

describe('the last positions', () => {
  test('are given from a height on, the newest thousand, not all at once', () => {
    const ring = new PositionRing()
    assert.deepEqual(ring.from(0), [])
    for (let height = 1; height <= 5000; height++) ring.add(at(height, height % 251))
    assert.equal(ring.newest?.height, 5000)
    assert.deepEqual(
      ring.from(4995).map(({ height }) => height),
      [4995, 4996, 4997, 4998, 4999, 5000],
    )
    assert.equal(ring.from(1)[0]?.height, 5000 - 1023)
    assert.equal(ring.from(1).length, 64)
    assert.deepEqual(ring.from(5001), [])
  })

  test('do not change when CometBFT gives a block again', () => {
    const ring = new PositionRing()
    for (const height of [1, 2, 2, 1]) ring.add(at(height, height))
    assert.deepEqual(
      ring.from(0).map(({ height }) => height),
      [1, 2],
    )
  })
})
