/** A row for each look at a page, whatever came of it. */
import { sql, type Transaction } from 'kysely'
import type { Claim } from '../frontier/claim.ts'
import type { MonitoringTables } from '../register/schema.ts'
import type { BatchPage } from './batch.ts'

export const hexBytes = (hex: string | null) => (hex === null ? null : Buffer.from(hex, 'hex'))

export async function keepSnapshots(
  tx: Transaction<MonitoringTables>,
  claim: Pick<Claim, 'task' | 'platformId'>,
  pages: readonly BatchPage[],
): Promise<void> {
  if (pages.length === 0) return
  const { task, platformId } = claim
  const text = (value: string, most = 500) => value.toWellFormed().replaceAll('\0', '\ufffd').slice(0, most)
  await sql`
    insert into snapshot (id, at, organisation_id, task_id, task_version, platform_id, address_id, url, final_url, outcome, detail,
      status, media_type, charset, body_sha256, change, fetch_ms, planted)
    select id, at, ${task.organisationId}, ${task.id}, ${task.version}, ${platformId}, address, url, final, outcome, detail,
      status, media, charset, body, change, ms, planted
    from unnest(${pages.map(({ snapshotId }) => snapshotId)}::text[], ${pages.map(({ at }) => new Date(at))}::timestamptz[],
      ${pages.map(({ address }) => address.id)}::bigint[], ${pages.map(({ address }) => address.url)}::text[],
      ${pages.map(({ fetched }) => text(fetched.finalUrl, 4096))}::text[], ${pages.map(({ reading }) => reading.outcome)}::text[],
      ${pages.map(({ reading, fetched }) => text(reading.detail === '' && fetched.drawn ? 'drawn' : reading.detail))}::text[], ${pages.map(({ fetched }) => fetched.status)}::smallint[],
      ${pages.map(({ fetched }) => fetched.mediaType)}::text[], ${pages.map(({ fetched }) => fetched.charset)}::text[],
      ${pages.map((page) => bodyOf(page))}::bytea[], ${pages.map(({ reading }) => reading.change)}::text[],
      ${pages.map(({ fetched }) => fetched.ms)}::int[], ${pages.map(({ address }) => address.planted)}::bool[])
      as s(id, at, address, url, final, outcome, detail, status, media, charset, body, change, ms, planted)`.execute(tx)
}

/** An unchanged page has the body that it had. */
function bodyOf({ reading, address }: BatchPage): Buffer | null {
  if (reading.outcome === 'unchanged') return address.body_sha256 === null ? null : Buffer.from(address.body_sha256)
  return hexBytes(reading.sha256)
}
