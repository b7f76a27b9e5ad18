/**
 * The list as CSV (RFC 4180, with a byte-order mark) or as JSON, page by page, so that a million rows need no memory. JSON is one
 * list of the rows as the API gives them.
 */
import {
  type EvidenceFilter,
  type EvidenceListRow,
  type EvidenceTables,
  listEvidence,
  type SearchScope,
} from '@mingzheng/evidence'
import { Failure, isRefusal, utf8 } from '@mingzheng/kernel'
import type { Kysely, Transaction } from 'kysely'
import type { FileAnswer } from '../http/file-answer.ts'
import { evidenceRowView } from './evidence-view.ts'

type Scope = <T>(fn: (tx: Transaction<EvidenceTables>) => Promise<T>) => Promise<T>

const COLUMNS: [string, (row: EvidenceListRow) => string][] = [
  ['证书编号 number', (row) => row.number],
  ['标题 title', (row) => row.title],
  ['地址 url', (row) => row.url],
  ['取证时间 captured at', (row) => row.captured_at.toISOString()],
  ['执法人员 officer', (row) => row.officer_name],
  ['执法证号 card', (row) => row.officer_card ?? ''],
  ['单位 unit', (row) => row.unit_name ?? ''],
  ['案件 case', (row) => row.case_reference],
  ['状态 state', (row) => row.state],
  ['完整 complete', (row) => String(row.complete)],
  ['演示 demo', (row) => String(row.demo)],
  ['版次 edition', (row) => String(row.edition)],
  ['账本序号 ledger index', (row) => row.ledger_index ?? ''],
  ['清单 SHA-256 manifest', (row) => row.manifest_sha256],
]

/** A cell that begins like a formula is given a leading apostrophe: spreadsheets must not run a shop's title. */
function cell(text: string): string {
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}

const PAGE = 200

const encodeCsv = {
  mediaType: 'text/csv; charset=utf-8',
  head: `\ufeff${COLUMNS.map(([title]) => cell(title)).join(',')}\r\n`,
  row: (row: EvidenceListRow) => `${COLUMNS.map(([, read]) => cell(read(row))).join(',')}\r\n`,
  between: '',
  foot: '',
}
const encodeJson: typeof encodeCsv = {
  mediaType: 'application/json; charset=utf-8',
  head: '[\n',
  row: (row) => JSON.stringify(evidenceRowView(row)),
  between: ',\n',
  foot: '\n]\n',
}

export function evidenceExport(
  format: 'csv' | 'json',
  as: Scope,
  system: Kysely<EvidenceTables>,
  scope: SearchScope,
  filter: EvidenceFilter,
): FileAnswer {
  const { mediaType, head, row, between, foot } = format === 'csv' ? encodeCsv : encodeJson
  return {
    mediaType,
    bytes: null,
    fileName: `evidence.${format}`,
    open: async function* () {
      yield utf8(head)
      let after: string | undefined
      let first = true
      do {
        const mark = after
        const page = await as((tx) => listEvidence({ people: tx, system, scope }, filter, { after: mark, limit: PAGE }))
        // Cut off rather than ended in good order: a list that lacks rows must not look whole.
        if (isRefusal(page)) throw new Failure(page.code, page.detail)
        const rows = page.rows.map(row).join(between)
        if (rows !== '') yield utf8(first ? rows : between + rows)
        first &&= rows === ''
        after = page.next ?? undefined
      } while (after !== undefined)
      yield utf8(foot)
    },
  }
}
