import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { concat, toHex, utf8 } from './bytes.ts'
import { digest } from './digest.ts'
import {
  idTime,
  issueCertificateNumber,
  newId,
  numberDigest,
  parseCertificateNumber,
  parseId,
  parseProvinceCode,
  randomBytes,
} from './identifier.ts'
import { seededRandom } from './testing.ts'

const random = seededRandom('identifiers')
const secret = random(32)
const ZHEJIANG = parseProvinceCode('330000')

describe('a certificate number', () => {
  const number = issueCertificateNumber(secret, ZHEJIANG, 2026, 42)

  test('says province, year and serial, and ends in 16 characters that nobody can guess', () => {
    assert.match(number, /^MZ-330000-2026-00000042-[0-9A-HJKMNP-TV-Z]{16}$/)
    assert.equal(issueCertificateNumber(secret, ZHEJIANG, 2026, 42), number)
    const others = [
      issueCertificateNumber(random(32), ZHEJIANG, 2026, 42),
      issueCertificateNumber(secret, ZHEJIANG, 2026, 43),
      issueCertificateNumber(secret, ZHEJIANG, 2027, 42),
      issueCertificateNumber(secret, parseProvinceCode('310000'), 2026, 42),
    ]
    const codes = new Set([number, ...others].map((one) => one.slice(-16)))
    assert.equal(codes.size, 5)
  })

  test('uses every letter of its alphabet for its check codes', () => {
    const seen = new Set<string>()
    for (let serial = 1; serial <= 200; serial++) {
      for (const letter of issueCertificateNumber(secret, ZHEJIANG, 2026, serial).slice(-16)) seen.add(letter)
    }
    assert.equal([...seen].sort().join(''), '0123456789ABCDEFGHJKMNPQRSTVWXYZ')
  })

  test('is read as people type it, and no other way', () => {
    for (const text of [number, ` ${number} `, number.toLowerCase(), number.replaceAll('-', ' - ')]) {
      assert.equal(parseCertificateNumber(text), number)
    }
    for (const text of [
      '',
      number.slice(0, -1),
      `${number}0`,
      number.replace('MZ', 'MX'),
      number.replace('330000', '030000'),
      number.replace(/.$/, 'I'),
      number.replace(/.$/, 'U'),
      number.replaceAll('-', ''),
      number.replace('2026', '２０２６'),
    ]) {
      assert.throws(() => parseCertificateNumber(text), { code: 'number-malformed', field: 'number' }, text)
    }
  })

  test('is not issued for a serial that does not fit', () => {
    for (const serial of [0, -1, 1.5, 100_000_000, Number.NaN]) {
      assert.throws(() => issueCertificateNumber(secret, ZHEJIANG, 2026, serial), { code: 'serial-out-of-range' })
    }
    assert.throws(() => parseProvinceCode('33000'), { code: 'province-malformed' })
    assert.throws(() => parseProvinceCode('030000'), { code: 'province-malformed' })
  })

  test('stands on the ledger as the digest that the format says', () => {
    const expected = digest('sha256', concat(utf8('mingzheng certificate number v1\n'), utf8(number)))
    assert.equal(toHex(numberDigest(number)), toHex(expected))
  })
})

describe('an id', () => {
  test('sorts by the time of its making, and no two are alike', () => {
    const times = [0, 1, 1_795_507_200_000, 1_795_507_200_001, 2 ** 48 - 1]
    const ids = times.map((time) => newId(time))
    assert.deepEqual([...ids].sort(), ids)
    for (const id of ids) assert.equal(parseId(id), id)
    assert.deepEqual(ids.map(idTime), times)
    assert.equal(new Set(Array.from({ length: 1000 }, () => newId(7))).size, 1000)
  })

  test('in any other spelling is refused', () => {
    const id = newId(1_795_507_200_000, random)
    for (const text of [
      '',
      id.slice(1),
      `${id}0`,
      id.toLowerCase(),
      id.replace(/.$/, 'I'),
      `8${id.slice(1)}`,
      ` ${id}`,
    ]) {
      assert.throws(() => parseId(text), { code: 'id-malformed' }, text)
    }
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), (text) => {
        assert.throws(() => parseId(`!${text}`), { code: 'id-malformed' })
      }),
      { seed: 20261124, numRuns: 200 },
    )
  })

  test('is of a time that fits', () => {
    assert.throws(() => newId(2 ** 48), RangeError)
  })
})

describe('randomness', () => {
  test('has the length that is asked for and does not repeat', () => {
    assert.equal(randomBytes(0).length, 0)
    assert.equal(randomBytes(33).length, 33)
    assert.notEqual(toHex(randomBytes(16)), toHex(randomBytes(16)))
  })
})
