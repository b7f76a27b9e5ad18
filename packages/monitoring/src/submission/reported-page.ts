/** A row that was handed in, in the shape of a page that was fetched: the way from there on is one. */
import type { Bytes } from '@mingzheng/kernel'
import type { Facts } from '../fact/facts.ts'
import type { ClaimedTask } from '../frontier/claim.ts'
import type { BatchPage } from '../watch/batch.ts'
import { REPORTED_TYPE, reportedUrl } from './reported-facts.ts'
import type { SubmissionRow } from './submissions.ts'

export interface ReportedRow {
  readonly submission: Pick<SubmissionRow, 'organisation_id' | 'platform_id' | 'source'>
  readonly task: ClaimedTask
  readonly row: { readonly kind: string; readonly id: string; readonly url?: string | null | undefined }
  readonly bytes: Uint8Array
  readonly facts: Facts
  readonly factsSha256: Bytes
  readonly sha256: string
  readonly now: number
  /** Of the snapshot. */
  readonly id: string
}

export function reportedPage({
  submission,
  task,
  row,
  bytes,
  facts,
  factsSha256,
  sha256,
  now,
  id,
}: ReportedRow): BatchPage {
  const url = reportedUrl(row)
  const { organisation_id, platform_id, source } = submission
  return {
    at: now,
    snapshotId: id,
    pictures: [],
    address: {
      id: '0',
      task_id: task.id,
      organisation_id,
      platform_id,
      host_id: '0',
      url,
      url_key: new Uint8Array(),
      kind: 'json',
      depth: 0,
      due_at: new Date(now),
      claimed_by: null,
      claim: null,
      failures: 0,
      fetched_at: null,
      outcome: null,
      etag: null,
      modified: null,
      body_sha256: null,
      facts_sha256: null,
      examined: null,
      planted: false,
    },
    fetched: {
      outcome: 'ok',
      detail: source,
      status: null,
      finalUrl: url,
      mediaType: REPORTED_TYPE,
      charset: 'utf-8',
      body: bytes,
      etag: null,
      modified: null,
      retryAfterMs: null,
      drawn: false,
      by: source,
      ms: 0,
    },
    reading: {
      outcome: 'ok',
      detail: source,
      change: 'changed',
      sha256,
      facts,
      factsSha256,
      found: [],
      opinions: [],
      ruled: null,
    },
  }
}
