import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findAddresses } from './find-addresses.ts'

describe('addresses in pasted text', () => {
  test('each line that is an address is found, in order', () => {
    const found = findAddresses('https://a.example/1\nhttp://b.example/2?x=1#y')
    assert.deepEqual(found, { urls: ['https://a.example/1', 'http://b.example/2?x=1#y'], duplicates: 0 })
  })
  test('the same address twice is one, and the duplicate is counted', () => {
    assert.deepEqual(findAddresses('https://a.example/\nhttps://a.example/'), {
      urls: ['https://a.example/'],
      duplicates: 1,
    })
  })
  test('addresses inside Chinese prose end where the prose goes on', () => {
    const found = findAddresses('当事人在网店（https://shop.example/商品/1）发布广告，另见https://b.example/2。')
    assert.deepEqual(found.urls, ['https://shop.example/商品/1', 'https://b.example/2'])
  })
  test('a bare host becomes an https address', () => {
    assert.deepEqual(findAddresses('shop.example/goods\n127.0.0.1:8300/x').urls, [
      'https://shop.example/goods',
      'https://127.0.0.1:8300/x',
    ])
  })
  test('punctuation that ends a sentence is no part of the address', () => {
    assert.deepEqual(findAddresses('see https://a.example/x.').urls, ['https://a.example/x'])
  })
  test('words, e-mail-like text and empty lines are no addresses', () => {
    assert.deepEqual(findAddresses('hello world\n\n涉嫌虚假宣传\n').urls, [])
  })
  test('addresses of other schemes are left to nobody', () => {
    assert.deepEqual(findAddresses('file:///etc/passwd\njavascript:alert(1)').urls, [])
  })
})
