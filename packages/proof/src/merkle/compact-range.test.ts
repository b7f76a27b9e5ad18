import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, concat, type DigestName, digest, toHex, utf8 } from '@mingzheng/kernel'
import { CompactRange, treeRoot } from './compact-range.ts'
import { merkleHash } from './merkle-hash.ts'

/** The definition of RFC 6962 section 2.1, word for word. */
function mth(name: DigestName, data: Bytes[]): Bytes {
  if (data.length === 0) return digest(name, new Uint8Array())
  if (data.length === 1) return digest(name, concat(Uint8Array.of(0), data[0]!))
  let split = 1
  while (split * 2 < data.length) split *= 2
  return digest(name, concat(Uint8Array.of(1), mth(name, data.slice(0, split)), mth(name, data.slice(split))))
}

const data = Array.from({ length: 130 }, (_, i) => utf8(`entry ${i}`))

for (const name of ['sha256', 'sm3'] as const) {
  describe(`a growing tree over ${name}`, () => {
    test('has the root that the definition gives, at every size', () => {
      const range = new CompactRange(name)
      for (let size = 0; size <= data.length; size++) {
        assert.equal(toHex(range.root()), toHex(mth(name, data.slice(0, size))), `size ${size}`)
        if (size < data.length) range.append(range.hash.leaf(data[size]!))
      }
      assert.deepEqual(treeRoot(name, data), range.root())
    })

    test('goes on from its stored nodes', () => {
      const range = new CompactRange(name)
      for (const entry of data.slice(0, 77)) range.append(range.hash.leaf(entry))
      const restored = new CompactRange(name, range.size, range.nodes)
      const copy = range.clone()
      for (const entry of data.slice(77)) restored.append(restored.hash.leaf(entry))
      assert.deepEqual(restored.root(), mth(name, data))
      assert.deepEqual(copy.root(), mth(name, data.slice(0, 77)))
    })

    test('tells of every completed subtree once', () => {
      const range = new CompactRange(name)
      const seen = new Map<string, Bytes>()
      for (const entry of data.slice(0, 64)) {
        range.append(range.hash.leaf(entry), (level, index, hash) => {
          assert.ok(!seen.has(`${level}/${index}`))
          seen.set(`${level}/${index}`, hash)
        })
      }
      assert.equal(seen.size, 127)
      assert.deepEqual(seen.get('6/0'), mth(name, data.slice(0, 64)))
      assert.deepEqual(seen.get('3/5'), mth(name, data.slice(40, 48)))
    })
  })
}

describe('stored state that does not fit', () => {
  test('is refused', () => {
    const node = new Uint8Array(32)
    for (const [size, nodes] of [
      [1, []],
      [3, [node]],
      [2, [node, node]],
      [-1, []],
      [1.5, [node]],
      [1, [new Uint8Array(31)]],
    ] as [number, Bytes[]][]) {
      assert.throws(() => new CompactRange('sha256', size, nodes), { code: 'range-malformed' })
    }
  })
})

describe('leaf and node hashes', () => {
  test('never meet: a leaf that spells a node has another hash', () => {
    const { leaf, node } = merkleHash('sha256')
    const [left, right] = [leaf(utf8('a')), leaf(utf8('b'))]
    assert.notDeepEqual(leaf(concat(left, right)), node(left, right))
  })

  test('of long leaves are right too, and answers do not share memory', () => {
    const long = new Uint8Array(5000).fill(7)
    const { leaf } = merkleHash('sm3')
    assert.deepEqual(leaf(long), digest('sm3', concat(Uint8Array.of(0), long)))
    const first = leaf(utf8('a'))
    const kept = toHex(first)
    leaf(utf8('b'))
    assert.equal(toHex(first), kept)
  })
})
