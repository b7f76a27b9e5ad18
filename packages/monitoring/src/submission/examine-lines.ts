/**
 * Lines that say something only together (shop openings, quotes, reviews, referrals, transfers, shares) are shown to the panels once a
 * submission has brought others: all of them that the organisation holds, of every platform. What is found stands at its line.
 */
import { createHash } from 'node:crypto'
import { canonicalJson, chinaText, digest, encodeJson, type JsonValue, newId, toHex } from '@mingzheng/kernel'
import type { Kysely } from 'kysely'
import { type Facts, NO_FACTS } from '../fact/facts.ts'
import type { ExaminedLine } from '../fact/line-of.ts'
import type { ClaimedTask } from '../frontier/claim.ts'
import type { JudgedListing } from '../lead/judged-listing.ts'
import { keepLeads } from '../lead/keep-leads.ts'
import type { Finding } from '../recognition/finding.ts'
import { PANEL_KINDS, type PanelLine, parseLine } from '../recognition/line.ts'
import type { PanelModel } from '../recognition/model.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { keepPacked, packBodies } from '../snapshot/packs.ts'
import { addCounts } from '../watch/counts.ts'
import { keepListings } from '../watch/keep-listings.ts'
import { keepSnapshots } from '../watch/keep-snapshots.ts'
import { reportedBytes } from './reported-facts.ts'
import { reportedPage } from './reported-page.ts'
import type { SubmissionParts } from './run-submission.ts'
import type { SubmissionRow } from './submissions.ts'

const PAGE = 5000
/** Findings of one run that become leads; a register of millions has its worst first. */
const MOST_FOUND = 2000

interface HeldLine {
  readonly number: number
  readonly platformId: string
  readonly line: PanelLine
}

interface Found extends HeldLine {
  readonly findings: readonly Finding[]
}

export async function examineLines(
  parts: SubmissionParts,
  { submission, task, models }: { submission: SubmissionRow; task: ClaimedTask; models: readonly PanelModel[] },
): Promise<void> {
  const { db, clock, signal } = parts
  const brought = await db
    .selectFrom('reported_line')
    .select('key')
    .where('submission_id', '=', submission.id)
    .where('kind', 'in', [...PANEL_KINDS])
    .limit(1)
    .executeTakeFirst()
  if (brought === undefined) return
  const now = clock.now()
  const day = chinaText(now).slice(0, 10)
  const panels = models
    .filter(({ behaviour }) => task.spec.elements.behaviours.includes(behaviour))
    .map((model) => model.open())
  const all = createHash('sha256')
  let count = 0
  for await (const { line, number } of heldLines(db, submission.organisation_id)) {
    if (number % PAGE === 0) signal.throwIfAborted()
    all.update(`${canonicalJson(line as unknown as JsonValue)}\n`)
    for (const panel of panels) panel.add(line, number)
    count++
  }
  const concluded = panels.map((panel) => panel.conclude(day))
  const wanted = new Set(concluded.flatMap((found) => [...found.keys()]))
  const found: Found[] = []
  for await (const held of heldLines(db, submission.organisation_id)) {
    if (!wanted.has(held.number) || held.platformId !== submission.platform_id) continue
    found.push({ ...held, findings: concluded.flatMap((one) => one.get(held.number) ?? []) })
    if (found.length >= MOST_FOUND) break
  }
  await keepFound(parts, { submission, task, found, day, now, panel: { lines: count, sha256: all.digest('hex') } })
}

/** In the order of kinds and numbers, so that the same lines are the same run. */
async function* heldLines(db: Kysely<MonitoringTables>, organisationId: string): AsyncGenerator<HeldLine> {
  let number = 0
  let after: { platform_id: string; kind: string; key: string } = { platform_id: '', kind: '', key: '' }
  for (;;) {
    const rows = await db
      .selectFrom('reported_line')
      .select(['platform_id', 'kind', 'key', 'line'])
      .where('organisation_id', '=', organisationId)
      .where('kind', 'in', [...PANEL_KINDS])
      .where((eb) =>
        eb(eb.refTuple('platform_id', 'kind', 'key'), '>', eb.tuple(after.platform_id, after.kind, after.key)),
      )
      .orderBy('platform_id')
      .orderBy('kind')
      .orderBy('key')
      .limit(PAGE)
      .execute()
    for (const { platform_id, line } of rows) {
      yield { number: number++, platformId: platform_id, line: parseLine(JSON.stringify(line)) as PanelLine }
    }
    if (rows.length < PAGE) return
    after = rows.at(-1)!
  }
}

interface ToKeep {
  readonly submission: SubmissionRow
  readonly task: ClaimedTask
  readonly found: readonly Found[]
  readonly day: string
  readonly now: number
  readonly panel: { readonly lines: number; readonly sha256: string }
}

async function keepFound(parts: SubmissionParts, { submission, task, found, day, now, panel }: ToKeep): Promise<void> {
  if (found.length === 0) return
  const { organisation_id: organisationId, platform_id: platformId } = submission
  const examined = found.map(({ line, number, findings }) => {
    const bytes = reportedBytes(line)
    const facts = factsOf(line)
    const page = reportedPage({
      submission,
      task,
      row: { kind: line.kind, id: line.id ?? String(number) },
      bytes,
      facts,
      factsSha256: digest('sha256', encodeJson(facts as unknown as JsonValue)),
      sha256: toHex(digest('sha256', bytes)),
      now,
      id: newId(now),
    })
    return { page, key: page.address.url, line: line as unknown as ExaminedLine, day, findings, number }
  })
  const bodies = new Map(examined.map(({ page }) => [page.reading.sha256!, page.fetched.body as never]))
  const packed = await packBodies(parts.db, parts, bodies)
  const claim = { mark: '', host: null as never, task, platformId, addresses: [] }
  const numbers = new Map(examined.map(({ key, number }) => [key, number]))
  await parts.db.transaction().execute(async (tx) => {
    await keepPacked(tx, packed)
    const pages = examined.map(({ page }) => page)
    await keepSnapshots(tx, claim, pages)
    const kept = await keepListings(tx, claim, examined)
    const told = await toldOf(
      tx,
      kept.map(({ listingId }) => listingId),
    )
    const listings = kept.map(
      (one): JudgedListing => ({
        ...one,
        findings: one.findings.filter(
          ({ behaviour, reason }) => !told.has(`${one.listingId}\n${behaviour}\n${reason}`),
        ),
        panel: { ...panel, number: numbers.get(one.key)! },
      }),
    )
    const counts = await keepLeads(tx, { claim, packed, listings, now })
    await addCounts(tx, { taskId: task.id, organisationId, platformId }, now, counts)
    await tx
      .updateTable('submission')
      .set((eb) => ({ findings: eb('findings', '+', counts.findings), leads: eb('leads', '+', counts.leads) }))
      .where('id', '=', submission.id)
      .execute()
  })
}

/** What leads say already. */
async function toldOf(tx: Kysely<MonitoringTables>, listingIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('lead')
    .select(['listing_id', 'behaviour', 'reason'])
    .where('listing_id', 'in', listingIds)
    .execute()
  return new Set(rows.map(({ listing_id, behaviour, reason }) => `${listing_id}\n${behaviour}\n${reason}`))
}

/** A line as a thing that is looked at: named by its kind and number, its values as attributes. */
function factsOf(line: PanelLine): Facts {
  const values = Object.entries(line).filter(([, value]) => typeof value === 'string' || typeof value === 'number')
  const text = (...names: string[]) => values.find(([name]) => names.includes(name))?.[1] as string | undefined
  return {
    title:
      `${line.kind} ${line.id ?? ''} ${text('scheme', 'product', 'operator', 'acquirer', '项目', '商品', '经营者', '收购方') ?? ''}`.trim(),
    ...NO_FACTS,
    attributes: Object.fromEntries(values.slice(0, 60).map(([name, value]) => [name, String(value).slice(0, 500)])),
  }
}
