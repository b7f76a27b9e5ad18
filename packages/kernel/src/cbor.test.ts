import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as cborg from 'cborg'
import fc from 'fast-check'
import { fromHex, toHex } from './bytes.ts'
import { type CborValue, decodeCbor, encodeCbor } from './cbor.ts'

const run = { seed: 20261124, numRuns: 2000 }

const cborValue = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.maxSafeInteger(),
    fc.string({ unit: 'grapheme', maxLength: 10 }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'grapheme-ascii', maxLength: 6 }), tie('value'), { maxKeys: 4 }),
  ),
})).value

describe('deterministic CBOR', () => {
  test('spells the examples of RFC 8949 appendix A that have a place on the ledger', () => {
    for (const [value, hex] of [
      [0, '00'],
      [23, '17'],
      [24, '1818'],
      [1000, '1903e8'],
      [1_000_000_000_000, '1b000000e8d4a51000'],
      [-1, '20'],
      [-1000, '3903e7'],
      [false, 'f4'],
      [true, 'f5'],
      [null, 'f6'],
      [fromHex('01020304'), '4401020304'],
      ['', '60'],
      ['\u6c34', '63e6b0b4'],
      ['\ud800\udd51', '64f0908591'],
      [[], '80'],
      [[1, [2, 3], [4, 5]], '8301820203820405'],
      [{}, 'a0'],
      [{ a: 1, b: [2, 3] }, 'a26161016162820203'],
      [{ b: 1, aa: 2, a: 3 }, 'a36161036162016261 6102'.replace(' ', '')],
    ] as [CborValue, string][]) {
      assert.equal(toHex(encodeCbor(value)), hex)
      assert.deepEqual(decodeCbor(fromHex(hex)), value)
    }
  })

  test('comes back, and has one spelling whatever the order of keys', () => {
    fc.assert(
      fc.property(cborValue, (value) => {
        const bytes = encodeCbor(value)
        assert.equal(toHex(encodeCbor(decodeCbor(bytes))), toHex(bytes))
      }),
      run,
    )
    assert.deepEqual(encodeCbor({ a: 1, b: 2 }), encodeCbor({ b: 2, a: 1 }))
  })

  test('in any other spelling, or with anything that has no place on the ledger, is refused', () => {
    for (const hex of [
      '',
      '1800',
      '190017',
      '1a00000001',
      '1b0000000000000001',
      '3800',
      '5801ff',
      '780161',
      '9f01ff',
      'bf616101ff',
      '5f4101ff',
      '7f6161ff',
      'a2616201616101',
      'a2616101616102',
      'a10102',
      'a1f601',
      'f7',
      'f90000',
      'f93c00',
      'fb3ff0000000000000',
      'fb7ff8000000000000',
      'c000',
      'c11a514b67b0',
      'd82000',
      '1b0020000000000000',
      '3b001fffffffffffff',
      '0000',
      '61',
      '61ff',
      '62c080',
      '63eda080',
      '8201',
      'f820',
      'f8ff',
      'e0',
      '1c',
      'ff',
    ]) {
      assert.throws(() => decodeCbor(fromHex(hex)), { code: 'cbor-not-canonical' }, hex)
    }
  })

  test('with any byte changed is refused, or is the one spelling of something else', () => {
    fc.assert(
      fc.property(cborValue, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, pick, flip) => {
        const bytes = encodeCbor(value)
        const changed = bytes.map((byte, i) => (i === pick % bytes.length ? byte ^ flip : byte))
        let read: CborValue
        try {
          read = decodeCbor(changed)
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'cbor-not-canonical')
          return
        }
        assert.equal(toHex(encodeCbor(read)), toHex(changed))
      }),
      run,
    )
  })

  test('of random bytes is refused by code, never by a crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          assert.equal(toHex(encodeCbor(decodeCbor(bytes))), toHex(bytes))
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'cbor-not-canonical')
        }
      }),
      { ...run, numRuns: 5000 },
    )
  })

  test('is not made of fractions, large numbers, undefined, functions or broken text', () => {
    for (const [value, code] of [
      [0.5, 'cbor-number'],
      [-0, 'cbor-number'],
      [2 ** 53, 'cbor-number'],
      [Number.NaN, 'cbor-number'],
      [undefined, 'cbor-type'],
      [[undefined], 'cbor-type'],
      [1n, 'cbor-type'],
      [() => 1, 'cbor-type'],
      ['\ud800', 'text-not-unicode'],
      [{ '\ud800': 1 }, 'text-not-unicode'],
    ]) {
      assert.throws(() => encodeCbor(value as CborValue), { code: code as string })
    }
  })

  test('keeps a member that is called __proto__ as a member', () => {
    const bytes = fromHex('a1695f5f70726f746f5f5fa16561646d696ef5')
    const value = decodeCbor(bytes) as { admin?: boolean }
    assert.equal(value.admin, undefined)
    assert.ok(Object.hasOwn(value, '__proto__'))
    assert.equal(toHex(encodeCbor(value)), toHex(bytes))
  })

  test('of a nest without end is refused by code', () => {
    assert.throws(() => decodeCbor(new Uint8Array(1_000_000).fill(0x81)), { code: 'cbor-not-canonical' })
  })

  test('of lists and maps in each other goes as deep as it is read, and no deeper', () => {
    const nest = (depth: number): CborValue =>
      depth === 0 ? 1 : depth % 2 === 0 ? [nest(depth - 1)] : { a: nest(depth - 1) }
    assert.deepEqual(decodeCbor(encodeCbor(nest(100))), nest(100))
    assert.throws(() => encodeCbor(nest(101)), { code: 'cbor-depth' })
    const deeper = Uint8Array.of(0x81, ...encodeCbor(nest(100)))
    assert.throws(() => decodeCbor(deeper), { code: 'cbor-not-canonical' })
  })

  test('that claims more than it holds is refused at once', () => {
    for (const hex of ['9b001fffffffffffff', 'bb001fffffffffffff', '5b001fffffffffffff', '7b001fffffffffffff']) {
      assert.throws(() => decodeCbor(fromHex(hex)), { code: 'cbor-not-canonical' }, hex)
    }
  })

  test('of keys beyond ASCII is in the order of their bytes, not of their UTF-16 units', () => {
    const bytes = encodeCbor({ '\u{1f600}': 1, '\ufb33a': 2, z: 3, é: 4, '\uffffa': 5 })
    assert.equal(toHex(bytes), 'a5617a0362c3a90464efacb36102' + '64efbfbf6105' + '64f09f988001')
    assert.deepEqual(encodeCbor(decodeCbor(bytes)), bytes)
  })

  test('is not made of instances of classes, whose fields nobody promised', () => {
    for (const value of [new Date(0), new Map(), new Set(), new (class A {})(), /x/]) {
      assert.throws(() => encodeCbor(value as unknown as CborValue), { code: 'cbor-type' })
    }
    assert.equal(toHex(encodeCbor(Object.assign(Object.create(null), { a: 1 }))), 'a1616101')
    assert.equal(toHex(encodeCbor(Buffer.from('0102', 'hex'))), '420102')
  })
})

describe('CBOR beside another implementation', () => {
  const options = { mapSorter: cborg.rfc8949EncodeOptions.mapSorter! }

  test('is written alike', () => {
    fc.assert(
      fc.property(cborValue, (value) => assert.equal(toHex(encodeCbor(value)), toHex(cborg.encode(value, options)))),
      run,
    )
  })

  test('is read alike, where both read it', () => {
    const theirs = (bytes: Uint8Array): string | null => {
      try {
        const strict = { allowIndefinite: false, allowUndefined: false, strict: true, rejectDuplicateMapKeys: true }
        const value: unknown = cborg.decode(bytes, {
          ...strict,
          allowBigInt: false,
          allowNaN: false,
          allowInfinity: false,
        })
        // It reads fractions and unsorted keys; ours is asked of what comes back in the same bytes.
        return toHex(cborg.encode(value, options)) === toHex(bytes) && holdsNoFraction(value)
          ? JSON.stringify(value)
          : null
      } catch {
        return null
      }
    }
    const ours = (bytes: Uint8Array): string | null => {
      try {
        return JSON.stringify(decodeCbor(bytes))
      } catch {
        return null
      }
    }
    fc.assert(
      fc.property(cborValue, fc.nat(), fc.integer({ min: 0, max: 255 }), (value, pick, flip) => {
        const bytes = encodeCbor(value)
        const changed = bytes.map((byte, i) => (i === pick % bytes.length ? byte ^ flip : byte))
        assert.equal(ours(changed), theirs(changed), toHex(changed))
      }),
      { ...run, numRuns: 20_000 },
    )
  })
})

function holdsNoFraction(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0)
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return true
  return Object.values(value).every(holdsNoFraction)
}
