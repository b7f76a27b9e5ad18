/** A batch of rows on its way: listings as pages that were seen, opinions, lines for panels, and rows that could not be read. */
import { digest, encodeJson, type JsonValue, newId, toHex } from '@mingzheng/kernel'
import { sql, type Transaction } from 'kysely'
import type { ClaimedTask } from '../frontier/claim.ts'
import { keepLeads } from '../lead/keep-leads.ts'
import { PANEL_KINDS } from '../recognition/line.ts'
import type { MonitoringTables } from '../register/schema.ts'
import type { OrganisationRules } from '../settings/rules-of.ts'
import { keepPacked, packBodies } from '../snapshot/packs.ts'
import type { BatchPage } from '../watch/batch.ts'
import { addCounts } from '../watch/counts.ts'
import { examineBatch } from '../watch/examine-batch.ts'
import { keepListings } from '../watch/keep-listings.ts'
import { keepSnapshots } from '../watch/keep-snapshots.ts'
import type { ModelSet } from '../watch/models.ts'
import { keepOpinions } from './opinions.ts'
import { reportedBytes, reportedFacts } from './reported-facts.ts'
import { reportedPage } from './reported-page.ts'
import type { ListingRow, OpinionRow, Row } from './row.ts'
import type { RowAt } from './rows-of.ts'
import type { SubmissionParts } from './run-submission.ts'
import type { SubmissionRow } from './submissions.ts'

export interface RowsToWrite {
  readonly submission: SubmissionRow
  readonly task: ClaimedTask
  readonly rules: OrganisationRules
  readonly modelSet: ModelSet
  readonly rows: readonly RowAt[]
}

interface KnownRow {
  readonly line: number
  readonly row: Row
  readonly bytes: Uint8Array
  readonly sha256: Buffer
}

const PANELS: ReadonlySet<string> = new Set(PANEL_KINDS)

export async function writeRows(parts: SubmissionParts, batch: RowsToWrite): Promise<void> {
  const { db, clock } = parts
  const { submission, task, rules, modelSet } = batch
  const { organisation_id: organisationId, platform_id: platformId } = submission
  const good = withoutDoubles(batch.rows)
  const same = await knownAlready(db, submission, good, modelSet)
  const fresh = good.filter((one) => !same.has(one))
  const now = clock.now()
  const pages = fresh.flatMap((one) => (one.row.kind === 'listing' ? [listingPage(one, batch, now)] : []))
  const examined = await examineBatch(db, pages, { organisationId, spec: task.spec, modelSet, rules })
  const bodies = new Map(pages.map(({ reading, fetched }) => [reading.sha256!, fetched.body as never]))
  const packed = await packBodies(db, parts, bodies)
  const claim = { mark: '', host: null as never, task, platformId, addresses: [] }
  await db.transaction().execute(async (tx) => {
    const last = batch.rows.at(-1)!.line
    const moved = await tx
      .updateTable('submission')
      .set({ read_line: last })
      .where('id', '=', submission.id)
      .where('read_line', '<', last)
      .where('state', '=', 'reading')
      .executeTakeFirst()
    // Another attempt has come further.
    if (moved.numUpdatedRows === 0n) return
    await keepPacked(tx, packed)
    await keepSnapshots(tx, claim, pages)
    const listings = await keepListings(tx, claim, examined)
    const found = await keepLeads(tx, { claim, packed, listings, now })
    const opinions = await keepOpinions(
      tx,
      { organisationId, platformId, origin: submission.id },
      opinionsOf(fresh),
      now,
    )
    await keepRows(tx, submission, fresh, modelSet, now)
    await keepProblems(tx, submission, batch.rows)
    const isNew = listings.filter((one) => one.isNew).length
    const counts = { fetched: pages.length, ok: pages.length, examined: examined.length, ...found, listings: isNew }
    await addCounts(tx, { taskId: task.id, organisationId, platformId }, now, counts)
    await sql`
      update submission set rows = rows + ${batch.rows.length}, bad_rows = bad_rows + ${batch.rows.length - good.length},
        same_rows = same_rows + ${same.size}, listings = listings + ${pages.length}, opinions = opinions + ${opinions},
        lines = lines + ${fresh.filter(({ row }) => PANELS.has(row.kind)).length},
        findings = findings + ${found.findings}, leads = leads + ${found.leads}
      where id = ${submission.id}`.execute(tx)
  })
}

/** Of rows with one number in a batch the last one counts. */
function withoutDoubles(rows: readonly RowAt[]): KnownRow[] {
  const byKey = new Map<string, KnownRow>()
  for (const { line, row } of rows) {
    if (row === null) continue
    const bytes = reportedBytes(row)
    byKey.set(`${row.kind}\n${row.id}`, { line, row, bytes, sha256: Buffer.from(digest('sha256', bytes)) })
  }
  return [...byKey.values()]
}

/** Rows that were handed in before just so, and that these models have seen. */
async function knownAlready(
  db: SubmissionParts['db'],
  { organisation_id, platform_id }: SubmissionRow,
  rows: readonly KnownRow[],
  { name }: ModelSet,
): Promise<Set<KnownRow>> {
  if (rows.length === 0) return new Set()
  const held = await sql<{ kind: string; key: string; sha256: Buffer; examined: string }>`
    select l.kind, l.key, l.sha256, l.examined from reported_line l
    join unnest(${rows.map(({ row }) => row.kind)}::text[], ${rows.map(({ row }) => row.id)}::text[]) as g(kind, key)
      on g.kind = l.kind and g.key = l.key
    where l.organisation_id = ${organisation_id} and l.platform_id = ${platform_id}`.execute(db)
  const known = new Map(held.rows.map((one) => [`${one.kind}\n${one.key}`, one]))
  return new Set(
    rows.filter(({ row, sha256 }) => {
      const one = known.get(`${row.kind}\n${row.id}`)
      return one?.sha256.equals(sha256) === true && (row.kind !== 'listing' || one.examined === name)
    }),
  )
}

function listingPage({ row, bytes, sha256 }: KnownRow, { submission, task }: RowsToWrite, now: number): BatchPage {
  const facts = reportedFacts(row as ListingRow)
  const factsSha256 = digest('sha256', encodeJson(facts as unknown as JsonValue))
  return reportedPage({
    submission,
    task,
    row: row as ListingRow,
    bytes,
    facts,
    factsSha256,
    sha256: toHex(sha256),
    now,
    id: newId(now),
  })
}

function opinionsOf(rows: readonly KnownRow[]) {
  return rows.flatMap(({ row }) => {
    if (row.kind !== 'opinion') return []
    const { id, source, title, text, url, shop, listing, at } = row as OpinionRow
    return [{ id, source, title, text, url, shop, listing, at: Date.parse(at) }]
  })
}

async function keepRows(
  tx: Transaction<MonitoringTables>,
  { id, organisation_id, platform_id }: SubmissionRow,
  rows: readonly KnownRow[],
  { name }: ModelSet,
  now: number,
): Promise<void> {
  if (rows.length === 0) return
  const ordered = [...rows].sort((a, b) => (`${a.row.kind}\n${a.row.id}` < `${b.row.kind}\n${b.row.id}` ? -1 : 1))
  await sql`
    insert into reported_line (organisation_id, platform_id, kind, key, sha256, examined, line, submission_id, number, at)
    select ${organisation_id}, ${platform_id}, kind, key, sha256, ${name}, line, ${id}, number, ${new Date(now)}::timestamptz
    from unnest(${ordered.map(({ row }) => row.kind)}::text[], ${ordered.map(({ row }) => row.id)}::text[],
      ${ordered.map(({ sha256 }) => sha256)}::bytea[],
      ${ordered.map(({ row, bytes }) => (PANELS.has(row.kind) ? Buffer.from(bytes).toString() : null))}::jsonb[],
      ${ordered.map(({ line }) => line)}::int[]) as r(kind, key, sha256, line, number)
    on conflict (organisation_id, platform_id, kind, key) do update set sha256 = excluded.sha256, examined = excluded.examined,
      line = excluded.line, submission_id = excluded.submission_id, number = excluded.number, at = excluded.at`.execute(
    tx,
  )
}

async function keepProblems(
  tx: Transaction<MonitoringTables>,
  { id, organisation_id }: SubmissionRow,
  rows: readonly RowAt[],
): Promise<void> {
  const problems = rows.flatMap(({ line, problems: own }) => own.map((problem) => ({ line, ...problem })))
  if (problems.length === 0) return
  await tx
    .insertInto('submission_problem')
    .values(problems.map((problem) => ({ submission_id: id, organisation_id, ...problem })))
    .onConflict((conflict) => conflict.columns(['submission_id', 'line', 'field']).doNothing())
    .execute()
}
