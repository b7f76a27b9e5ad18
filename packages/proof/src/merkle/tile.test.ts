import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, fromUtf8, utf8 } from '@mingzheng/kernel'
import { vectorBytes } from '../../../../tests/vectors.ts'
import { parseSignedCheckpoint } from '../checkpoint/checkpoint.ts'
import { parseVerifierKey, verifyLine } from '../checkpoint/verifier-key.ts'
import { CompactRange } from './compact-range.ts'
import { merkleHash } from './merkle-hash.ts'
import { foldPlan, planConsistency, planInclusion } from './proof-plan.ts'
import {
  formatEntryBundle,
  hashesFromTiles,
  parseEntryBundle,
  parseTilePath,
  type Tile,
  tilePath,
  tilesBetween,
  tilesForPlan,
  tileWidth,
} from './tile.ts'
import { verifyConsistency, verifyInclusion } from './verify-proof.ts'

describe('paths of tiles', () => {
  const paths: [string, Tile][] = [
    ['tile/0/000', { level: 0, index: 0, width: 256 }],
    ['tile/0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
    ['tile/63/999.p/1', { level: 63, index: 999, width: 1 }],
    ['tile/entries/x001/000.p/255', { level: 'entries', index: 1000, width: 255 }],
  ]

  test('are those of the specification, both ways', () => {
    for (const [path, tile] of paths) {
      assert.equal(tilePath(tile), path)
      assert.deepEqual(parseTilePath(path), tile)
    }
  })

  test('have one spelling', () => {
    for (const path of [
      'tile/00/000',
      'tile/64/000',
      'tile/0/0',
      'tile/0/1234',
      'tile/0/x000/001',
      'tile/0/001/234',
      'tile/0/x001',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/0/000.p/01',
      'tile/0/000.p/',
      'tile/-1/000',
      'tile/0/000/',
      '/tile/0/000',
      'tile/data/000',
      'tile/0/../000',
      'tile/0/x999/x999/x999/x999/x999/999',
    ]) {
      assert.equal(parseTilePath(path), null, path)
    }
    assert.throws(() => tilePath({ level: 0, index: 0, width: 0 }), { code: 'tile-malformed' })
    assert.throws(() => tilePath({ level: 1.5, index: 0, width: 1 }), { code: 'tile-malformed' })
  })
})

describe('tiles of a tree', () => {
  test('of 70,000 leaves are those that the specification counts', () => {
    const tiles = tilesBetween(0, 70_000)
    const count = (level: number, full: boolean) =>
      tiles.filter((tile) => tile.level === level && (tile.width === 256) === full)
    assert.equal(count(0, true).length, 273)
    assert.deepEqual(count(0, false), [{ level: 0, index: 273, width: 112 }])
    assert.equal(count(1, true).length, 1)
    assert.deepEqual(count(1, false), [{ level: 1, index: 1, width: 17 }])
    assert.deepEqual(count(2, false), [{ level: 2, index: 0, width: 1 }])
    assert.equal(tiles.length, 277)
  })

  test('of 256 leaves are one full tile and one of width 1 above', () => {
    assert.deepEqual(tilesBetween(255, 256), [
      { level: 0, index: 0, width: 256 },
      { level: 1, index: 0, width: 1 },
    ])
    assert.deepEqual(tilesBetween(256, 256), [])
    assert.deepEqual(tilesBetween(256, 257), [{ level: 0, index: 1, width: 1 }])
    assert.equal(tileWidth('entries', 1, 300), 44)
    assert.equal(tileWidth(0, 2, 300), 0)
  })

  test('are all that a proof needs', () => {
    const size = 1000
    const range = new CompactRange('sha256')
    const stored = new Map<string, Bytes[]>()
    const leaves = Array.from({ length: size }, (_, i) => range.hash.leaf(utf8(String(i))))
    for (const leaf of leaves) {
      range.append(leaf, (level, index, hash) => {
        if (level % 8 !== 0) return
        const tile = `${level / 8}/${Math.floor(index / 256)}`
        stored.set(tile, [...(stored.get(tile) ?? []), hash])
      })
    }
    for (const index of [0, 255, 256, 511, 998, 999]) {
      const plan = planInclusion(index, size)
      const needed = new Map(tilesForPlan(plan, size).map((tile) => [tilePath(tile), tile]))
      assert.ok(needed.size <= 4)
      const hashAt = hashesFromTiles('sha256', size, (tile) => {
        assert.ok(needed.has(tilePath(tile)))
        const kept = stored.get(`${tile.level}/${tile.index}`)!.slice(0, tile.width)
        return Uint8Array.from(kept.flatMap((hash) => [...hash]))
      })
      const path = foldPlan('sha256', plan, hashAt)
      const claim = { name: 'sha256', index, size, leafHash: leaves[index]!, path, root: range.root() } as const
      assert.ok(verifyInclusion(claim))
    }
  })

  test('that are too short are refused', () => {
    const hashAt = hashesFromTiles('sha256', 2, () => new Uint8Array(63))
    assert.throws(() => foldPlan('sha256', planInclusion(0, 2), hashAt), { code: 'tile-malformed' })
    assert.throws(() => hashAt({ level: 1, index: 1 }), { code: 'proof-range' })
  })
})

describe('entry bundles', () => {
  test('come back as they went in', () => {
    const entries = [new Uint8Array(), utf8('one'), new Uint8Array(65_535).fill(1)]
    assert.deepEqual(parseEntryBundle(formatEntryBundle(entries)), entries)
  })

  test('that are cut off, or hold too much, are refused', () => {
    const bundle = formatEntryBundle([utf8('one'), utf8('two')])
    assert.throws(() => parseEntryBundle(bundle.subarray(0, -1)), { code: 'bundle-malformed' })
    assert.throws(() => parseEntryBundle(bundle.subarray(0, 6)), { code: 'bundle-malformed' })
    assert.throws(() => parseEntryBundle(new Uint8Array(2 * 257)), { code: 'bundle-malformed' })
    assert.throws(() => formatEntryBundle([new Uint8Array(65_536)]), { code: 'bundle-malformed' })
  })
})

describe('a log written by tessera', () => {
  const key = parseVerifierKey('example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx')
  const entries = parseEntryBundle(vectorBytes('tessera-log/tile/entries/000.p/15'))
  const checkpoints = Array.from({ length: 16 }, (_, size) =>
    parseSignedCheckpoint(fromUtf8(vectorBytes(`tessera-log/checkpoint.${size}`))),
  )

  test('has the words that its script wrote', () => {
    assert.equal(entries.length, 15)
    assert.deepEqual(
      [entries[0], entries[14]].map((entry) => fromUtf8(entry!)),
      ['one', 'fivten'],
    )
  })

  test('has the root of its checkpoint at every size, each signed by its key', () => {
    const range = new CompactRange('sha256')
    for (const [size, { note, checkpoint }] of checkpoints.entries()) {
      assert.equal(checkpoint.size, size)
      assert.deepEqual(checkpoint.root, range.root())
      assert.deepEqual(verifyLine(note, note.signatures[0]!, key), { valid: true, time: null })
      if (size < 15) range.append(range.hash.leaf(entries[size]!))
    }
  })

  test('has partial tiles and bundles of every width that hold the same', () => {
    const { leaf } = merkleHash('sha256')
    for (let width = 1; width <= 15; width++) {
      const bundle = parseEntryBundle(vectorBytes(`tessera-log/${tilePath({ level: 'entries', index: 0, width })}`))
      const tile = vectorBytes(`tessera-log/${tilePath({ level: 0, index: 0, width })}`)
      assert.deepEqual(tile, Uint8Array.from(bundle.flatMap((entry) => [...leaf(entry)])), `width ${width}`)
    }
  })

  test('gives proofs out of its tiles that hold against its checkpoints', () => {
    const hashAt = (size: number) =>
      hashesFromTiles('sha256', size, (tile) => vectorBytes(`tessera-log/${tilePath(tile)}`))
    for (let size = 1; size <= 15; size++) {
      const { root } = checkpoints[size]!.checkpoint
      for (let index = 0; index < size; index++) {
        const path = foldPlan('sha256', planInclusion(index, size), hashAt(size))
        const leafHash = merkleHash('sha256').leaf(entries[index]!)
        assert.ok(verifyInclusion({ name: 'sha256', index, size, leafHash, path, root }))
      }
      for (let from = 0; from < size; from++) {
        const path = foldPlan('sha256', planConsistency(from, size), hashAt(size))
        const fromRoot = checkpoints[from]!.checkpoint.root
        assert.ok(verifyConsistency({ name: 'sha256', from, to: size, fromRoot, toRoot: root, path }))
      }
    }
  })
})
