import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PNG } from 'pngjs'
import { comparePictures, compareTexts } from './compare.ts'

function picture(width: number, height: number, dark: (x: number, y: number) => boolean): Uint8Array {
  const png = new PNG({ width, height })
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      png.data.set(dark(x, y) ? [0, 0, 0, 255] : [255, 255, 255, 255], (y * width + x) * 4)
  }
  return new Uint8Array(PNG.sync.write(png))
}

test('a price that changed is one line gone and one line new', () => {
  const { changes, removed, added } = compareTexts('龙井茶\n¥ 398.00\n包邮', '龙井茶\n¥ 128.00\n包邮')
  assert.deepEqual(changes, [
    { kind: 'same', lines: ['龙井茶'] },
    { kind: 'removed', lines: ['¥ 398.00'] },
    { kind: 'added', lines: ['¥ 128.00'] },
    { kind: 'same', lines: ['包邮'] },
  ])
  assert.deepEqual([removed, added], [1, 1])
})

test('the same text has no change, and an empty one is all new', () => {
  assert.equal(compareTexts('a\nb', 'a\nb').changes.length, 1)
  assert.equal(compareTexts('', 'a').added, 1)
})

test('two long texts that share nothing are answered in bounded time', () => {
  const text = (mark: string) => Array.from({ length: 40_000 }, (_, i) => `${mark}${i}`).join('\n')
  const { removed, added } = compareTexts(text('a'), text('b'))
  assert.deepEqual([removed, added], [40_000, 40_000])
})

test('equal pictures do not differ; a square that appeared is counted', async () => {
  const white = picture(20, 20, () => false)
  assert.equal((await comparePictures(white, white)).differentPixels, 0)
  const square = picture(20, 20, (x, y) => x >= 5 && x < 15 && y >= 5 && y < 15)
  const compared = await comparePictures(white, square)
  assert.ok(compared.differentPixels >= 90 && compared.differentPixels <= 100)
})

test('a page that grew is compared on the larger canvas', async () => {
  const compared = await comparePictures(
    picture(10, 10, () => false),
    picture(10, 14, (_, y) => y >= 10),
  )
  assert.deepEqual([compared.width, compared.height], [10, 14])
  assert.ok(compared.share > 0.2)
})

test('what is no picture is refused', async () => {
  await assert.rejects(
    comparePictures(
      new Uint8Array([1, 2, 3]),
      picture(1, 1, () => false),
    ),
  )
})
