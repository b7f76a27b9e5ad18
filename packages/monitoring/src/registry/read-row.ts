/** One row of a sheet becomes an entry of a register, or says what is wrong with it, field by field. */
import { searchTerms } from '@mingzheng/storage'
import { dayOf } from '../recognition/fields.ts'
import { creditCodeProblem, tidyCode } from '../recognition/operator/credit-code.ts'
import { BEHAVIOUR_WORDS, bareName, REGISTERS, type RegisterField, type RegisterKind } from './kinds.ts'
import type { Mapping } from './mapping.ts'

export type FieldValue = string | number | boolean | readonly string[]
export type Fields = { readonly [name: string]: FieldValue }

export interface RegisterEntry {
  readonly key: string
  readonly name: string
  readonly nameKey: string
  /** Unified social credit code of whom it is about, where it says one. */
  readonly code: string | null
  readonly fields: Fields
  readonly search: readonly string[]
}

/** `missing`: a required field; `code-*`: what is wrong with a credit code; others: no value of its sort. */
export type RowProblemCode =
  | 'missing'
  | 'too-long'
  | 'code-length'
  | 'code-character'
  | 'code-check'
  | 'no-day'
  | 'no-share'
  | 'no-choice'
  | 'no-behaviour'
  | 'too-many'
  | 'duplicate'
  | 'too-short'

export interface RowProblem {
  readonly field: string
  readonly code: RowProblemCode
  /** What stood there, cut short. */
  readonly value: string
}

const LONGEST = 500
const LONGEST_SCOPE = 4000
const LONGEST_WORD = 60
const MOST_WORDS = 200
const SHOWN = 200
const YES = /^(?:是|有|完整|y|yes|true|1|√)$/i
const WITHOUT_END = /^(?:长期|永久|无固定期限|无|long-term|-+|—+)$/i
const NO = /^(?:否|无|没有|不完整|n|no|false|0|×|)$/i

/** Reads a row of cells. A row without any text is `null`. */
export function readRow(
  kind: RegisterKind,
  mapping: Mapping,
  cells: readonly string[],
): RegisterEntry | readonly RowProblem[] | null {
  if (cells.every((cell) => cell.trim() === '')) return null
  const problems: RowProblem[] = []
  const fields: { [name: string]: FieldValue } = {}
  for (const field of REGISTERS[kind].fields) {
    const column = mapping[field.name]
    const written = column === undefined ? '' : tidy(cells[column] ?? '')
    if (written === '' || (field.sort === 'day' && WITHOUT_END.test(written))) {
      if (field.required) problems.push({ field: field.name, code: 'missing', value: '' })
      continue
    }
    const value = readField(field, written)
    if (typeof value === 'object' && 'code' in value) {
      problems.push({ field: field.name, code: value.code, value: written.slice(0, SHOWN) })
    } else fields[field.name] = value
  }
  if (kind === 'keywords' || kind === 'prohibited') problems.push(...tooShort(fields))
  if (problems.length > 0) return problems
  return entryOf(kind, fields)
}

/** A word of one character is on every page. */
function tooShort(fields: Fields): RowProblem[] {
  const words = [fields.name ?? '', fields.words ?? []].flat().map(String)
  const short = words.find((word) => word !== '' && [...bareName(word)].length < 2)
  return short === undefined ? [] : [{ field: 'name', code: 'too-short', value: short }]
}

/** The entry that fields make; what is on the register already is made again by it. */
export function entryOf(kind: RegisterKind, fields: Fields): RegisterEntry {
  const name = String(fields.name ?? '')
  const words = ['words', 'aliases'].flatMap((list) => (fields[list] as readonly string[] | undefined) ?? [])
  return {
    key: REGISTERS[kind].key.map((part) => keyPart(part, fields[part])).join('\n'),
    name,
    nameKey: bareName(name),
    code: typeof fields.code === 'string' ? fields.code : null,
    fields,
    search: searchTerms(name, String(fields.code ?? ''), String(fields.group ?? fields.brand ?? ''), ...words),
  }
}

function keyPart(part: string, value: FieldValue | undefined): string {
  const text = String(value ?? '')
  // A name of marks alone, such as an emoji, is itself.
  return part === 'code' ? text : bareName(text) || text
}

/** What is no Unicode or steers a terminal is not kept; what is kept is text and nothing else. */
function tidy(cell: string): string {
  return cell
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (mark) => (/[\n\r\t\u2028\u2029]/.test(mark) ? '\n' : ''))
    .trim()
}

function readField({ name, sort }: RegisterField, written: string): FieldValue | { readonly code: RowProblemCode } {
  switch (sort) {
    case 'text': {
      const text = written.replace(/\s*\n\s*/g, ' ')
      return text.length > (name === 'scope' ? LONGEST_SCOPE : LONGEST) ? { code: 'too-long' } : text
    }
    case 'code': {
      const problem = creditCodeProblem(written)
      return problem === null ? tidyCode(written) : { code: `code-${problem}` }
    }
    case 'day':
      return realDay(written) ?? { code: 'no-day' }
    case 'share': {
      const percent = /^([\d.]+)\s*%$/.exec(written)
      const share = percent === null ? Number(written) : Number(percent[1]) / 100
      return share >= 0 && share <= 1 ? share : { code: 'no-share' }
    }
    case 'yes':
      return YES.test(written) ? true : NO.test(written) ? false : { code: 'no-choice' }
    case 'behaviour':
      return BEHAVIOUR_WORDS.get(written.toLowerCase()) ?? { code: 'no-behaviour' }
    case 'list': {
      const words = [...new Set(written.split(/[、,，;；|\n]+/).map((word) => word.trim()))].filter(
        (word) => word !== '',
      )
      if (words.length > MOST_WORDS) return { code: 'too-many' }
      return words.some((word) => word.length > LONGEST_WORD) ? { code: 'too-long' } : words
    }
  }
}

/** A day of the calendar; `长期` (without end) is none. Numbers are the days of spreadsheets since 1899-12-30. */
function realDay(written: string): string | null {
  if (/^\d{5}(?:\.\d+)?$/.test(written)) {
    return new Date(Date.UTC(1899, 11, 30) + Math.floor(Number(written)) * 86_400_000).toISOString().slice(0, 10)
  }
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(written)
  const day = dayOf(compact === null ? written : `${compact[1]}-${compact[2]}-${compact[3]}`)
  if (day === null) return null
  const time = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day ? null : day
}
