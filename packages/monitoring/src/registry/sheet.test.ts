import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, Failure, utf8 } from '@mingzheng/kernel'
import fc from 'fast-check'
import { streamXlsxRows } from 'hucre/xlsx'
import { sheetBytes } from './export-sheet.ts'
import { guessMapping } from './mapping.ts'
import { readRow } from './read-row.ts'
import { readSheet, type SheetFormat, sheetFormat } from './read-sheet.ts'
import { csvCell, inertCell, readCell } from './sheet-cell.ts'

const CODE = '91350100M000100Y43'
const RUNS = { seed: 20_261_125, numRuns: 300 }

const source = (...chunks: Bytes[]) => ({
  open: async () =>
    (async function* () {
      yield* chunks
    })(),
})

async function rowsOf(format: SheetFormat, ...chunks: Bytes[]): Promise<string[][]> {
  const rows: string[][] = []
  for await (const { cells } of readSheet(format, source(...chunks))) rows.push([...cells])
  return rows
}

async function written(format: SheetFormat, rows: readonly (readonly string[])[]): Promise<Bytes> {
  const all = async function* () {
    yield* rows
  }
  const chunks: Bytes[] = []
  for await (const chunk of sheetBytes(format, all())) chunks.push(chunk)
  return new Uint8Array(Buffer.concat(chunks))
}

describe('a sheet', () => {
  test('is read with commas, semicolons or tabs, quotes and line ends within cells', async () => {
    assert.deepEqual(await rowsOf('csv', utf8('a,"b, ""c""\nd"\r\n1,2\r\n')), [
      ['a', 'b, "c"\nd'],
      ['1', '2'],
    ])
    assert.deepEqual(await rowsOf('csv', utf8('a;b\n1;2\n')), [
      ['a', 'b'],
      ['1', '2'],
    ])
    assert.deepEqual(await rowsOf('csv', utf8('\ufeffa\tb\n1\t2\n')), [
      ['a', 'b'],
      ['1', '2'],
    ])
  })
  test('in GB 18030 is read as it was meant, also where its first rows are in plain letters', async () => {
    // 名称 and 中文 in GB 18030.
    const [name, text] = [new Uint8Array([0xc3, 0xfb, 0xb3, 0xc6]), new Uint8Array([0xd6, 0xd0, 0xce, 0xc4])]
    assert.deepEqual(await rowsOf('csv', utf8('code,name\n1,x\n2,'), name, utf8('\n3,'), text, utf8('\n')), [
      ['code', 'name'],
      ['1', 'x'],
      ['2', '名称'],
      ['3', '中文'],
    ])
  })
  test('in UTF-16 is read', async () => {
    const bytes = new Uint8Array(Buffer.from('\ufeff名称,代码\r\n甲,1\r\n', 'utf16le'))
    assert.equal(sheetFormat(bytes), 'csv')
    assert.deepEqual(await rowsOf('csv', bytes), [
      ['名称', '代码'],
      ['甲', '1'],
    ])
  })
  test('that is written as a workbook is read again as it was', async () => {
    const rows = [
      ['名称', '代码', '日期'],
      ['甲公司', CODE, '2026-11-25'],
      ['乙 & <丙>', '', '=1+1'],
    ]
    const bytes = await written('xlsx', rows)
    assert.equal(sheetFormat(bytes), 'xlsx')
    assert.deepEqual(await rowsOf('xlsx', bytes), rows)
  })
  test('that is none is refused by name', async () => {
    const old = new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])
    for (const bytes of [old, new Uint8Array([0, 1, 2, 3])]) {
      assert.throws(() => sheetFormat(bytes), { code: 'sheet-unreadable' })
    }
    const cut = (await written('xlsx', [['a'], ['b']])).slice(0, 60)
    await assert.rejects(rowsOf('xlsx', cut), (error) => error instanceof Failure && error.code === 'sheet-unreadable')
  })
})

describe('an exported cell', () => {
  const hostile = ['=cmd|"/c calc"!A1', '+1', '-2', '@SUM(A1)', '\t=1', ' =1', '\u200b=1', '"=1', '|x', '＝1', "'=1"]
  test('never begins a formula', () => {
    for (const text of hostile) assert.match(inertCell(text), /^'/, JSON.stringify(text))
    for (const text of ['甲公司', '0571-1234', 'a=b', '']) assert.equal(inertCell(text), text)
  })
  test('never begins a formula, whatever it holds, and reads back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const cell = inertCell(text)
        assert.doesNotMatch(cell.replace(/^[\s\p{Cc}\p{Cf}"]+/u, ''), /^[=+\-@]/)
        assert.equal(readCell(cell), text)
      }),
      RUNS,
    )
  })
  test('stands quoted where its text has commas, quotes or line ends', () => {
    assert.equal(csvCell('=a,"b"'), `"'=a,""b"""`)
  })
  test('is a text in a workbook and no formula', async () => {
    const bytes = await written('xlsx', [['名称'], ...hostile.map((text) => [text])])
    const xml = Buffer.from(bytes).toString('latin1')
    assert.ok(!xml.includes('<f>'))
    for await (const { values } of streamXlsxRows(bytes)) {
      for (const value of values) assert.equal(typeof value, 'string')
    }
  })
})

describe('the mapping of columns', () => {
  test('is guessed by headings in Chinese and English, whole ones before parts', () => {
    const columns = ['序号', '企业名称', '统一社会信用代码（18位）', '住所', '登记状态']
    assert.deepEqual(guessMapping('operators', columns, []), { name: 1, code: 2, address: 3, status: 4 })
    assert.deepEqual(guessMapping('brands', ['Brand', 'Aliases', 'Owner'], []), { name: 0, aliases: 1, owner: 2 })
  })
  test('finds codes by what stands below, where no heading says it', () => {
    const sample = [
      ['甲', CODE],
      ['乙', CODE],
    ]
    assert.equal(guessMapping('operators', ['企业', '编号'], sample).code, 1)
    assert.equal(guessMapping('operators', ['企业', '编号'], [['甲', '12']]).code, undefined)
  })
})

describe('a row', () => {
  const mapping = { code: 0, name: 1, validUntil: 2 }
  const read = (...cells: string[]) => readRow('operators', mapping, cells)
  test('becomes an entry by its key, with tidy values', () => {
    const entry = read(`${CODE.slice(0, 9)} ${CODE.slice(9).toLowerCase()}`, ' 甲\n公司 ', '2027年1月2日')
    assert.ok(entry !== null && 'key' in entry)
    assert.equal(entry.key, CODE)
    assert.deepEqual(entry.fields, { code: CODE, name: '甲 公司', validUntil: '2027-01-02' })
  })
  test('with a code that no registrar gives says what is wrong with it', () => {
    assert.deepEqual(read(`${CODE.slice(0, 17)}4`, '甲', ''), [
      { field: 'code', code: 'code-check', value: `${CODE.slice(0, 17)}4` },
    ])
    assert.deepEqual(read('123', '', '2027-02-30'), [
      { field: 'code', code: 'code-length', value: '123' },
      { field: 'name', code: 'missing', value: '' },
      { field: 'validUntil', code: 'no-day', value: '2027-02-30' },
    ])
  })
  test('without an end of its term, or with the day of a spreadsheet, is good', () => {
    for (const [written, kept] of [
      ['长期', undefined],
      ['46022', '2025-12-31'],
      ['20270102', '2027-01-02'],
    ]) {
      const entry = read(CODE, '甲', written!)
      assert.ok(entry !== null && 'key' in entry)
      assert.equal(entry.fields.validUntil, kept)
    }
  })
  test('without any text is none', () => {
    assert.equal(read('', ' ', ''), null)
  })
  test('of words refuses one of a single character, and takes lists however they are parted', () => {
    const words = { group: 0, name: 1, exempt: 2, weight: 3, behaviour: 4 }
    const entry = readRow('keywords', words, ['组', '治百病', '图书、玩具;挂图', '70%', '虚假宣传'])
    assert.ok(entry !== null && 'key' in entry)
    assert.deepEqual(entry.fields.exempt, ['图书', '玩具', '挂图'])
    assert.deepEqual([entry.fields.weight, entry.fields.behaviour], [0.7, 'false-propaganda'])
    assert.deepEqual(readRow('keywords', words, ['组', '病', '', '', '']), [
      { field: 'name', code: 'too-short', value: '病' },
    ])
  })
  test('of any text is an entry or says why not, and never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 8 }), (cells) => {
        const all = { platform: 0, name: 1, code: 2, operator: 3, url: 4 }
        const entry = readRow('shops', all, cells)
        if (entry === null || !('key' in entry)) return
        for (const value of Object.values(entry.fields)) {
          assert.ok(String(value).isWellFormed())
          assert.doesNotMatch(String(value), /[\p{Cc}\p{Cf}]/u)
        }
      }),
      RUNS,
    )
  })
})
