/** Submissions and opinions as the interface shows them. */
import type { OpinionView, SubmissionProblemView, SubmissionView } from '@mingzheng/api'
import { toHex, utcText } from '@mingzheng/kernel'
import type { OpinionRow, SubmissionProblemRow, SubmissionRow } from '@mingzheng/monitoring'
import { type PlatformNames, standingOf } from './watch-view.ts'

const time = (date: Date) => utcText(date.getTime())

export function submissionView(
  row: SubmissionRow,
  names: PlatformNames,
  fixing: { ledger_index: string | null; ledger_time: Date | null } | undefined,
): SubmissionView {
  return {
    id: row.id,
    source: row.source,
    platform: { id: row.platform_id, name: names.get(row.platform_id) ?? '' },
    fileName: row.file_name,
    format: row.format,
    bytes: Number(row.bytes),
    sha256: toHex(new Uint8Array(row.sha256)),
    sm3: toHex(new Uint8Array(row.sm3)),
    state: row.state,
    by: row.made_by,
    receivedAt: time(row.received_at),
    endedAt: row.ended_at === null ? null : time(row.ended_at),
    problem: row.problem,
    rows: row.rows,
    bad: row.bad_rows,
    same: row.same_rows,
    listings: row.listings,
    opinions: row.opinions,
    lines: row.lines,
    findings: row.findings,
    leads: row.leads,
    standing: standingOf(fixing ?? { ledger_index: null, ledger_time: null }),
  }
}

export function problemView({ line, field, code, value }: SubmissionProblemRow): SubmissionProblemView {
  return { line, field, code: code as SubmissionProblemView['code'], value }
}

export function opinionView(row: OpinionRow, names: PlatformNames): OpinionView {
  return {
    id: row.id,
    source: row.source,
    platform: { id: row.platform_id, name: names.get(row.platform_id) ?? '' },
    shop: row.shop,
    listing: row.listing_url,
    title: row.title,
    text: row.text,
    url: row.url,
    saidAt: time(row.said_at),
    topics: row.topics as OpinionView['topics'],
  }
}
