import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { governanceSaid } from './governance-said.ts'

const words = (kind: string, body: Record<string, unknown>) => governanceSaid({ kind, body }).map(({ word }) => word)

describe('entries of governance in words', () => {
  test('a proposal names who proposes what about whom', () => {
    const [said] = governanceSaid({ kind: 'governance.propose', body: { k: 'expel', m: 'ca', b: 'court' } })
    assert.equal(said!.word, 'propose-expel')
    assert.deepEqual([said!.values.by, said!.values.member], ['court', 'ca'])
  })
  test('a vote that decides says so as well', () => {
    assert.deepEqual(words('governance.vote', { y: true, m: 'court', o: 'passed' }), ['voteYes', 'outcome-passed'])
    assert.deepEqual(words('governance.vote', { y: false, m: 'court' }), ['voteNo'])
  })
  test('a proposal about another ledger names it, and a vote that decides it says so', () => {
    const body = { k: 'register', o: 'courts.example/330000/0a1b2c3d', m: 'notary' }
    const [said] = governanceSaid({ kind: 'chains.propose', body })
    assert.equal(said!.word, 'propose-register')
    assert.deepEqual([said!.values.by, said!.values.member], ['notary', 'courts.example/330000/0a1b2c3d'])
    assert.deepEqual(words('chains.vote', { ...body, y: true, x: 'passed' }), ['voteYes', 'outcome-active'])
    assert.deepEqual(words('chains.vote', { ...body, y: false, x: 'rejected' }), ['voteNo', 'outcome-rejected'])
  })
  test('an emergency is not told as an ordinary change', () => {
    assert.deepEqual(words('governance.policy', { e: true, m: 'ca' }), ['policyEmergency'])
    assert.deepEqual(words('governance.policy', {}), ['policyChanged'])
  })
  test('what is unknown, or no governance, is not guessed at', () => {
    assert.deepEqual(words('governance.propose', { k: 'new-kind' }), [])
    assert.deepEqual(words('governance.outcome', { o: 7 }), [])
    assert.deepEqual(words('evidence.fix', { k: 'expel' }), [])
  })
})
