/** The list of evidence: every filter served by an index, pages by keyset, counts that say when they stopped counting. */

import { isRefusal, type Refusal } from '@mingzheng/kernel'
import { bigrams, cappedCount, comesAfter, decodeCursor, encodeCursor } from '@mingzheng/storage'
import { type Kysely, type Selectable, type SelectQueryBuilder, sql } from 'kysely'
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

const SORT = ['captured_at', 'number']

function markOf(row: { captured_at: Date; number: string }): string {
  return encodeCursor([row.captured_at.getTime(), row.number])
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
  const mark = page.before ?? page.after
  const cursor = mark === undefined ? null : decodeCursor(mark, SORT.length)
  if (isRefusal(cursor)) return cursor
  const direction = backwards ? 'asc' : 'desc'
  let query = filtered(db.selectFrom('evidence').select(COLUMNS), filter)
  if (cursor !== null) {
    query = query.where(comesAfter(SORT, [new Date(Number(cursor[0])), String(cursor[1])], direction))
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
    next: hasNext && rows.length > 0 ? markOf(rows.at(-1)!) : null,
    previous: hasPrevious && rows.length > 0 ? markOf(rows[0]!) : null,
  }
}

/** How many rows match, as far as anybody wants to know. */
export function countEvidence(db: Kysely<EvidenceTables>, filter: EvidenceFilter) {
  return cappedCount(db, filtered(db.selectFrom('evidence').select('number'), filter))
}
