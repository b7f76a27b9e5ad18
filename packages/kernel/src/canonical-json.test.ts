import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { fromUtf8, toHex, utf8 } from './bytes.ts'
import { canonicalJson, decodeJson, encodeJson, type JsonValue } from './canonical-json.ts'

const run = { seed: 20261124, numRuns: 2000 }

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
