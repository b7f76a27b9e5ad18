import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nextOpen } from './window.ts'

const china = (text: string) => Date.parse(`${text}+08:00`)
const text = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 16)
const weekdays = [1, 2, 3, 4, 5]

describe('the hours in which a task fetches', () => {
  test('are always where it names none', () => {
    assert.equal(nextOpen([], 12345), 12345)
  })
  test('are now within a window, and its opening before it', () => {
    const windows = [{ days: weekdays, from: '08:00', to: '18:00' }]
    // A Tuesday.
    assert.equal(text(nextOpen(windows, china('2026-11-24T09:30:00'))), '2026-11-24T09:30')
    assert.equal(text(nextOpen(windows, china('2026-11-24T03:00:00'))), '2026-11-24T08:00')
    assert.equal(text(nextOpen(windows, china('2026-11-24T18:00:00'))), '2026-11-25T08:00')
  })
  test('pass over days that are not named', () => {
    const windows = [{ days: weekdays, from: '08:00', to: '18:00' }]
    // Friday evening to Monday morning.
    assert.equal(text(nextOpen(windows, china('2026-11-27T20:00:00'))), '2026-11-30T08:00')
    assert.equal(
      text(nextOpen([{ days: [2], from: '08:00', to: '09:00' }], china('2026-11-24T09:00:00'))),
      '2026-12-01T08:00',
    )
  })
  test('may run past midnight', () => {
    const windows = [{ days: [2], from: '22:00', to: '06:00' }]
    assert.equal(text(nextOpen(windows, china('2026-11-25T05:59:00'))), '2026-11-25T05:59')
    assert.equal(text(nextOpen(windows, china('2026-11-25T06:00:00'))), '2026-12-01T22:00')
  })
})
