/**
 * Findings of a batch become rows; those that are leads meet the lead of the same behaviour of the same listing, or make it. Their
 * statements wait for the ledger in the same transaction: what is a lead is fixed.
 */
import { type Bytes, digest, newId, utcText, utf8 } from '@mingzheng/kernel'
import type { Transaction } from 'kysely'
import { addSums, NO_DAY, type SumOfDay, sumsOfLead } from '../desk/sums.ts'
import { mended } from '../fact/mended.ts'
import type { Finding } from '../recognition/finding.ts'
import type { MonitoringTables } from '../register/schema.ts'
import type { PackedBody } from '../snapshot/packs.ts'
import { commitStatement, type StatementKind } from '../statement/commit.ts'
import { encodeStatement, type SnapshotStatement } from '../statement/statement.ts'
import { regionOf } from '../watch/objectives.ts'
import type { JudgedBatch, JudgedListing, SeenPage } from './judged-listing.ts'
import { upsertLeads } from './upsert-leads.ts'

type Tx = Transaction<MonitoringTables>

interface FoundRow {
  readonly id: string
  readonly listing: JudgedListing
  readonly finding: Finding
  leadId: string | null
}

/** What is sent to the ledger of one statement. */
interface Waiting {
  readonly kind: StatementKind
  readonly subjectId: string
  readonly leadId: string | null
  readonly statement: string
  readonly planted: boolean
}

export async function keepLeads(
  tx: Tx,
  batch: JudgedBatch,
): Promise<{ findings: number; undecided: number; leads: number }> {
  const rows: FoundRow[] = batch.listings.flatMap((listing) =>
    listing.findings
      .filter(({ decision }) => decision !== 'below threshold')
      .map((finding) => ({
        id: newId(foundAt(listing)),
        listing,
        finding: mended(finding as never) as unknown as Finding,
        leadId: null,
      })),
  )
  if (rows.length === 0) return { findings: 0, undecided: 0, leads: 0 }
  const leads = rows.filter(({ finding }) => finding.decision === 'lead')
  const { made, sums } = await keepLeadRows(tx, batch, strongest(leads), leads)
  await insertFindings(tx, batch, rows)
  await keepWaiting(tx, batch, await statementsOf(tx, batch, leads))
  await addSums(tx, batch.claim.task.organisationId, sums)
  const real = rows.filter((row) => !isPlanted(row))
  const decided = real.filter(({ finding }) => finding.decision === 'lead')
  return { findings: decided.length, undecided: real.length - decided.length, leads: made }
}

/** Such as `banned-goods 1` as shipped, or `banned-goods 1.4` under version 4 of the settings. */
const modelNamed = ({ model: { name, version, settings } }: Finding) =>
  `${name} ${version}${settings === undefined ? '' : `.${settings}`}`

const isPlanted = ({ listing }: FoundRow) => listing.page.address.planted
const foundAt = ({ foundAt: at, page }: JudgedListing) => at ?? page.at

/** Of several findings about one behaviour of one listing the surest stands for the lead. */
function strongest(rows: readonly FoundRow[]): FoundRow[] {
  const best = new Map<string, FoundRow>()
  for (const row of rows) {
    const name = `${row.listing.listingId} ${row.finding.behaviour}`
    const other = best.get(name)
    if (other === undefined || row.finding.score > other.finding.score) best.set(name, row)
  }
  return [...best.values()]
}

const bytesOf = (...texts: string[]): Buffer => Buffer.from(digest('sha256', utf8(texts.join('\n'))))

/** One suspicion about one listing, whatever page or task it was found by. */
const keyOf = ({ listing, finding }: FoundRow) => bytesOf(listing.listingId, finding.behaviour)
const markOf = ({ finding }: FoundRow) => bytesOf(finding.article, finding.span?.field ?? '', finding.span?.text ?? '')

async function keepLeadRows(
  tx: Tx,
  batch: JudgedBatch,
  best: FoundRow[],
  all: readonly FoundRow[],
): Promise<{ made: number; sums: SumOfDay[] }> {
  const sums: SumOfDay[] = []
  if (best.length === 0) return { made: 0, sums }
  const { task, platformId } = batch.claim
  const ordered = best.map((row) => ({ row, key: keyOf(row) })).sort((a, b) => Buffer.compare(a.key, b.key))
  const platform = await tx.selectFrom('watch_platform').select('demo').where('id', '=', platformId).executeTakeFirst()
  const kept = await upsertLeads(
    tx,
    { organisationId: task.organisationId, platformId, demo: platform?.demo ?? false },
    ordered.map(({ row, key }) => ({
      key,
      mark: markOf(row),
      findingId: row.id,
      at: foundAt(row.listing),
      listing: row.listing,
      finding: row.finding,
    })),
  )
  let made = 0
  for (const { row, key } of ordered) {
    const lead = kept.get(key.toString('hex'))!
    const { behaviour, span } = row.finding
    if (lead.isNew && !isPlanted(row)) {
      made++
      const region = regionOf(row.listing.page.reading.facts!.licence)
      sums.push(...sumsOfLead({ at: foundAt(row.listing), behaviour, region, span }))
    }
    if (lead.reopened) sums.push({ kind: 'open', day: NO_DAY, key: behaviour, n: 1 })
  }
  await tx
    .insertInto('lead_event')
    .values(
      ordered.map(({ row, key }) => {
        const { id, isNew, reopened } = kept.get(key.toString('hex'))!
        return {
          lead_id: id,
          organisation_id: task.organisationId,
          at: new Date(foundAt(row.listing)),
          kind: isNew ? ('found' as const) : reopened ? ('reopened' as const) : ('found-again' as const),
          actor: null,
          detail: modelNamed(row.finding),
        }
      }),
    )
    .execute()
  for (const row of all) row.leadId = kept.get(keyOf(row).toString('hex'))?.id ?? null
  return { made, sums }
}

async function insertFindings(tx: Tx, { claim }: JudgedBatch, rows: readonly FoundRow[]): Promise<void> {
  const { task, platformId } = claim
  await tx
    .insertInto('finding')
    .values(
      rows.map(({ id, leadId, listing, finding }) => ({
        id,
        at: new Date(foundAt(listing)),
        organisation_id: task.organisationId,
        task_id: task.id,
        platform_id: platformId,
        listing_id: listing.listingId,
        shop_id: listing.shopId,
        lead_id: leadId,
        behaviour: finding.behaviour,
        article: finding.article,
        score: finding.score,
        decision: finding.decision,
        span: JSON.stringify(finding.span),
        reason: finding.reason,
        model: finding.model.name,
        model_version: finding.model.version,
        settings_version: finding.model.settings ?? 0,
        title: listing.page.reading.facts!.title.slice(0, 1000),
        url: listing.page.address.url,
        snapshot_id: listing.page.snapshotId,
        snapshot_at: new Date(listing.page.at),
        planted: listing.page.address.planted,
      })),
    )
    .execute()
}

/** One statement for each snapshot that led to a lead, and one for each finding. */
async function statementsOf(tx: Tx, batch: JudgedBatch, leads: readonly FoundRow[]): Promise<Waiting[]> {
  const snapshots = new Map<string, { statement: SnapshotStatement; leadId: string | null; planted: boolean }>()
  const bodies = await digestsOf(
    tx,
    batch.packed,
    leads.map(({ listing }) => listing.page),
  )
  const waiting: Waiting[] = []
  for (const { id, leadId, listing, finding } of leads) {
    const { page, line, day, rule } = listing
    const snapshot = snapshots.get(page.snapshotId)?.statement ?? snapshotStatement(page, bodies)
    const { planted } = page.address
    snapshots.set(page.snapshotId, { statement: snapshot, leadId, planted })
    const { model, basis, ...result } = finding
    const statement = encodeStatement({
      version: 1,
      kind: 'finding',
      id,
      at: utcText(foundAt(listing)),
      model: { ...model },
      date: day,
      inputs: { snapshot, line: line as never, panel: listing.panel, basis: basis as never, rule: rule ?? undefined },
      result: { ...result, span: result.span === null ? null : { ...result.span } },
    })
    waiting.push({ kind: 'finding', subjectId: id, leadId, statement, planted })
  }
  for (const [subjectId, { statement, leadId, planted }] of snapshots) {
    waiting.push({ kind: 'snapshot', subjectId, leadId, statement: encodeStatement(statement), planted })
  }
  return waiting
}

type BodyDigests = ReadonlyMap<string, Pick<PackedBody, 'sm3' | 'bytes'>>

async function digestsOf(tx: Tx, packed: readonly PackedBody[], pages: readonly SeenPage[]): Promise<BodyDigests> {
  const found = new Map(
    packed.map((body) => [Buffer.from(body.sha256).toString('hex'), body as Pick<PackedBody, 'sm3' | 'bytes'>]),
  )
  const missing = [...new Set(pages.map(({ reading }) => reading.sha256!))].filter((hex) => !found.has(hex))
  if (missing.length === 0) return found
  const rows = await tx
    .selectFrom('snapshot_body')
    .select(['sha256', 'sm3', 'bytes'])
    .where(
      'sha256',
      'in',
      missing.map((hex) => Buffer.from(hex, 'hex')),
    )
    .execute()
  for (const { sha256, sm3, bytes } of rows)
    found.set(Buffer.from(sha256).toString('hex'), { sm3: sm3 as Bytes, bytes })
  return found
}

function snapshotStatement(
  { snapshotId, at, address, fetched, reading }: SeenPage,
  bodies: BodyDigests,
): SnapshotStatement {
  const { sm3, bytes } = bodies.get(reading.sha256!)!
  return {
    version: 1,
    kind: 'snapshot',
    id: snapshotId,
    at: utcText(at),
    url: address.url,
    finalUrl: fetched.finalUrl,
    status: fetched.status,
    mediaType: fetched.mediaType,
    charset: fetched.charset,
    by: fetched.by ?? (fetched.drawn ? 'browser' : 'http'),
    bytes,
    sha256: reading.sha256!,
    sm3: Buffer.from(sm3).toString('hex'),
  }
}

async function keepWaiting(tx: Tx, { claim, now }: JudgedBatch, waiting: readonly Waiting[]): Promise<void> {
  if (waiting.length === 0) return
  await tx
    .insertInto('watch_fixing')
    .values(
      waiting.map(({ kind, subjectId, leadId, statement, planted }) => {
        const { id, salt } = commitStatement(kind, statement)
        return {
          item_id: Buffer.from(id),
          organisation_id: claim.task.organisationId,
          kind,
          subject_id: subjectId,
          lead_id: leadId,
          statement,
          salt_sha256: Buffer.from(salt.sha256),
          salt_sm3: Buffer.from(salt.sm3),
          created_at: new Date(now),
          ledger_index: null,
          ledger_time: null,
          problem: null,
          planted,
        }
      }),
    )
    // A snapshot that has its statement keeps it.
    .onConflict((conflict) => conflict.columns(['kind', 'subject_id']).doNothing())
    .execute()
}
