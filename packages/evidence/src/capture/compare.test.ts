import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { PNG } from 'pngjs'
import { comparePictures, compareTexts } from './compare.ts'
import { diffLines } from './diff-lines.ts'

function png(width: number, height: number, colour: [number, number, number], spot?: [number, number]): Uint8Array {
  const picture = new PNG({ width, height })
  for (let i = 0; i < width * height; i++) picture.data.set([...colour, 255], i * 4)
  if (spot !== undefined) picture.data.set([255, 0, 0, 255], (spot[1] * width + spot[0]) * 4)
  return PNG.sync.write(picture)
}

describe('comparing two captures', () => {
  test('a changed price is one line gone and one line come', () => {
    const { changes, removed, added } = compareTexts('商品\n价格 99 元\n库存', '商品\n价格 79 元\n\n库存 ')
    assert.deepEqual([removed, added], [1, 1])
    assert.deepEqual(
      changes.map((change) => [change.kind, ...change.lines]),
      [
        ['same', '商品'],
        ['removed', '价格 99 元'],
        ['added', '价格 79 元'],
        ['same', '库存'],
      ],
    )
  })
  test('equal texts have no changes', () => {
    assert.deepEqual([compareTexts('a\nb', 'a\nb').removed, compareTexts('', '').added], [0, 0])
  })
  test('the two texts can be put together again from any comparison', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 40 })
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const changes = diffLines(before, after)
        const of = (kind: string) =>
          changes.flatMap((change) => (change.kind === 'same' || change.kind === kind ? change.lines : []))
        assert.deepEqual(of('removed'), before)
        assert.deepEqual(of('added'), after)
      }),
      { seed: 20_261_124, numRuns: 500 },
    )
  })
  test('one pixel that differs is counted; equal pictures differ in none', async () => {
    const plain = png(20, 10, [240, 240, 240])
    assert.equal((await comparePictures(plain, plain)).differentPixels, 0)
    assert.equal((await comparePictures(plain, png(20, 10, [240, 240, 240], [5, 5]))).differentPixels, 1)
  })
  test('what a longer picture has more of differs', async () => {
    const result = await comparePictures(png(20, 10, [0, 0, 0]), png(20, 15, [0, 0, 0]))
    assert.deepEqual([result.width, result.height, result.differentPixels], [20, 15, 100])
  })
  test('what is no picture is refused by name', async () => {
    await assert.rejects(comparePictures(new Uint8Array(50), png(1, 1, [0, 0, 0])), { code: 'picture-unreadable' })
    const broken = png(20, 10, [1, 2, 3])
    broken[45] = broken[45]! ^ 0xff
    await assert.rejects(comparePictures(broken, broken), { code: 'picture-unreadable' })
  })
  test('a picture that claims to be enormous is refused before it is unpacked', async () => {
    const bomb = Buffer.from(png(1, 1, [0, 0, 0]))
    bomb.writeUInt32BE(1_000_000, 16)
    bomb.writeUInt32BE(1_000_000, 20)
    await assert.rejects(comparePictures(bomb, bomb), { code: 'picture-too-large' })
  })
})
