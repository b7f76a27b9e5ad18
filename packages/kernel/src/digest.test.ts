import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { vectorJson } from '../../../tests/vectors.ts'
import { fromHex, toHex, utf8 } from './bytes.ts'
import { createDigest, type DigestName, digest, digestInto, digestPair, hmac } from './digest.ts'
import { native as nodeNative } from './native/node.ts'
import { native as webNative } from './native/web.ts'

const NAMES: DigestName[] = ['sha256', 'sm3']
const natives = { Node: nodeNative, browser: webNative }

/** FIPS 180-4 examples; GB/T 32905-2016 appendix A. */
const KNOWN: [DigestName, string, string][] = [
  ['sha256', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['sha256', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['sm3', 'abc', '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'],
  ['sm3', 'abcd'.repeat(16), 'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732'],
]

describe('digests', () => {
  test('of the standards come out as printed there, in Node and in browsers', () => {
    for (const [name, text, expected] of KNOWN) {
      assert.equal(toHex(digest(name, utf8(text))), expected)
      for (const native of Object.values(natives)) assert.equal(toHex(native.digest(name, utf8(text))), expected)
    }
  })

  test('of any bytes, in any pieces, are the same in Node, in browsers and in OpenSSL', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 })
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), pieces, (name, parts) => {
        const whole = new Uint8Array(Buffer.concat(parts))
        const expected = createHash(name).update(whole).digest('hex')
        for (const native of Object.values(natives)) {
          assert.equal(toHex(native.digest(name, whole)), expected)
          const running = native.createDigest(name)
          for (const part of parts) running.update(part)
          assert.equal(toHex(running.digest()), expected)
          const target = new Uint8Array(40)
          native.digestInto(name, whole, target, 5)
          assert.equal(toHex(target.subarray(5, 37)), expected)
          assert.deepEqual([...target.subarray(0, 5), ...target.subarray(37)], new Array(8).fill(0))
        }
      }),
      { seed: 20261124, numRuns: 400 },
    )
  })

  test('of lengths around every block boundary are the same', () => {
    for (let length = 0; length <= 260; length++) {
      const bytes = new Uint8Array(length).fill(length)
      for (const name of NAMES) {
        assert.deepEqual(webNative.digest(name, bytes), nodeNative.digest(name, bytes), `${name} of ${length}`)
      }
    }
  })

  test('are plain arrays of their own: nothing that is hashed later changes them', () => {
    for (const name of NAMES) {
      const first = digest(name, utf8('a'))
      assert.equal(Object.getPrototypeOf(first), Uint8Array.prototype)
      const kept = toHex(first)
      const sliced = first.slice(0, 16)
      sliced.fill(0)
      digest(name, utf8('b'))
      assert.equal(toHex(first), kept)
      assert.equal(Object.getPrototypeOf(createDigest(name).update(utf8('a')).digest()), Uint8Array.prototype)
    }
    const pair = digestPair(utf8('abc'))
    assert.deepEqual([toHex(pair.sha256), toHex(pair.sm3)], [KNOWN[1]![2], KNOWN[2]![2]])
  })

  test('may be written over what they are of', () => {
    const bytes = utf8('0123456789'.repeat(6))
    const expected = toHex(digest('sm3', bytes))
    digestInto('sm3', bytes, bytes, 20)
    assert.equal(toHex(bytes.subarray(20, 52)), expected)
  })
})

interface MacGroup {
  tagSize: number
  tests: { tcId: number; key: string; msg: string; tag: string; result: 'valid' | 'invalid' }[]
}

describe('HMAC', () => {
  const { testGroups, numberOfTests } = vectorJson<{ testGroups: MacGroup[]; numberOfTests: number }>(
    'wycheproof/hmac_sm3_test.json',
  )

  test(`over SM3 judges every case of Wycheproof as there (${numberOfTests})`, () => {
    let count = 0
    for (const { tagSize, tests } of testGroups) {
      for (const { tcId, key, msg, tag, result } of tests) {
        const made = toHex(hmac('sm3', fromHex(key), fromHex(msg))).slice(0, tagSize / 4)
        assert.equal(made === tag, result === 'valid', `case ${tcId}`)
        count++
      }
    }
    assert.equal(count, numberOfTests)
  })

  test('is what OpenSSL computes, for keys of every length', () => {
    for (const name of NAMES) {
      for (let length = 0; length < 140; length++) {
        const key = new Uint8Array(length).fill(7)
        assert.equal(toHex(hmac(name, key, utf8('m'))), createHmac(name, key).update('m').digest('hex'))
      }
    }
  })
})
