import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findNumber } from './certificate-number.ts'

const NUMBER = 'MZ-330000-2026-00000001-0123456789ABCDEF'

describe('finding a certificate number', () => {
  test('the address of a QR code holds the number', () => {
    assert.equal(findNumber(`https://clear.example/verify/${NUMBER}`), NUMBER)
  })
  test('small letters, spaces and full-width hyphens are forgiven', () => {
    assert.equal(findNumber(' mz－330000－2026－00000001－0123 4567 89ab cdef '), NUMBER)
  })
  test('a number without its check code is none', () => {
    assert.equal(findNumber('MZ-330000-2026-00000001'), null)
  })
  test('a check code with letters that it never has is none', () => {
    assert.equal(findNumber('MZ-330000-2026-00000001-0123456789ABCDEU'), null)
  })
  test('the QR code of something else is none', () => {
    assert.equal(findNumber('https://weixin.example/r/abcdef'), null)
    assert.equal(findNumber(''), null)
  })
})
