import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { crc32 as zlibCrc32 } from 'node:zlib'
import { utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { crc32 } from './crc32.ts'

describe('CRC-32', () => {
  test('gives the check value of the catalogue for 123456789', () => {
    assert.equal(crc32(utf8('123456789')), 0xcbf43926)
    assert.equal(crc32(new Uint8Array()), 0)
  })

  test('agrees with zlib for every length around its step and goes on from what came before', () => {
    const random = seededRandom('crc32')
    for (let length = 0; length < 70; length++) {
      const bytes = random(length)
      assert.equal(crc32(bytes), zlibCrc32(bytes))
      const cut = length >> 1
      assert.equal(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut))), zlibCrc32(bytes))
    }
  })

  test('changes with any single bit', () => {
    const bytes = seededRandom('crc32 bits')(32)
    const before = crc32(bytes)
    for (let bit = 0; bit < 256; bit++) {
      const other = bytes.slice()
      other[bit >> 3]! ^= 1 << (bit & 7)
      assert.notEqual(crc32(other), before)
    }
  })
})
