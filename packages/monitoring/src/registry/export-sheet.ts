/** Rows as a file: comma-separated values (RFC 4180, with a byte-order mark) or a workbook (ECMA-376). No cell begins a formula. */
import { type Bytes, utf8 } from '@mingzheng/kernel'
import { writeXlsxStream } from 'hucre/xlsx'
import type { SheetFormat } from './read-sheet.ts'
import { csvCell, inertCell } from './sheet-cell.ts'

export const SHEET_TYPES: { readonly [format in SheetFormat]: string } = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

export function sheetBytes(format: SheetFormat, rows: AsyncIterable<readonly string[]>): AsyncIterable<Bytes> {
  return format === 'csv' ? csvBytes(rows) : workbookBytes(rows)
}

async function* csvBytes(rows: AsyncIterable<readonly string[]>): AsyncGenerator<Bytes> {
  yield utf8('\ufeff')
  let lines = ''
  for await (const row of rows) {
    lines += `${row.map(csvCell).join(',')}\r\n`
    if (lines.length < 60_000) continue
    yield utf8(lines)
    lines = ''
  }
  if (lines !== '') yield utf8(lines)
}

async function* workbookBytes(rows: AsyncIterable<readonly string[]>): AsyncGenerator<Bytes> {
  const cells = async function* () {
    for await (const row of rows) yield row.map((cell) => inertCell(cell).slice(0, LONGEST_CELL))
  }
  for await (const chunk of writeXlsxStream(cells(), { name: 'Sheet1' })) yield chunk as Bytes
}

/** Of a cell in a workbook, in characters. */
const LONGEST_CELL = 32_767
