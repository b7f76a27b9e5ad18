import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isNarrowed, searchOf, searchText } from './filters.ts'

describe('the filters of the evidence list', () => {
  test('a saved view opens with the filters it was saved with', () => {
    const search = { q: '虚假 宣传', state: 'fixed', host: 'shop.example' } as const
    const opened = searchOf(searchText(search))
    assert.equal(opened.q, '虚假 宣传')
    assert.equal(opened.state, 'fixed')
    assert.equal(opened.host, 'shop.example')
    assert.equal(searchText(opened), searchText(search))
  })
  test('where one stands in the list is no part of a view', () => {
    assert.equal(searchText({ at: '2026-01-01T00:00:00.000Z' }), '')
  })
  test('names that are no filters are left out of a view', () => {
    assert.deepEqual(Object.keys(searchOf('evil=1&q=a')).includes('evil'), false)
  })
  test('a list with no filter is not narrowed, whatever place it begins at', () => {
    assert.equal(isNarrowed({}), false)
    assert.equal(isNarrowed({ at: '2026-01-01T00:00:00.000Z' }), false)
    assert.equal(isNarrowed({ complete: 'no' }), true)
  })
})
