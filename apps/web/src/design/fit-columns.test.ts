import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fitColumns, leastWidth } from './fit-columns.ts'

const columns = [
  { key: 'title', track: 'minmax(200px, 3fr)' },
  { key: 'number', track: '180px', rank: 1 },
  { key: 'officer', track: '80px', rank: 3 },
  { key: 'time', track: '120px', rank: 2 },
]
const keys = (width: number, before = 0) => fitColumns(columns, width, before).map((column) => column.key)

describe('columns that have room', () => {
  test('on a wide screen all are shown, in their order', () => {
    assert.deepEqual(keys(1200), ['title', 'number', 'officer', 'time'])
  })
  test('those that matter least give way first', () => {
    assert.deepEqual(keys(640), ['title', 'number', 'time'])
    assert.deepEqual(keys(450), ['title', 'number'])
  })
  test('what always stays is shown even where nothing fits', () => {
    assert.deepEqual(keys(100), ['title'])
  })
  test('room for the boxes to select is counted', () => {
    assert.deepEqual(keys(655), ['title', 'number', 'officer', 'time'])
    assert.deepEqual(keys(655, 34), ['title', 'number', 'time'])
  })
  test('a track’s least width is its first number of pixels', () => {
    assert.equal(leastWidth('minmax(160px, 2fr)'), 160)
    assert.equal(leastWidth('1fr'), 0)
  })
})
