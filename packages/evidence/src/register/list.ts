/** The list of evidence: every filter served by an index, pages by keyset, counts that say when they stopped counting. */

import { fromBase64Url, fromUtf8, type Refusal, refuse, toBase64Url, utf8 } from '@mingzheng/kernel'
import { bigrams } from '@mingzheng/storage'
import type { Selectable } from 'kysely'
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { EvidenceState, EvidenceTable, EvidenceTables } from './schema.ts'

export interface EvidenceFilter {
  q?: string | undefined
  host?: string | undefined
  officer?: string | undefined
  unit?: string | undefined
  caseReference?: string | undefined
  state?: EvidenceState | undefined
  complete?: boolean | undefined
  demo?: boolean | undefined
  from?: Date | undefined
  to?: Date | undefined
}

export interface EvidencePageRequest {
  after?: string | undefined
  before?: string | undefined
  at?: Date | undefined
  limit: number
}

export type EvidenceListRow = Omit<Selectable<EvidenceTable>, 'facts' | 'search'>

export interface EvidencePage {
  rows: EvidenceListRow[]
  count: { value: number; capped: boolean }
  next: string | null
  previous: string | null
}

/** Counting stops here; the screen then says "10,000+". */
const COUNT_CAP = 10_000

const COLUMNS = [
  'number',
  'kind',
  'organisation_id',
  'unit_id',
  'officer_id',
  'officer_name',
  'officer_card',
  'unit_name',
  'title',
  'url',
  'host',
  'cause',
  'case_reference',
  'captured_at',
  'started_at',
  'ended_at',
  'state',
  'complete',
  'demo',
  'edition',
  'bytes',
  'pages',
  'anomalies',
  'ledger_index',
  'ledger_time',
  'ledger_state',
  'manifest_sha256',
  'recapture_of',
  'capture_id',
] as const

interface Cursor {
  time: Date
  number: string
}

function encodeCursor(row: { captured_at: Date; number: string }): string {
  return toBase64Url(utf8(`${row.captured_at.getTime()} ${row.number}`))
}

function decodeCursor(text: string): Cursor | null {
  try {
    const match = /^(\d{1,15}) (MZ-[0-9A-Z-]+)$/.exec(fromUtf8(fromBase64Url(text)))
    return match === null ? null : { time: new Date(Number(match[1])), number: match[2]! }
  } catch {
    return null
  }
}

type Query<O> = SelectQueryBuilder<EvidenceTables, 'evidence', O>

function filtered<O>(query: Query<O>, filter: EvidenceFilter): Query<O> {
  let q = query
  if (filter.host !== undefined) q = q.where('host', '=', filter.host)
  if (filter.officer !== undefined) q = q.where('officer_id', '=', filter.officer)
  if (filter.unit !== undefined) q = q.where('unit_id', '=', filter.unit)
  if (filter.caseReference !== undefined) q = q.where('case_reference', '=', filter.caseReference)
  if (filter.state !== undefined) q = q.where('state', '=', filter.state)
  if (filter.complete !== undefined) q = q.where('complete', '=', filter.complete)
  if (filter.demo !== undefined) q = q.where('demo', '=', filter.demo)
  if (filter.from !== undefined) q = q.where('captured_at', '>=', filter.from)
  if (filter.to !== undefined) q = q.where('captured_at', '<', filter.to)
  const words = (filter.q ?? '').split(/\s+/).filter((word) => word !== '')
  if (words.length > 0) q = q.where(sql<boolean>`search @> ${words.flatMap((word) => bigrams(word))}::text[]`)
  return q
}

/** One page, newest first. A cursor that is not ours is refused as `cursor-malformed`. */
export async function listEvidence(
  db: Kysely<EvidenceTables>,
  filter: EvidenceFilter,
  page: EvidencePageRequest,
): Promise<EvidencePage | Refusal<'cursor-malformed'>> {
  const backwards = page.before !== undefined
  const text = page.before ?? page.after
  const cursor = text === undefined ? null : decodeCursor(text)
  if (text !== undefined && cursor === null) {
    return refuse('cursor-malformed', 'the page mark is not one of ours', { field: backwards ? 'before' : 'after' })
  }
  const direction = backwards ? 'asc' : 'desc'
  let query = filtered(db.selectFrom('evidence').select(COLUMNS), filter)
  if (cursor !== null) {
    const order = sql.raw(backwards ? '>' : '<')
    query = query.where(sql<boolean>`(captured_at, number) ${order} (${cursor.time}, ${cursor.number})`)
  } else if (page.at !== undefined) {
    query = query.where('captured_at', '<=', page.at)
  }
  const found = await query
    .orderBy('captured_at', direction)
    .orderBy('number', direction)
    .limit(page.limit + 1)
    .execute()
  const more = found.length > page.limit
  const rows = found.slice(0, page.limit)
  if (backwards) rows.reverse()
  const started = cursor !== null || page.at !== undefined
  const hasNext = backwards ? true : more
  const hasPrevious = backwards ? more : started
  return {
    rows,
    count: await countEvidence(db, filter),
    next: hasNext && rows.length > 0 ? encodeCursor(rows.at(-1)!) : null,
    previous: hasPrevious && rows.length > 0 ? encodeCursor(rows[0]!) : null,
  }
}

/** How many rows match, counting at most `COUNT_CAP`. */
export async function countEvidence(
  db: Kysely<EvidenceTables>,
  filter: EvidenceFilter,
): Promise<{ value: number; capped: boolean }> {
  const inner = filtered(db.selectFrom('evidence').select('number'), filter).limit(COUNT_CAP + 1)
  const { n } = await db
    .selectFrom(inner.as('matching'))
    .select(sql<string>`count(*)`.as('n'))
    .executeTakeFirstOrThrow()
  const value = Number(n)
  return value > COUNT_CAP ? { value: COUNT_CAP, capped: true } : { value, capped: false }
}
