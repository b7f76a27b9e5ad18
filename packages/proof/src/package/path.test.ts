import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathProblem } from './path.ts'

test('ordinary names, Chinese ones too, may stand in a package', () => {
  for (const path of ['manifest.json', 'data/页面/全图 1.png', 'proof/revocation/ca.crl', 'data/a.b-c_d~e!f']) {
    assert.equal(pathProblem(path), null, path)
  }
})

test('a name that two systems could read differently, or that leaves its folder, is refused by name', () => {
  const refused: [string, string][] = [
    ['', 'path-empty'],
    ['/etc/passwd', 'path-absolute'],
    ['data/../../x', 'path-segment'],
    ['data/./x', 'path-segment'],
    ['data//x', 'path-segment'],
    ['data/x/', 'path-segment'],
    ['data/x.', 'path-segment'],
    ['data/x ', 'path-segment'],
    ['data/CON', 'path-segment'],
    ['data/com1.txt', 'path-segment'],
    ['data\\x', 'path-character'],
    ['C:/x', 'path-character'],
    ['data/x\u0000', 'path-character'],
    ['data/x\n', 'path-character'],
    ['data/\u202egnp.exe', 'path-character'],
    ['data/\u200bx', 'path-character'],
    ['data/x\u2028', 'path-character'],
    ['data/e\u0301', 'path-not-nfc'],
    ['data/\ud800', 'path-not-unicode'],
    [`data/${'名'.repeat(140)}`, 'path-too-long'],
  ]
  for (const [path, code] of refused) assert.equal(pathProblem(path), code, JSON.stringify(path))
})
