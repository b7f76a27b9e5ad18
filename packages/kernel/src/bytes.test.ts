import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  bigEndian,
  compareBytes,
  concat,
  equalBytes,
  fromBase64,
  fromBase64Url,
  fromHex,
  fromUtf8,
  toBase64,
  toBase64Url,
  toHex,
  utf8,
} from './bytes.ts'

const run = { seed: 20261124, numRuns: 1000 }
const bytes = fc.uint8Array({ maxLength: 100 })

describe('text forms of bytes', () => {
  test('say what other programs say, and come back', () => {
    fc.assert(
      fc.property(bytes, (array) => {
        const buffer = Buffer.from(array)
        assert.equal(toHex(array), buffer.toString('hex'))
        assert.equal(toBase64(array), buffer.toString('base64'))
        assert.equal(toBase64Url(array), buffer.toString('base64url'))
        assert.deepEqual(fromHex(toHex(array)), array)
        assert.deepEqual(fromBase64(toBase64(array)), array)
        assert.deepEqual(fromBase64Url(toBase64Url(array)), array)
      }),
      run,
    )
    const large = new Uint8Array(100_000).fill(0xa5)
    assert.deepEqual(fromBase64(toBase64(large)), large)
  })

  test('have one spelling: any text that is read is the one that is written', () => {
    const readers = [
      [fromHex, toHex, '0123456789abcdefABCDEF xg'],
      [fromBase64, toBase64, 'ABCDwxyz0189+/=-_ \n'],
      [fromBase64Url, toBase64Url, 'ABCDwxyz0189-_=+/ \n'],
    ] as const
    for (const [read, write, alphabet] of readers) {
      const text = fc.array(fc.constantFrom(...alphabet), { maxLength: 12 }).map((list) => list.join(''))
      fc.assert(
        fc.property(text, (spelling) => {
          let array: Uint8Array
          try {
            array = read(spelling)
          } catch (error) {
            assert.match((error as { code: string }).code, /^(hex|base64)-malformed$/)
            return
          }
          assert.equal(write(array), spelling)
        }),
        { ...run, numRuns: 5000 },
      )
    }
  })

  test('that are cut off, padded or mixed are refused', () => {
    for (const text of ['0', 'AB', '0x', 'zz', '00 ']) assert.throws(() => fromHex(text), { code: 'hex-malformed' })
    for (const text of ['A', 'AA', 'AA=', 'AB==', 'AAAA=', 'AA==AA==', 'A A=', 'AAA-', '=AAA', 'ＡＡ==']) {
      assert.throws(() => fromBase64(text), { code: 'base64-malformed' }, text)
    }
    for (const text of ['A', 'AA==', 'AB', 'AA+A', 'AAA/']) {
      assert.throws(() => fromBase64Url(text), { code: 'base64-malformed' }, text)
    }
  })
})

describe('UTF-8', () => {
  test('comes back, the byte-order mark too', () => {
    for (const text of ['', '明证', 'a\0b', '\ufeffmark', '😀']) assert.equal(fromUtf8(utf8(text)), text)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        if (text.isWellFormed()) assert.equal(fromUtf8(utf8(text)), text)
        else assert.throws(() => utf8(text), { code: 'text-not-unicode' })
      }),
      run,
    )
  })

  test('that is not shortest, is cut off or spells a surrogate is refused', () => {
    for (const array of [[0xc0, 0x80], [0xe2, 0x80], [0xed, 0xa0, 0x80], [0xff], [0xf5, 0x80, 0x80, 0x80]]) {
      assert.throws(() => fromUtf8(Uint8Array.from(array)), { code: 'text-not-utf8' })
    }
    assert.throws(() => utf8('\ud800'), { code: 'text-not-unicode' })
  })
})

describe('arrays', () => {
  test('are compared as other programs compare them', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        assert.equal(Math.sign(compareBytes(a, b)), Buffer.compare(a, b))
        assert.equal(equalBytes(a, b), Buffer.from(a).equals(b))
        assert.ok(equalBytes(a, a.slice()))
        assert.deepEqual(concat(a, b, a), new Uint8Array(Buffer.concat([a, b, a])))
      }),
      run,
    )
    assert.ok(!equalBytes(Uint8Array.of(0), new Uint8Array()))
  })

  test('spell numbers from the largest byte down, and only those that fit', () => {
    assert.deepEqual(bigEndian(0x010203, 4), Uint8Array.of(0, 1, 2, 3))
    assert.deepEqual(bigEndian(2n ** 64n - 1n, 8), new Uint8Array(8).fill(255))
    assert.throws(() => bigEndian(256, 1), RangeError)
    assert.throws(() => bigEndian(-1, 4), RangeError)
    assert.throws(() => bigEndian(1.5, 4), RangeError)
  })
})

test('base64 is the same whether the engine writes it or we do', () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 31) % 256)
  for (const length of [0, 1, 2, 3, 32, 33, 65_536, 70_000]) {
    const native = bytes.slice(0, length)
    const plain = bytes.slice(0, length)
    Object.defineProperty(plain, 'toBase64', { value: undefined })
    assert.equal(toBase64(native), toBase64(plain))
    assert.equal(toBase64(native), Buffer.from(native).toString('base64'))
  }
})
