import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { fromHex, fromUtf8, toHex, utf8 } from './bytes.ts'
import {
  type CborValue,
  canonicalJson,
  decodeCbor,
  decodeJson,
  encodeCbor,
  encodeJson,
  type JsonValue,
} from './encoding.ts'

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
})

const jsonValue = fc
  .jsonValue({ maxDepth: 4 })
  .filter((value) => JSON.stringify(value).isWellFormed()) as fc.Arbitrary<JsonValue>

describe('canonical JSON', () => {
  test('spells the examples of RFC 8785 as it does', () => {
    const sample = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    ) as JsonValue
    assert.equal(
      canonicalJson(sample),
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
    const keys = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }
    assert.equal(canonicalJson(keys), '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}')
    assert.equal(canonicalJson([-0, 1e21, 1e-7, 123456789012345680000]), '[0,1e+21,1e-7,123456789012345680000]')
  })

  test('comes back, and has one spelling', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const bytes = encodeJson(value)
        assert.equal(fromUtf8(encodeJson(decodeJson(bytes))), fromUtf8(bytes))
        assert.deepEqual(JSON.parse(fromUtf8(bytes)), JSON.parse(JSON.stringify(value)))
      }),
      run,
    )
  })

  test('in any other spelling is refused', () => {
    for (const text of [
      '',
      ' 1',
      '1 ',
      '1\n',
      '\ufeff1',
      '1.0',
      '1e2',
      '-0',
      '01',
      '[1, 2]',
      '{"b":1,"a":2}',
      '{"a":1,"a":1}',
      '{"a":1,"a":2}',
      '"\\u0041"',
      '"\\/"',
      '"\\u000A"',
      '"\\ud800"',
      '{"\\ud800":1}',
      "'a'",
      '{a:1}',
      '[1,]',
      'NaN',
      'undefined',
      '1e400',
      '9007199254740993',
      '{"__proto__":{"a":1},"__proto__":1}',
    ]) {
      assert.throws(() => decodeJson(utf8(text)), { code: 'json-not-canonical' }, text)
    }
    assert.throws(() => decodeJson(Uint8Array.of(0x22, 0xff, 0x22)), { code: 'json-not-canonical' })
  })

  test('with any byte changed is refused, or is the one spelling of something else', () => {
    fc.assert(
      fc.property(jsonValue, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, pick, flip) => {
        const bytes = encodeJson(value)
        const changed = bytes.map((byte, i) => (i === pick % bytes.length ? byte ^ flip : byte))
        let read: JsonValue
        try {
          read = decodeJson(changed)
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'json-not-canonical')
          return
        }
        assert.equal(toHex(encodeJson(read)), toHex(changed))
      }),
      run,
    )
  })

  test('is not made of numbers that JSON lacks or broken text; members that are undefined are left out', () => {
    assert.throws(() => canonicalJson(Number.NaN), { code: 'json-number' })
    assert.throws(() => canonicalJson([Number.POSITIVE_INFINITY]), { code: 'json-number' })
    assert.throws(() => canonicalJson({ a: '\udc00' }), { code: 'text-not-unicode' })
    assert.equal(canonicalJson({ b: undefined, a: 1 }), '{"a":1}')
  })

  test('keeps a member that is called __proto__ as a member', () => {
    const text = '{"__proto__":{"admin":true}}'
    const value = decodeJson(utf8(text)) as { admin?: boolean }
    assert.equal(value.admin, undefined)
    assert.equal(canonicalJson(value as JsonValue), text)
  })
})
