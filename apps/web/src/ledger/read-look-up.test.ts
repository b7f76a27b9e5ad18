import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readLookUp } from './read-look-up.ts'

const NUMBER = 'MZ-330000-2026-00000001-0123456789ABCDEF'

describe('looking up on the ledger', () => {
  test('a number is an index, with or without the sign before it', () => {
    assert.deepEqual(readLookUp(' 1024 '), { kind: 'index', index: 1024 })
    assert.deepEqual(readLookUp('#7'), { kind: 'index', index: 7 })
  })
  test('a certificate number may be typed in small letters', () => {
    assert.deepEqual(readLookUp(NUMBER.toLowerCase()), { kind: 'number', value: NUMBER })
  })
  test('64 hex digits are a commitment', () => {
    assert.deepEqual(readLookUp('AB'.repeat(32)), { kind: 'commitment', value: 'ab'.repeat(32) })
  })
  test('a certificate number without its check code is refused', () => {
    assert.equal(readLookUp(NUMBER.slice(0, -17)), null)
  })
  test('a number one digit short or with letters that numbers never have is refused', () => {
    assert.equal(readLookUp(NUMBER.slice(0, -1)), null)
    assert.equal(readLookUp(NUMBER.replace('F', 'U')), null)
  })
  test('words and nothing are refused', () => {
    assert.equal(readLookUp('虚假宣传'), null)
    assert.equal(readLookUp(''), null)
  })
})
