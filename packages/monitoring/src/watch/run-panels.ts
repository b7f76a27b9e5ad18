/**
 * The models that look at many listings together, asked about the subjects that something has changed in: after changes, by one
 * worker at a time. A finding that says what the lead already says is not told again. docs/decisions/0331.
 */
import { type Bytes, type Clock, chinaText, digest, toHex, utf8 } from '@mingzheng/kernel'
import type { BlobStore } from '@mingzheng/storage'
import { type Kysely, sql } from 'kysely'
import { listingOf } from '../fact/line-of.ts'
import type { ClaimedTask } from '../frontier/claim.ts'
import { keepPanelLeads } from '../lead/keep-panel-leads.ts'
import { judgeSubject, type PanelFound, type Subject } from '../panel/judge-subject.ts'
import {
  changedListings,
  listingsOf,
  otherBrandsOf,
  type PanelDay,
  type PanelListing,
} from '../panel/panel-listings.ts'
import {
  isUniform,
  keepOffers,
  lookAgain,
  offersOf,
  type PeerOffer,
  subjectOf,
  suspects,
  untoldOf,
} from '../panel/panel-offers.ts'
import type { Finding } from '../recognition/finding.ts'
import type { PanelModel } from '../recognition/model.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { readRules } from '../settings/rules-of.ts'
import { keepPacked, packBodies } from '../snapshot/packs.ts'
import { addCounts } from './counts.ts'
import { isWanted } from './objectives.ts'

export interface PanelParts {
  readonly db: Kysely<MonitoringTables>
  readonly blobs: BlobStore
  readonly clock: Clock
  readonly province: string
  readonly models: readonly PanelModel[]
}

/** PostgreSQL advisory lock: panels are run by one worker at a time. */
const LOCK = 7_324_002
/** Subjects looked at together. */
const CHUNK = 200
/** Of a subject so many offers count; of goods with more the first by id. */
const MOST_OFFERS = 20_000
/** Listings of other brands that are read as a control. */
const MOST_OTHERS = 2000
/** Between two runs while pages change all the time. */
const REST_MS = 60_000
/** A batch is written up to some minutes after its pages were fetched: what changed then is looked at by the next run too. */
const OVERLAP_MS = 5 * 60_000
/** A price that is low for days is looked at again when a week has passed. */
const AGAIN_MS = 7 * 86_400_000

/** Runs the panels of every organisation whose listings have changed since the last run; how many leads were new. */
export async function runPanels(parts: PanelParts): Promise<number> {
  const { db, clock } = parts
  return db.connection().execute(async (one) => {
    const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_lock(${LOCK}) as held`.execute(one)
    if (rows[0]!.held !== true) return 0
    try {
      const now = new Date(clock.now())
      const { rows: due } = await sql<{ organisation_id: string; at: Date | null }>`
        select o.organisation_id, r.at
        from (select distinct organisation_id from watch_task where state = 'running') o
        left join panel_run r on r.organisation_id = o.organisation_id
        where (r.at is null or r.at < ${new Date(now.getTime() - REST_MS)}) and (exists (
          select 1 from listing l where l.organisation_id = o.organisation_id and (r.at is null or l.changed_at > r.at - ${OVERLAP_MS} * interval '1 millisecond'))
          or exists (select 1 from panel_offer p where p.organisation_id = o.organisation_id and p.again_at <= ${now}))`.execute(
        one,
      )
      let made = 0
      for (const { organisation_id, at } of due) made += await runFor(parts, organisation_id, at, now)
      return made
    } finally {
      await sql`select pg_advisory_unlock(${LOCK})`.execute(one)
    }
  })
}

async function runFor(parts: PanelParts, organisationId: string, since: Date | null, now: Date): Promise<number> {
  const { db } = parts
  const at: PanelDay = { organisationId, day: chinaText(now.getTime()).slice(0, 10), now }
  const tasks = await runningTasks(db, organisationId)
  const rules = await readRules(db, organisationId, { listingModels: [], panelModels: parts.models })
  const changed = new Set<string>()
  const touched = new Set<string>()
  const from = since === null ? null : new Date(since.getTime() - OVERLAP_MS)
  for await (const page of changedListings(db, from, at)) {
    for (const { listing } of page) changed.add(listing.id)
    for (const key of await keepOffers(db, page, at)) touched.add(key)
  }
  let made = 0
  const keys = [...touched].sort()
  for (let first = 0; first < keys.length; first += CHUNK) {
    const found = await judgeChunk(parts, rules.panelModels, keys.slice(first, first + CHUNK), changed, at)
    for (const task of tasks) made += await keepFor(parts, task, found, now)
  }
  await sql`
    insert into panel_run (organisation_id, at, lines) values (${organisationId}, ${now}, ${changed.size})
    on conflict (organisation_id) do update set at = excluded.at, lines = excluded.lines`.execute(db)
  return made
}

/** What panels say of these subjects: of the listings that changed, and of those that a change of others made conspicuous. */
async function judgeChunk(
  parts: PanelParts,
  models: readonly PanelModel[],
  keys: readonly string[],
  changed: ReadonlySet<string>,
  at: PanelDay,
): Promise<PanelFound[]> {
  const { db } = parts
  const offers = await offersOf(db, keys, at)
  const judged = await judgedOf(db, models, offers, changed)
  const read = await listingsOf(db, [...new Set([...judged.values()].flat())], at)
  const found: PanelFound[] = []
  const bodies = new Map<string, Bytes>()
  const waiting: string[] = []
  for (const [key, ids] of judged) {
    const subject = await subjectAbout(db, offers.get(key)!, ids, read, at)
    if (subject === null) continue
    const { found: own, lines } = judgeSubject(models, subject, at.day)
    found.push(...own)
    for (const { finding, listing } of own) if (waits(finding)) waiting.push(listing.id)
    if (own.some(({ finding }) => finding.decision === 'lead')) {
      const bytes = utf8(lines)
      bodies.set(toHex(digest('sha256', bytes)), bytes)
    }
  }
  // The lines that findings rest on, under their digest, so that they can be computed again.
  await keepPacked(db, await packBodies(db, parts, bodies))
  await lookAgain(db, waiting, new Date(at.now.getTime() + AGAIN_MS))
  return found
}

/** By subject the ids of the listings to be judged. */
async function judgedOf(
  db: PanelParts['db'],
  models: readonly PanelModel[],
  offers: ReadonlyMap<string, readonly PeerOffer[]>,
  changed: ReadonlySet<string>,
): Promise<Map<string, string[]>> {
  const suspected = new Map([...offers].map(([key, own]) => [key, suspects(own).map(({ listingId }) => listingId)]))
  const old = [...suspected.values()].flat().filter((id) => !changed.has(id))
  const behaviours = models.map(({ behaviour }) => behaviour)
  const untold = new Set(await untoldOf(db, old, behaviours))
  const judged = new Map<string, string[]>()
  for (const [key, own] of offers) {
    const whole = isUniform(own)
    const suspect = new Set(suspected.get(key))
    const ids = own
      .map(({ listingId }) => listingId)
      .filter((id) => whole || changed.has(id) || (suspect.has(id) && untold.has(id)))
    if (ids.length > 0) judged.set(key, ids)
  }
  return judged
}

async function subjectAbout(
  db: PanelParts['db'],
  offers: readonly PeerOffer[],
  ids: readonly string[],
  read: ReadonlyMap<string, { listing: PanelListing; line: Subject['judged'][number]['line'] }>,
  at: PanelDay,
): Promise<Subject | null> {
  const judged = ids.flatMap((id) => read.get(id) ?? [])
  const [first] = judged
  if (first === undefined) return null
  const name = subjectOf(listingOf(first.line), first.listing.id)
  const taken = new Set(judged.map(({ listing }) => listing.id))
  const peers = offers.filter(({ listingId }) => !taken.has(listingId)).slice(0, MOST_OFFERS)
  const shops = [...new Set(offers.flatMap(({ shopId }) => shopId ?? []))]
  const { brand } = first.line
  const others =
    brand !== null && peers.length === 0 && isUniform(offers)
      ? await otherBrandsOf(db, shops, brand, MOST_OTHERS, at)
      : []
  return { name, judged, peers, others }
}

/** Below its cost, but not for long enough yet. */
function waits({ behaviour, decision, score }: Finding): boolean {
  return behaviour === 'below-cost' && decision !== 'lead' && score > 0.3
}

async function keepFor(
  { db }: PanelParts,
  task: ClaimedTask,
  found: readonly PanelFound[],
  now: Date,
): Promise<number> {
  const own = found.filter(({ listing, finding }) => isOwn(task, listing, finding))
  let made = 0
  for (const platformId of new Set(own.map(({ listing }) => listing.platform_id))) {
    const here = own.filter(({ listing }) => listing.platform_id === platformId)
    const counts = await db.transaction().execute(async (tx) => {
      const kept = await keepPanelLeads(tx, { task, platformId, found: here, now })
      if (kept.findings + kept.undecided > 0) {
        const owner = { taskId: task.id, organisationId: task.organisationId, platformId }
        await addCounts(tx, owner, now.getTime(), kept)
      }
      return kept
    })
    made += counts.leads
  }
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
