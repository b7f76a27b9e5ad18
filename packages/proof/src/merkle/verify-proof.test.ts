import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, type DigestName, fromBase64, utf8 } from '@mingzheng/kernel'
import fc from 'fast-check'
import { vectorJson } from '../../../../tests/vectors.ts'
import { CompactRange } from './compact-range.ts'
import { merkleHash } from './merkle-hash.ts'
import { foldPlan, planConsistency, planInclusion } from './proof-plan.ts'
import { verifyConsistency, verifyInclusion } from './verify-proof.ts'

interface InclusionCase {
  case: string
  leafIdx: number
  treeSize: number
  root: string
  leafHash: string
  proof: string[] | null
  wantErr: boolean
}
interface ConsistencyCase {
  case: string
  size1: number
  size2: number
  root1: string
  root2: string
  proof: string[] | null
  wantErr: boolean
}

/** Cases that we refuse on purpose, and why. */
const STRICTER: Record<string, string> = {
  'additional/sizes-are-equal-one-and-proof-is-empty': 'its roots have 12 bytes, ours 32',
}

const hashes = (list: string[] | null) => (list ?? []).map(fromBase64)

describe('proofs of other implementations', () => {
  const inclusion = vectorJson<InclusionCase[]>('rfc6962/inclusion.json')
  test(`every inclusion proof of transparency-dev/merkle is judged as there (${inclusion.length})`, () => {
    assert.equal(inclusion.length, 98)
    for (const { case: name, leafIdx, treeSize, root, leafHash, proof, wantErr } of inclusion) {
      const claim = { index: leafIdx, size: treeSize, leafHash: fromBase64(leafHash), path: hashes(proof) }
      assert.equal(verifyInclusion({ name: 'sha256', root: fromBase64(root), ...claim }), !wantErr, name)
    }
  })

  const consistency = vectorJson<ConsistencyCase[]>('rfc6962/consistency.json')
  test(`every consistency proof of transparency-dev/merkle is judged as there (${consistency.length})`, () => {
    assert.equal(consistency.length, 98)
    for (const { case: name, size1, size2, root1, root2, proof, wantErr } of consistency) {
      const claim = { from: size1, to: size2, fromRoot: fromBase64(root1), toRoot: fromBase64(root2) }
      const verdict = verifyConsistency({ name: 'sha256', path: hashes(proof), ...claim })
      assert.equal(verdict, !wantErr && !(name in STRICTER), name)
    }
  })
})

interface Tree {
  leaves: Bytes[]
  roots: Bytes[]
  prove(index: number, size: number): Bytes[]
  extend(from: number, to: number): Bytes[]
}

function grow(name: DigestName, size: number): Tree {
  const range = new CompactRange(name)
  const kept = new Map<string, Bytes>()
  const leaves: Bytes[] = []
  const roots = [range.root()]
  for (let i = 0; i < size; i++) {
    leaves.push(range.hash.leaf(utf8(`leaf ${i}`)))
    range.append(leaves[i]!, (level, index, hash) => kept.set(`${level}/${index}`, hash))
    roots.push(range.root())
  }
  const hashAt = ({ level, index }: { level: number; index: number }) => kept.get(`${level}/${index}`)!
  return {
    leaves,
    roots,
    prove: (index, at) => foldPlan(name, planInclusion(index, at), hashAt),
    extend: (from, to) => foldPlan(name, planConsistency(from, to), hashAt),
  }
}

const SIZE = 70
for (const name of ['sha256', 'sm3'] as const) {
  describe(`a tree over ${name}`, () => {
    const tree = grow(name, SIZE)

    test('every leaf proves its place in every later tree, and no other place', () => {
      for (let size = 1; size <= SIZE; size++) {
        for (let index = 0; index < size; index++) {
          const claim = { name, index, size, leafHash: tree.leaves[index]!, path: tree.prove(index, size) }
          assert.ok(verifyInclusion({ ...claim, root: tree.roots[size]! }), `${index} of ${size}`)
          assert.ok(!verifyInclusion({ ...claim, index: index ^ 1, root: tree.roots[size]! }) || size === 1)
          assert.ok(!verifyInclusion({ ...claim, root: tree.roots[size - 1]! }))
        }
      }
    })

    test('every tree proves that it begins every later one', () => {
      for (let to = 0; to <= SIZE; to++) {
        for (let from = 0; from <= to; from++) {
          const claim = { name, from, to, fromRoot: tree.roots[from]!, path: tree.extend(from, to) }
          assert.ok(verifyConsistency({ ...claim, toRoot: tree.roots[to]! }), `${from} to ${to}`)
          if (from > 0) assert.ok(!verifyConsistency({ ...claim, toRoot: tree.roots[to - 1]! }))
        }
      }
    })

    test('a proof with any changed, missing or added hash proves nothing', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 2, max: SIZE }).chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1))),
          fc.nat(),
          fc.integer({ min: 0, max: 255 }),
          fc.integer({ min: 1, max: 255 }),
          ([size, index], pick, at, flip) => {
            const path = tree.prove(index, size)
            const claim = { name, index, size, leafHash: tree.leaves[index]!, root: tree.roots[size]! }
            const which = pick % path.length
            const changed = path.map((hash, i) =>
              i === which ? hash.map((b, j) => (j === at % 32 ? b ^ flip : b)) : hash,
            )
            assert.ok(!verifyInclusion({ ...claim, path: changed }))
            assert.ok(!verifyInclusion({ ...claim, path: path.toSpliced(which, 1) }))
            assert.ok(!verifyInclusion({ ...claim, path: path.toSpliced(which, 0, path[which]!) }))
            assert.ok(!verifyInclusion({ ...claim, path: path.map((hash) => hash.subarray(1)) }))
          },
        ),
        { seed: 20261124, numRuns: 300 },
      )
    })
  })
}

describe('claims that make no sense', () => {
  const leafHash = merkleHash('sha256').leaf(utf8('x'))
  const claim = { name: 'sha256', leafHash, path: [], root: leafHash } as const

  test('are not included, whatever the numbers', () => {
    assert.ok(verifyInclusion({ ...claim, index: 0, size: 1 }))
    for (const [index, size] of [
      [0, 0],
      [1, 1],
      [-1, 1],
      [0.5, 1],
      [0, 1.5],
      [Number.NaN, 1],
      [0, Number.POSITIVE_INFINITY],
      [2 ** 53, 2 ** 53 + 2],
    ] as const) {
      assert.ok(!verifyInclusion({ ...claim, index, size }), `${index} of ${size}`)
    }
  })

  test('have no plan', () => {
    assert.throws(() => planInclusion(1, 1), { code: 'proof-range' })
    assert.throws(() => planInclusion(-1, 1), { code: 'proof-range' })
    assert.throws(() => planConsistency(2, 1), { code: 'proof-range' })
  })

  test('the empty tree begins every tree, but only with the empty root and no hashes', () => {
    const { empty } = merkleHash('sha256')
    const grown = { name: 'sha256', from: 0, to: 1, toRoot: leafHash } as const
    assert.ok(verifyConsistency({ ...grown, fromRoot: empty, path: [] }))
    assert.ok(!verifyConsistency({ ...grown, fromRoot: leafHash, path: [] }))
    assert.ok(!verifyConsistency({ ...grown, fromRoot: empty, path: [leafHash] }))
  })
})
