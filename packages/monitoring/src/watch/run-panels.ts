/**
 * The models that look at many listings together, asked about all that an organisation watches: after something has changed, by one
 * worker at a time. A finding that says what the lead already says is not told again.
 */
import { createHash } from 'node:crypto'
import { type Clock, canonicalJson, chinaText, digest, type JsonValue, toHex, utf8 } from '@mingzheng/kernel'
import type { BlobStore } from '@mingzheng/storage'
import { type Kysely, sql } from 'kysely'
import type { Facts } from '../fact/facts.ts'
import { type ExaminedLine, lineOf, listingOf } from '../fact/line-of.ts'
import type { ClaimedTask } from '../frontier/claim.ts'
import { keepPanelLeads } from '../lead/keep-panel-leads.ts'
import type { Finding } from '../recognition/finding.ts'
import type { PanelModel } from '../recognition/model.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { readRules } from '../settings/rules-of.ts'
import { keepPacked, packBodies } from '../snapshot/packs.ts'
import { addCounts } from './counts.ts'
import { isWanted } from './objectives.ts'
import { priceHistories } from './price-history.ts'

export interface PanelParts {
  readonly db: Kysely<MonitoringTables>
  readonly blobs: BlobStore
  readonly clock: Clock
  readonly province: string
  readonly models: readonly PanelModel[]
}

/** A listing as it stands in the database. */
export interface PanelListing {
  readonly id: string
  readonly key: string
  readonly url: string
  readonly platform_id: string
  readonly shop_id: string | null
  readonly facts: Facts
  readonly snapshot_id: string
  readonly changed_at: Date
}

/** A finding of a panel about a listing. */
export interface PanelFound {
  readonly listing: PanelListing
  readonly line: ExaminedLine
  readonly day: string
  /** Its place among all lines, from 0. */
  readonly number: number
  readonly finding: Finding
}

/** PostgreSQL advisory lock: panels are run by one worker at a time. */
const LOCK = 7_324_002
const PAGE = 1000
/** Up to so many lines are kept with a run that found something. */
const MOST_KEPT = 50_000
/** Between two runs while pages change all the time. */
const REST_MS = 60_000

/** Runs the panels of every organisation whose listings have changed since the last run; how many leads were new. */
export async function runPanels(parts: PanelParts): Promise<number> {
  const { db, clock } = parts
  return db.connection().execute(async (one) => {
    const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_lock(${LOCK}) as held`.execute(one)
    if (rows[0]!.held !== true) return 0
    try {
      const now = new Date(clock.now())
      const { rows: due } = await sql<{ organisation_id: string }>`
        select o.organisation_id from (select distinct organisation_id from watch_task where state = 'running') o
        left join panel_run r on r.organisation_id = o.organisation_id
        where (r.at is null or r.at < ${new Date(now.getTime() - REST_MS)}) and exists (
          select 1 from listing l where l.organisation_id = o.organisation_id and (r.at is null or l.changed_at > r.at))`.execute(
        one,
      )
      let made = 0
      for (const { organisation_id } of due) made += await runFor(parts, organisation_id, now)
      return made
    } finally {
      await sql`select pg_advisory_unlock(${LOCK})`.execute(one)
    }
  })
}

async function runFor(parts: PanelParts, organisationId: string, now: Date): Promise<number> {
  const { db, models } = parts
  const tasks = await runningTasks(db, organisationId)
  const rules = await readRules(db, organisationId, { listingModels: [], panelModels: models })
  const panels = rules.panelModels.map((model) => model.open())
  const day = chinaText(now.getTime()).slice(0, 10)
  // Lines are not kept: what panels conclude about is read again.
  const all = createHash('sha256')
  let count = 0
  for await (const { line } of linesOf(db, organisationId, day, now)) {
    all.update(`${canonicalJson(line as unknown as JsonValue)}\n`)
    const listing = listingOf(line)
    for (const panel of panels) panel.add(listing, count)
    count++
  }
  const concluded = panels.map((panel) => panel.conclude(day))
  const found: PanelFound[] = []
  const lines: string[] = []
  let number = 0
  for await (const { listing, line } of linesOf(db, organisationId, day, now)) {
    for (const findings of concluded) {
      for (const finding of findings.get(number) ?? []) found.push({ listing, line, day, number, finding })
    }
    if (count <= MOST_KEPT) lines.push(`${canonicalJson(line as unknown as JsonValue)}\n`)
    number++
  }
  if (found.length > 0 && lines.length > 0) await keepLines(parts, lines)
  const panel = { lines: count, sha256: all.digest('hex') }
  let made = 0
  for (const task of tasks) {
    const own = found.filter(({ listing, finding }) => isOwn(task, listing, finding))
    for (const platformId of new Set(own.map(({ listing }) => listing.platform_id))) {
      const here = own.filter(({ listing }) => listing.platform_id === platformId)
      const counts = await db.transaction().execute(async (tx) => {
        const kept = await keepPanelLeads(tx, { task, platformId, found: here, panel, now })
        if (kept.findings + kept.undecided > 0) {
          await addCounts(tx, { taskId: task.id, organisationId, platformId }, now.getTime(), kept)
        }
        return kept
      })
      made += counts.leads
    }
  }
  await sql`
    insert into panel_run (organisation_id, at, lines) values (${organisationId}, ${now}, ${count})
    on conflict (organisation_id) do update set at = excluded.at, lines = excluded.lines`.execute(db)
  return made
}

function isOwn({ spec }: ClaimedTask, { platform_id, facts }: PanelListing, { behaviour }: Finding): boolean {
  const { objectives, elements } = spec
  return (
    objectives.platforms.includes(platform_id) && elements.behaviours.includes(behaviour) && isWanted(objectives, facts)
  )
}

async function runningTasks(db: Kysely<MonitoringTables>, organisationId: string): Promise<ClaimedTask[]> {
  const rows = await db
    .selectFrom('watch_task')
    .select(['id', 'version', 'spec'])
    .where('organisation_id', '=', organisationId)
    .where('state', '=', 'running')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ ...row, organisationId }))
}

/** Every listing that was known at a moment, in the order of ids. */
async function* linesOf(
  db: Kysely<MonitoringTables>,
  organisationId: string,
  day: string,
  now: Date,
): AsyncGenerator<{ listing: PanelListing; line: ExaminedLine }> {
  let after = ''
  for (;;) {
    const rows = await db
      .selectFrom('listing')
      .select(['id', 'key', 'url', 'platform_id', 'shop_id', 'facts', 'snapshot_id', 'changed_at'])
      .where('organisation_id', '=', organisationId)
      .where('id', '>', after)
      // What was planted would change what is said of the honest ones.
      .where('planted', '=', false)
      .where('changed_at', '<=', now)
      .orderBy('id')
      .limit(PAGE)
      .execute()
    if (rows.length === 0) return
    const histories = await priceHistories(
      db,
      rows.map(({ id }) => id),
      now.getTime(),
    )
    for (const listing of rows) {
      yield { listing, line: lineOf(listing.key, listing.facts, day, histories.get(listing.id) ?? []) }
    }
    after = rows.at(-1)!.id
  }
}

/** The lines that findings rest on, under their digest, so that they can be computed again. */
async function keepLines(parts: PanelParts, lines: readonly string[]): Promise<void> {
  const bytes = utf8(lines.join(''))
  const packed = await packBodies(parts.db, parts, new Map([[toHex(digest('sha256', bytes)), bytes]]))
  await keepPacked(parts.db, packed)
}
