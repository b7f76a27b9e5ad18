/** The rows of a submitted file, one at a time with their lines: JSON objects a line, or a sheet whose first row names the fields. */
import { type Bytes, Failure } from '@mingzheng/kernel'
import { readSheet, type SheetFormat, sheetFormat } from '../registry/read-sheet.ts'
import { type Row, type RowProblem, readRow } from './row.ts'

export type SubmissionFormat = 'jsonl' | SheetFormat

export interface RowAt {
  /** As people count, from 1. */
  readonly line: number
  readonly row: Row | null
  readonly problems: readonly RowProblem[]
}

/** Longest line, bytes. */
const LONGEST_LINE = 1 << 20

/** Chinese names that a sheet may use for fields. */
const COLUMNS: { readonly [name: string]: string } = {
  种类: 'kind',
  编号: 'id',
  商品编号: 'id',
  地址: 'url',
  网址: 'url',
  商品名称: 'title',
  标题: 'title',
  描述: 'description',
  内容: 'text',
  类目: 'category',
  品牌: 'brand',
  价格: 'price',
  原价: 'original_price',
  币种: 'currency',
  货号: 'sku',
  图片: 'images',
  网店: 'shop',
  店铺: 'shop',
  经营者: 'operator',
  统一社会信用代码: 'licence',
  评分: 'rating',
  销量: 'sales',
  来源: 'source',
  时间: 'at',
  商品地址: 'listing',
}

/** What a file's first bytes say it is; throws `sheet-unreadable` for what is none of these. */
export function submissionFormat(head: Bytes): SubmissionFormat {
  const start = new TextDecoder()
    .decode(head.subarray(0, 200))
    .replace(/^\ufeff/, '')
    .trimStart()
  return start.startsWith('{') ? 'jsonl' : sheetFormat(head)
}

export function rowsOf(format: SubmissionFormat, open: () => Promise<AsyncIterable<Bytes>>): AsyncGenerator<RowAt> {
  return format === 'jsonl' ? jsonRows(open) : sheetRows(format, open)
}

async function* jsonRows(open: () => Promise<AsyncIterable<Bytes>>): AsyncGenerator<RowAt> {
  for await (const { line, text } of linesOf(await open())) {
    if (text === null) yield bad(line, 'too-long', '')
    else if (text.trim() !== '') yield rowOf(line, text)
  }
}

function rowOf(line: number, text: string): RowAt {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return bad(line, 'no-json', text.slice(0, 200))
  }
  return judged(line, value)
}

const bad = (line: number, code: RowProblem['code'], value: string): RowAt => ({
  line,
  row: null,
  problems: [{ field: '', code, value: value.toWellFormed().replaceAll('\0', '\ufffd') }],
})

function judged(line: number, value: unknown): RowAt {
  const row = readRow(value)
  return Array.isArray(row) ? { line, row: null, problems: row } : { line, row, problems: [] }
}

/** Lines of UTF-8; `null` for one that is too long, whose bytes are passed over. */
async function* linesOf(source: AsyncIterable<Bytes>): AsyncGenerator<{ line: number; text: string | null }> {
  const decoder = new TextDecoder()
  let held: Bytes[] = []
  let size = 0
  let line = 1
  const take = () => {
    const text = size > LONGEST_LINE ? null : decoder.decode(Buffer.concat(held)).replace(/^\ufeff/, '')
    held = []
    size = 0
    return { line: line++, text }
  }
  for await (const chunk of source) {
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      size += at - from
      if (size <= LONGEST_LINE) held.push(chunk.subarray(from, at))
      yield take()
      from = at + 1
    }
    size += chunk.length - from
    if (size <= LONGEST_LINE) held.push(chunk.slice(from))
    else held = []
  }
  if (size > 0) yield take()
}

async function* sheetRows(format: SheetFormat, open: () => Promise<AsyncIterable<Bytes>>): AsyncGenerator<RowAt> {
  let fields: string[] | null = null
  for await (const { line, cells } of readSheet(format, { open })) {
    if (fields === null) {
      fields = cells.map((cell) => COLUMNS[cell.trim()] ?? cell.trim())
      if (!fields.includes('id')) {
        throw new Failure('sheet-unreadable', 'the first row names no column id', {
          field: 'file',
          remedy: 'the first row names the fields: docs/formats/platform-report.md',
        })
      }
      continue
    }
    const value = rowValue(fields, cells)
    if (value !== null) yield judged(line, value)
  }
}

/** `null` for an empty row. Columns `attributes.NAME` make attributes. */
function rowValue(fields: readonly string[], cells: readonly string[]): { [name: string]: unknown } | null {
  const value: { [name: string]: unknown } = {}
  const attributes: { [name: string]: string } = {}
  fields.forEach((field, i) => {
    const cell = cells[i]?.trim() ?? ''
    if (cell === '' || field === '') return
    if (field.startsWith('attributes.')) attributes[field.slice('attributes.'.length)] = cell
    else value[field] = field === 'images' ? cell.split(/[\s|]+/) : cell
  })
  if (Object.keys(value).length === 0) return null
  return Object.keys(attributes).length === 0 ? value : { ...value, attributes }
}
