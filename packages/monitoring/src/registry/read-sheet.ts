/**
 * The rows of a file of comma-separated values (RFC 4180, also with other marks between, in UTF-8, UTF-16 or GB 18030) or of a
 * workbook (ECMA-376), as texts, one at a time. Refuses what is neither, and what never ends.
 */
import { Readable } from 'node:stream'
import { type Bytes, Failure } from '@mingzheng/kernel'
import { parse } from 'csv-parse'
import { detectDelimiter } from 'hucre/csv'
import { type StreamRow, streamXlsxRows } from 'hucre/xlsx'
import { readCell } from './sheet-cell.ts'

export type SheetFormat = 'csv' | 'xlsx'

export interface SheetSource {
  /** The file from its beginning, each time that it is called. */
  open(): Promise<AsyncIterable<Bytes>>
  /** Told of every byte that is taken from it, in the pass that reads rows. */
  readonly onBytes?: (bytes: number) => void
}

export interface SheetRow {
  /** As people count, from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

export const SHEET_LIMITS = { columns: 100, cell: 8000, rows: 2_000_000, record: 1_000_000, input: 256 * 1024 * 1024 }

/** What the first bytes show: a workbook is a ZIP; of what is neither text nor that, `sheet-unreadable`. */
export function sheetFormat(head: Bytes): SheetFormat {
  const begins = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte)
  if (begins(0x50, 0x4b, 0x03, 0x04)) return 'xlsx'
  if (begins(0xd0, 0xcf, 0x11, 0xe0)) {
    throw unreadable('an old or a locked workbook', 'save it as .xlsx without a password, or as CSV')
  }
  const isWide = begins(0xff, 0xfe) || begins(0xfe, 0xff)
  if (!isWide && head.subarray(0, 4096).includes(0)) throw unreadable('neither a workbook nor text')
  return 'csv'
}

export function readSheet(format: SheetFormat, source: SheetSource): AsyncGenerator<SheetRow> {
  return format === 'xlsx' ? readWorkbook(source) : readCsv(source)
}

async function* readCsv({ open, onBytes }: SheetSource): AsyncGenerator<SheetRow> {
  const encoding = await encodingOf(await open())
  const decoder = new TextDecoder(encoding)
  const texts = async function* () {
    for await (const chunk of await open()) {
      onBytes?.(chunk.length)
      const text = decoder.decode(chunk, { stream: true })
      if (text !== '') yield text
    }
    const rest = decoder.decode()
    if (rest !== '') yield rest
  }
  const pieces = texts()
  const first = await pieces.next()
  if (first.done === true) return
  const delimiter = detectDelimiter(first.value.slice(0, 20_000))
  const parser = Readable.from(chain(first.value, pieces)).compose(
    parse({
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      max_record_size: SHEET_LIMITS.record,
    }),
  )
  let count = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (++count > SHEET_LIMITS.rows) throw unreadable(`more than ${SHEET_LIMITS.rows} rows`)
      yield { line: info.lines, cells: record.slice(0, SHEET_LIMITS.columns).map((cell) => readCell(cut(cell))) }
    }
  } catch (cause) {
    throw cause instanceof Failure ? cause : unreadable((cause as Error).message)
  }
}

async function* chain(first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield first
  yield* rest
}

/** Of the whole file: a heading in plain letters says nothing of what follows. */
async function encodingOf(bytes: AsyncIterable<Bytes>): Promise<string> {
  const strict = new TextDecoder('utf-8', { fatal: true })
  let isFirst = true
  try {
    for await (const chunk of bytes) {
      if (isFirst && chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le'
      if (isFirst && chunk[0] === 0xfe && chunk[1] === 0xff) return 'utf-16be'
      isFirst = false
      strict.decode(chunk, { stream: true })
    }
    strict.decode()
    return 'utf-8'
  } catch {
    return 'gb18030'
  }
}

async function* readWorkbook({ open, onBytes }: SheetSource): AsyncGenerator<SheetRow> {
  const bytes = async function* () {
    for await (const chunk of await open()) {
      onBytes?.(chunk.length)
      yield chunk
    }
  }
  const stream = Readable.toWeb(Readable.from(bytes())) as ReadableStream<Uint8Array>
  try {
    for await (const row of streamXlsxRows(stream, { maxInputBytes: SHEET_LIMITS.input })) {
      if (row.index >= SHEET_LIMITS.rows) throw unreadable(`more than ${SHEET_LIMITS.rows} rows`)
      yield { line: row.index + 1, cells: row.values.slice(0, SHEET_LIMITS.columns).map(textOf) }
    }
  } catch (cause) {
    throw cause instanceof Failure ? cause : unreadable((cause as Error).message)
  }
}

/** A day is written as the register keeps it; a formula is what it last came to. */
function textOf(value: StreamRow['values'][number]): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  return readCell(cut(String(value)))
}

const cut = (cell: string) => cell.slice(0, SHEET_LIMITS.cell)

function unreadable(detail: string, remedy = 'send a workbook (.xlsx) or comma-separated values (.csv)'): Failure {
  return new Failure('sheet-unreadable', `the file cannot be read as a sheet: ${detail}`, { field: 'file', remedy })
}
