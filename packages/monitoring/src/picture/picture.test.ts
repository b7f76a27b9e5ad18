import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { decodePicture, MOST_BYTES } from './decode-picture.ts'
import { likestLogo, logoShapes, pictureShapes } from './likeness.ts'
import { openPictureReader } from './picture-reader.ts'

const FOLDER = new URL('samples/', import.meta.url)
const sample = (name: string) => new Uint8Array(readFileSync(new URL(name, FOLDER)))
const NAMES = readdirSync(FOLDER).filter((name) => /\.(png|jpg)$/.test(name))
const LOGOS = ['0', '1', '2', '3'].map((brand) => ({
  brand,
  sha256: brand.repeat(64),
  shapes: logoShapes(sample(`${brand}-logo.png`)),
}))

describe('a logo of the register in pictures', () => {
  const shapes = new Map(NAMES.map((name) => [name, pictureShapes(sample(name))]))
  const seen = new Map(NAMES.map((name) => [name, likestLogo(shapes.get(name)!, LOGOS)]))
  const changed = NAMES.filter((name) => /^\d-/.test(name) && !name.includes('logo'))

  test('is found scaled, compressed, cropped, with another margin, in other colours, light on dark, in a corner, on a box', () => {
    assert.equal(changed.length, 32)
    for (const name of changed) {
      const found = seen.get(name)
      assert.equal(found?.brand, name[0], name)
      assert.equal(found?.logo, name[0]!.repeat(64))
      assert.ok(found !== null && found!.likeness >= 0.83 && found!.likeness <= 1, name)
    }
  })

  test('is not found where another logo is shown, or none', () => {
    for (const name of NAMES) {
      const others = LOGOS.filter(({ brand }) => brand !== name[0])
      assert.equal(likestLogo(shapes.get(name)!, others), null, name)
    }
    assert.equal(NAMES.filter((name) => name.startsWith('other')).length, 2)
  })

  test('is told with its place: in a corner it is a small part of the picture', () => {
    const [x, y, width, height] = seen.get('1-in-a-corner-of-goods-on-white.jpg')!.place
    assert.ok(width < 400 && height < 300 && y < 100 && x + width <= 800)
  })

  test('is not taken from a picture without a drawing, or with too plain a one', async () => {
    const { PNG } = await import('pngjs')
    const square = new PNG({ width: 200, height: 200 })
    square.data.fill(255)
    assert.deepEqual(logoShapes(new Uint8Array(PNG.sync.write(square))), [])
    for (let y = 50; y < 150; y++) square.data.fill(0, (y * 200 + 50) * 4, (y * 200 + 150) * 4)
    for (let i = 3; i < square.data.length; i += 4) square.data[i] = 255
    assert.deepEqual(logoShapes(new Uint8Array(PNG.sync.write(square))), [])
  })
})

describe('a hostile picture', () => {
  const png = sample('2-logo.png')
  const withSize = (width: number, height: number) => {
    const made = Buffer.from(png)
    made.writeUInt32BE(width, 16)
    made.writeUInt32BE(height, 20)
    return new Uint8Array(made)
  }

  test('is refused by name before it is unpacked', () => {
    const interlaced = Uint8Array.from(png)
    interlaced[28] = 1
    const cases: [string, Uint8Array][] = [
      ['picture-type', new Uint8Array()],
      ['picture-type', new TextEncoder().encode('<svg onload="alert(1)"/>')],
      ['picture-type', new TextEncoder().encode('GIF89a')],
      ['picture-type', interlaced],
      ['picture-size', withSize(60_000, 60_000)],
      ['picture-size', withSize(0xffffffff, 1)],
      ['picture-size', withSize(100, 8)],
      ['picture-size', withSize(0, 0)],
      ['picture-size', new Uint8Array(MOST_BYTES + 1)],
      ['picture-damaged', png.subarray(0, 20)],
      ['picture-damaged', png.subarray(0, png.length >> 1)],
      ['picture-damaged', withSize(3000, 3000)],
      ['picture-damaged', new Uint8Array([0xff, 0xd8, 0xff])],
      ['picture-damaged', new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
    ]
    for (const [code, bytes] of cases) assert.throws(() => decodePicture(bytes), { code }, code)
  })

  test('of any bytes ends as pixels or under a name, never otherwise', () => {
    const jpeg = sample('2-a-third-of-the-size-compressed.jpg')
    const named = /^picture-(type|size|damaged)$/
    fc.assert(
      fc.property(
        fc.constantFrom(jpeg, sample('2-half-the-size.png')),
        fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (bytes, changes) => {
          const broken = Uint8Array.from(bytes)
          for (const [at, value] of changes) broken[at % broken.length] = value
          try {
            const { width, height, rgba } = decodePicture(broken)
            assert.equal(rgba.length, width * height * 4)
          } catch (error) {
            assert.match((error as { code?: string }).code ?? String(error), named)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('the reader of pictures', () => {
  test('reads on a thread of its own, says what it could not read, and goes on', async () => {
    const reader = openPictureReader()
    const [shapes, bad, logo] = await Promise.allSettled([
      reader.shapes(sample('1-another-colour.jpg')),
      reader.shapes(new Uint8Array([1, 2, 3])),
      reader.logo(sample('1-logo.png')),
    ])
    assert.equal(shapes.status === 'fulfilled' && likestLogo(shapes.value, LOGOS)?.brand, '1')
    assert.equal(bad.status === 'rejected' && bad.reason.code, 'picture-type')
    assert.deepEqual(logo.status === 'fulfilled' && logo.value, LOGOS[1]!.shapes)
    await reader.close()
    await assert.rejects(reader.shapes(sample('1-logo.png')), { code: 'stopping' })
  })

  test('gives up a picture that takes too long, under its name', async () => {
    const reader = openPictureReader(0)
    await assert.rejects(reader.shapes(sample('other-0.jpg')), { code: 'picture-slow' })
    await reader.close()
  })
})
