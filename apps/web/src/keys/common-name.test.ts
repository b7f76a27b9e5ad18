import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commonName } from './common-name.ts'

test('the holder of a certificate is found in its name', () => {
  for (const [subject, name] of [
    ['C=CN, O=杭州市市场监督管理局, CN=王晓明', '王晓明'],
    ['CN=Shop\\, Ltd,O=x', 'Shop, Ltd'],
    ['O=only an organisation', 'O=only an organisation'],
    ['OCN=not it', 'OCN=not it'],
  ] as const) {
    assert.equal(commonName(subject), name)
  }
})
