/**
 * Writes a batch in one transaction: addresses, snapshots, facts, findings, leads, what waits for the ledger, new addresses, sums.
 * Only addresses that this claim still holds are written: a worker that was thought dead records nothing twice.
 */
import { type Kysely, sql, type Transaction } from 'kysely'
import { addAddresses } from '../frontier/addresses.ts'
import type { Claim } from '../frontier/claim.ts'
import { keepLeads } from '../lead/keep-leads.ts'
import type { MonitoringTables } from '../register/schema.ts'
import type { CaptureRule } from '../rule/rule.ts'
import { countReadings } from '../rule/rules.ts'
import { keepPacked, type PackedBody } from '../snapshot/packs.ts'
import { keepOpinions } from '../submission/opinions.ts'
import { nextOpen } from '../task/window.ts'
import type { BatchPage, ExaminedListing } from './batch.ts'
import { addCounts, type Counts } from './counts.ts'
import { type KeptListing, keepListings } from './keep-listings.ts'
import { hexBytes, keepSnapshots } from './keep-snapshots.ts'
import type { ModelSet } from './models.ts'

type Tx = Transaction<MonitoringTables>

export interface BatchToWrite {
  readonly claim: Claim
  readonly pages: readonly BatchPage[]
  readonly packed: readonly PackedBody[]
  readonly examined: readonly ExaminedListing[]
  readonly modelSet: ModelSet
  readonly rule: CaptureRule | null
  readonly cpuUs: number
  readonly now: number
}

export interface Written {
  readonly pages: number
  readonly leads: number
}

/** Outcomes after which a page is asked for again sooner than its turn, each time later. */
const TRANSIENT = new Set(['failed', 'limited', 'blocked', 'captcha', 'decoy', 'empty'])
const FIRST_RETRY_MS = 60_000
/** A page that is gone is looked for so many times more rarely. */
const GONE_FACTOR = 7

export async function writeBatch(db: Kysely<MonitoringTables>, batch: BatchToWrite): Promise<Written> {
  return db.transaction().execute(async (tx) => {
    const own = await finishAddresses(tx, batch)
    const pages = batch.pages.filter(({ address }) => own.has(address.id))
    // What was planted is in no sum that anybody sees.
    const real = pages.filter(({ address }) => !address.planted)
    const examined = batch.examined.filter(({ page }) => own.has(page.address.id))
    await keepPacked(tx, batch.packed)
    await keepSnapshots(tx, batch.claim, pages)
    const listings = await keepListings(tx, batch.claim, examined)
    const found = await keepLeads(tx, { ...batch, listings: listings.map((one) => ruledListing(one, batch)) })
    const listed = await keepFound(tx, batch, pages)
    await keepSaid(tx, batch, pages)
    await keepReadings(tx, batch, real)
    await addCounts(
      tx,
      {
        taskId: batch.claim.task.id,
        organisationId: batch.claim.task.organisationId,
        platformId: batch.claim.platformId,
      },
      batch.now,
      {
        ...countsOf(
          real,
          examined.filter(({ page }) => !page.address.planted),
          batch.cpuUs,
        ),
        ...found,
        listings: listings.filter(({ isNew, page }) => isNew && !page.address.planted).length,
      },
    )
    return { pages: pages.length, leads: found.leads, listed }
  })
}

/** Ends the claim of each address and says when it is due next; the ids of those that were still held. */
async function finishAddresses(tx: Tx, { claim, pages, modelSet, now }: BatchToWrite): Promise<Set<string>> {
  const due = pages.map((page) => new Date(nextDue(page, claim, now)))
  const kept = pages.map(
    ({ reading: { outcome, facts, factsSha256 } }) => outcome === 'ok' && (facts !== null || factsSha256 !== null),
  )
  const bytes = (value: Uint8Array | null) => (value === null ? null : Buffer.from(value))
  const { rows } = await sql<{ id: string }>`
    update watch_address a set claim = null, claimed_by = null, due_at = f.due_at, fetched_at = f.fetched_at, outcome = f.outcome,
      failures = case when f.transient then a.failures + 1 else 0 end,
      etag = coalesce(f.etag, case when f.outcome = 'unchanged' then a.etag end),
      modified = coalesce(f.modified, case when f.outcome = 'unchanged' then a.modified end),
      body_sha256 = coalesce(f.body, a.body_sha256), facts_sha256 = coalesce(f.facts, a.facts_sha256),
      examined = case when f.seen then ${modelSet.name} else a.examined end
    from unnest(${pages.map(({ address }) => address.id)}::bigint[], ${due}::timestamptz[],
      ${pages.map(({ at }) => new Date(at))}::timestamptz[], ${pages.map(({ reading }) => reading.outcome)}::text[],
      ${pages.map(({ reading }) => TRANSIENT.has(reading.outcome))}::bool[], ${pages.map(({ fetched }) => fetched.etag)}::text[],
      ${pages.map(({ fetched }) => fetched.modified)}::text[],
      ${pages.map(({ reading }) => (reading.outcome === 'ok' ? hexBytes(reading.sha256) : null))}::bytea[],
      ${pages.map(({ reading }) => bytes(reading.factsSha256))}::bytea[],
      ${kept.map((one, i) => one || pages[i]!.reading.outcome === 'ok')}::bool[])
      as f(id, due_at, fetched_at, outcome, transient, etag, modified, body, facts, seen)
    where a.id = f.id and a.claim = ${claim.mark}
    returning a.id`.execute(tx)
  return new Set(rows.map(({ id }) => id))
}

function nextDue({ address, reading, at }: BatchPage, { task }: Claim, now: number): number {
  const { everyMinutes, windows } = task.spec.frequency
  const every = everyMinutes * 60_000
  const { outcome } = reading
  const rest = TRANSIENT.has(outcome)
    ? Math.min(every, FIRST_RETRY_MS * 2 ** Math.min(address.failures, 12))
    : outcome === 'gone' || outcome === 'refused' || outcome === 'robots'
      ? every * GONE_FACTOR
      : every
  const next = nextOpen(windows, Math.max(at, now) + rest)
  return Number.isFinite(next) ? next : now + every
}

/** Addresses that pages led to, one step further from their entry. Entries of sitemaps and feeds cost no step. A feed tells what changed. */
async function keepFound(tx: Tx, { claim, now }: BatchToWrite, pages: readonly BatchPage[]): Promise<number> {
  const { depth: deepest, pages: most } = claim.task.spec.frequency
  const found = pages.flatMap(({ address, reading }) => {
    const depth = address.depth + (address.kind === 'page' || address.kind === 'json' ? 1 : 0)
    return depth > deepest ? [] : reading.found.map((one) => ({ ...one, depth }))
  })
  if (found.length === 0) return 0
  const owner = { taskId: claim.task.id, organisationId: claim.task.organisationId, platformId: claim.platformId }
  return addAddresses(tx, owner, found, { now: new Date(now), most })
}

/** The rule stands in the statement only where it read the page. */
function ruledListing(one: KeptListing, { rule }: BatchToWrite): KeptListing & { rule: CaptureRule | null } {
  return { ...one, rule: one.page.reading.ruled === null ? null : rule }
}

/** Which fields the platform's rule found. */
async function keepReadings(tx: Tx, { claim, rule, now }: BatchToWrite, pages: readonly BatchPage[]): Promise<void> {
  if (rule === null) return
  const place = {
    organisationId: claim.task.organisationId,
    platformId: claim.platformId,
    version: rule.version,
  }
  const readings = pages.flatMap(({ reading: { ruled } }) => (ruled === null ? [] : [ruled]))
  await countReadings(tx, place, readings, now)
}

/** What feeds of opinions brought. */
async function keepSaid(tx: Tx, { claim, now }: BatchToWrite, pages: readonly BatchPage[]): Promise<void> {
  const { task, platformId } = claim
  for (const { reading, address } of pages) {
    const place = { organisationId: task.organisationId, platformId, origin: address.url }
    await keepOpinions(tx, place, reading.opinions, now)
  }
}

function countsOf(pages: readonly BatchPage[], examined: readonly ExaminedListing[], cpuUs: number): Counts {
  const counts: Counts = { fetched: pages.length, cpuUs: Math.round(cpuUs), examined: examined.length }
  const add = (name: keyof Counts, by: number) => {
    if (by > 0) counts[name] = (counts[name] ?? 0) + by
  }
  for (const { reading, fetched } of pages) {
    add(reading.outcome, 1)
    add('changed', Number(reading.change === 'changed' || reading.change === 'new'))
    add('lost', Number(reading.change === 'lost'))
    add('bytes', fetched.body?.length ?? 0)
    add('ms', fetched.ms)
  }
  return counts
}
