import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PolicyView } from '@mingzheng/api'
import { policyChanges } from './policy-changes.ts'

const policy = (id: string, members: [string, string][], atLeast = 3, anyOf = ['court', 'notary']): PolicyView => ({
  id: id.repeat(64),
  members: members.map(([name, role]) => ({ id: name, name: { zh: name, en: name }, role })),
  quorum: { atLeast, anyOf },
  words: { zh: '', en: '' },
})
const five: [string, string][] = ['regulator', 'court', 'notary', 'forensic', 'ca'].map((one) => [one, one])

test('who joined, who left and whose role changed is said, each once', () => {
  const next = policy('b', [
    ...five.filter(([id]) => id !== 'ca' && id !== 'forensic'),
    ['forensic', 'ca'],
    ['bank', 'ca'],
  ])
  assert.deepEqual(policyChanges(policy('a', five), next), [
    { word: 'changeRole', member: 'forensic', role: 'ca' },
    { word: 'changeJoined', member: 'bank', role: 'ca' },
    { word: 'changeLeft', member: 'ca', role: 'ca' },
  ])
})

test('another quorum is said by its number or its roles', () => {
  assert.deepEqual(policyChanges(policy('a', five), policy('b', five, 4)), [
    { word: 'changeQuorum', quorum: { atLeast: 4, anyOf: ['court', 'notary'] } },
  ])
  assert.equal(policyChanges(policy('a', five), policy('b', five, 3, ['court']))[0]?.word, 'changeQuorum')
})

test('what people do not compare by is called other; the same policy changes nothing', () => {
  assert.deepEqual(policyChanges(policy('a', five), policy('b', five)), [{ word: 'changeOther' }])
  assert.deepEqual(policyChanges(policy('a', five), policy('a', five)), [])
})
