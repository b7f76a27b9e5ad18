import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { MemberHoldingsView } from '@mingzheng/api'
import { fewerThanOrder, memberState, neededToOrder } from './member-state.ts'
import { membersCsv } from './members-csv.ts'

const ROOT = 'a'.repeat(64)
const well: MemberHoldingsView = {
  id: 'court',
  name: { zh: '互联网法院', en: 'Internet Court' },
  role: 'court',
  independent: true,
  url: 'http://127.0.0.1:1',
  reached: true,
  height: 9,
  size: 20,
  witnessedSize: 20,
  witnessedAt: '2026-11-24T08:00:00.000Z',
  state: 'ready',
  detail: '',
  evidence: 'proven',
  appHash: null,
  root: ROOT,
  rootSm3: ROOT,
  agrees: true,
}
const consortium = { consortium: true }
const stateOf = (changes: Partial<MemberHoldingsView>) => memberState({ ...well, ...changes }, consortium)

describe('what is said of a member', () => {
  test('it agrees only where its roots were proved from its log', () => {
    assert.equal(stateOf({}), 'agrees')
    assert.notEqual(stateOf({ evidence: 'silent', agrees: null }), 'agrees')
    assert.notEqual(stateOf({ evidence: 'unasked', agrees: null }), 'agrees')
  })
  test('who says that all is well while its log is another disagrees', () => {
    assert.equal(stateOf({ agrees: false }), 'differs')
    assert.equal(stateOf({ evidence: 'broken', agrees: false }), 'broken')
  })
  test('who does not answer is away, not wrong', () => {
    assert.equal(stateOf({ reached: false, state: 'unreached', evidence: 'silent', agrees: null }), 'away')
  })
  test('who has fewer entries is behind, and who stopped says so first', () => {
    assert.equal(stateOf({ evidence: 'short', agrees: null }), 'behind')
    assert.equal(stateOf({ evidence: 'short', agrees: null, state: 'halted' }), 'halted')
  })
  test('a member that waits for the others still agrees as far as it goes', () => {
    assert.equal(stateOf({ state: 'quorum-lost' }), 'agrees')
    assert.equal(stateOf({ state: 'quorum-lost', evidence: 'unasked', agrees: null }), 'lost')
  })
  test('the embedded ledger compares with nobody', () => {
    assert.equal(memberState(well, { consortium: false }), 'own')
  })
  test('with two of five away nothing is ordered, with one away it is; the embedded ledger needs nobody', () => {
    const of = (away: number) => Array.from({ length: 5 }, (_, i) => ({ ...well, reached: i >= away }))
    assert.equal(fewerThanOrder({ consortium: true, members: of(1) }), false)
    assert.equal(fewerThanOrder({ consortium: true, members: of(2) }), true)
    assert.equal(fewerThanOrder({ consortium: false, members: of(5) }), false)
  })
  test('more than two thirds order', () => {
    assert.deepEqual([1, 4, 5, 7].map(neededToOrder), [1, 3, 4, 5])
  })
})

describe('the comparison as a file', () => {
  const answer = { size: 20, blockHeight: 9, consortium: true, members: [well] }
  test('has a line a member, with whole digests and the result in words', () => {
    const [head, line] = membersCsv(answer, 'zh', () => '一致')
      .slice(1)
      .split('\r\n')
    assert.match(head!, /^size,block,member,/)
    assert.ok(line!.includes(ROOT) && line!.includes('互联网法院') && line!.includes('一致'))
  })
  test('a name can be no formula and break no line', () => {
    const name = { zh: '=1+1,"\n', en: 'x' }
    const text = membersCsv({ ...answer, members: [{ ...well, name }] }, 'zh', () => '一致')
    assert.ok(text.includes('"\'=1+1,""\n"'))
  })
})
