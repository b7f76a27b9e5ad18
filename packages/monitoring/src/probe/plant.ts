/**
 * Planting: a case is put on a page of the platform, its statement goes to the ledger, and only when it stands there the address is
 * put before the pipeline like any other. Refuses what the pipeline could not read, and a platform that nobody watches.
 */
import { type Bytes, type Clock, digest, newId, type Refusal, refuse, toHex, utcText } from '@mingzheng/kernel'
import type { BlobStore } from '@mingzheng/storage'
import { type Kysely, type Selectable, sql } from 'kysely'
import { decodePage } from '../extraction/decode.ts'
import { parsePage } from '../extraction/page.ts'
import { readFacts } from '../fact/read-facts.ts'
import { canonicalUrl, urlKey } from '../frontier/canonical-url.ts'
import type { Behaviour } from '../recognition/behaviour.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { readBody } from '../snapshot/packs.ts'
import type { WatchSpec } from '../task/spec.ts'
import { isWanted } from '../watch/objectives.ts'
import { type Carrier, carriedPage, plainPage } from './compose-page.ts'
import type { Draws } from './draws.ts'
import type { PlantContent, ProbePlantTable, ProbeTable } from './schema.ts'
import { fixStatement } from './statements.ts'

type Db = Kysely<MonitoringTables>
export type ProbeRow = Selectable<ProbeTable>
export type PlantRow = Selectable<ProbePlantTable>

export interface PlantParts {
  readonly db: Db
  readonly blobs: BlobStore
  readonly clock: Clock
}

export interface PlantWish {
  readonly behaviour: Behaviour
  readonly expects: 'lead' | 'nothing'
  readonly source: string
  readonly content: PlantContent
  readonly platformId: string
  /** Who asked for it; `schedule` when nobody did. */
  readonly by: string
}

const CARRIERS = 12
const MINUTE_MS = 60_000

/** Composes and commits; the id of the plant, which is not in yet. */
export async function plant(
  { db, blobs, clock }: PlantParts,
  probe: ProbeRow,
  wish: PlantWish,
  draws: Draws,
): Promise<PlantRow | Refusal<'plant-unreadable' | 'plant-unwatched'>> {
  const tasks = await tasksOver(db, probe.organisation_id, wish)
  if (tasks.length === 0) return refuse('plant-unwatched', 'no running task watches this platform for this behaviour')
  for (const task of tasks) {
    const carriers = await carriersOf({ db, blobs }, task.id, wish.platformId, draws)
    const made = await composed(db, task, carriers, wish.content, draws)
    if (made === null) continue
    return insertPlant(db, clock, probe, { ...wish, ...made, taskId: task.id })
  }
  return refuse('plant-unreadable', 'the pipeline would not read from any page here what is to be planted')
}

export interface ComposedPlant extends Omit<PlantWish, 'platformId'> {
  readonly platformId: string | null
  readonly taskId: string | null
  readonly url: string
  readonly body: Bytes
}

/** Keeps a plant with its statement, which waits for the ledger. */
export function insertPlant(db: Db, clock: Clock, probe: ProbeRow, made: ComposedPlant): Promise<PlantRow> {
  const now = new Date(clock.now())
  const id = newId(now.getTime())
  const { behaviour, expects, source, url, content } = made
  const sha256 = digest('sha256', made.body)
  return db.transaction().execute(async (tx) => {
    const kept = await tx
      .insertInto('probe_plant')
      .values({
        id,
        probe_id: probe.id,
        organisation_id: probe.organisation_id,
        state: 'committing',
        behaviour,
        expects,
        platform_id: made.platformId,
        task_id: made.taskId,
        source,
        url,
        title: content.title,
        content: JSON.stringify(content),
        body: Buffer.from(made.body),
        body_sha256: Buffer.from(sha256),
        lost_at: null,
        reported: null,
        finding_id: null,
        lead_id: null,
        model: null,
        model_version: null,
        created_at: now,
        planted_at: null,
        served_at: null,
        due_at: new Date(now.getTime() + probe.plan.answerMinutes * MINUTE_MS),
        settled_at: null,
        by: made.by,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    const statement = {
      version: 1 as const,
      kind: 'plant' as const,
      id,
      at: utcText(now.getTime()),
      probe: probe.id,
      behaviour,
      expects,
      source,
      platform: made.platformId,
      url,
      sha256: toHex(sha256),
      content,
    }
    await fixStatement(tx, { organisationId: probe.organisation_id, subjectId: id, now }, statement)
    return kept
  })
}

interface WatchingTask {
  readonly id: string
  readonly spec: WatchSpec
}

async function tasksOver(db: Db, organisationId: string, wish: PlantWish): Promise<WatchingTask[]> {
  const rows = await db
    .selectFrom('watch_task')
    .select(['id', 'spec'])
    .where('organisation_id', '=', organisationId)
    .where('state', '=', 'running')
    .orderBy('id')
    .execute()
  return rows.filter(
    ({ spec }) =>
      spec.objectives.platforms.includes(wish.platformId) && spec.elements.behaviours.includes(wish.behaviour),
  )
}

interface FoundCarrier extends Carrier {
  readonly url: string
}

/** Pages of the platform that are listings, some of those seen last. */
async function carriersOf(
  { db, blobs }: Pick<PlantParts, 'db' | 'blobs'>,
  taskId: string,
  platformId: string,
  draws: Draws,
): Promise<FoundCarrier[]> {
  const rows = await db
    .selectFrom('watch_address')
    .select(['url', 'body_sha256'])
    .where('task_id', '=', taskId)
    .where('platform_id', '=', platformId)
    .where('kind', '=', 'page')
    .where('outcome', '=', 'ok')
    .where('facts_sha256', 'is not', null)
    .where('body_sha256', 'is not', null)
    .where('planted', '=', false)
    .limit(200)
    .execute()
  const found: FoundCarrier[] = []
  for (let tries = 0; rows.length > 0 && tries < CARRIERS; tries++) {
    const [row] = rows.splice(draws.below(rows.length), 1)
    const body = await readBody(db, blobs, row!.body_sha256!).catch(() => null)
    if (body === null) continue
    const facts = readFacts(parsePage(decodePage(body).text), row!.url)
    if (facts !== null) found.push({ facts, body, charset: null, url: row!.url })
  }
  return found
}

async function composed(
  db: Db,
  task: WatchingTask,
  carriers: readonly FoundCarrier[],
  content: PlantContent,
  draws: Draws,
): Promise<{ url: string; body: Bytes; content: PlantContent } | null> {
  const make = [carriedPage, (_: Carrier, wished: PlantContent, url: string) => plainPage(wished, url)]
  for (const by of make) {
    for (const carrier of carriers) {
      const url = await freeUrl(db, task.id, carrier.url, draws)
      const body = url === null ? null : by(carrier, content, url)
      if (url === null || body === null) continue
      const facts = readFacts(parsePage(decodePage(body, 'utf-8').text), url)
      if (facts === null || !isWanted(task.spec.objectives, facts)) continue
      return { url, body, content: { ...content, price: facts.price ?? content.price } }
    }
  }
  return null
}

const DIGITS = /\d{2,}(?!.*\d{2,})/

/** An address that looks like the platform's own and is none of those known. */
async function freeUrl(db: Db, taskId: string, like: string, draws: Draws): Promise<string | null> {
  for (let tries = 0; tries < 20; tries++) {
    const url = shapedUrl(like, draws)
    if (url === null || url === like) continue
    const known = await db
      .selectFrom('watch_address')
      .select('id')
      .where('task_id', '=', taskId)
      .where('url_key', '=', Buffer.from(urlKey(url)))
      .executeTakeFirst()
    if (known === undefined) return url
  }
  return null
}

/** An address of the same make with other digits. */
export function shapedUrl(like: string, draws: Draws): string | null {
  const { origin } = new URL(like)
  const path = like.slice(origin.length)
  const digits = (length: number) => Array.from({ length }, () => draws.below(10)).join('')
  const made = DIGITS.test(path)
    ? path.replace(DIGITS, (run) => `${1 + draws.below(9)}${digits(run.length - 1)}`)
    : path.replace(/(\/?)(\?|$)/, `-${digits(3)}$1$2`)
  return canonicalUrl(origin + made)
}

/** Puts in what now stands on the ledger; how many. */
export async function putIn({ db, clock }: Pick<PlantParts, 'db' | 'clock'>): Promise<number> {
  const now = new Date(clock.now())
  const { rows } = await sql<{ id: string }>`
    select p.id from probe_plant p join watch_fixing f on f.kind = 'plant' and f.subject_id = p.id
    where p.state = 'committing' and f.ledger_index is not null order by p.id limit 100`.execute(db)
  let count = 0
  for (const { id } of rows) {
    await db.transaction().execute(async (tx) => {
      const row = await tx
        .updateTable('probe_plant')
        .set({ state: 'waiting', planted_at: now })
        .where('id', '=', id)
        .where('state', '=', 'committing')
        .returning(['task_id', 'organisation_id', 'platform_id', 'url', 'probe_id'])
        .executeTakeFirst()
      if (row === undefined) return
      count++
      if (row.task_id === null) return
      await sql`
        insert into watch_address (task_id, organisation_id, platform_id, host_id, url, url_key, kind, depth, due_at, planted)
        select ${row.task_id}, ${row.organisation_id}, ${row.platform_id}, h.id, ${row.url}, ${Buffer.from(urlKey(row.url))},
          'page', (t.spec -> 'frequency' ->> 'depth')::smallint, ${now}, true
        from watch_host h, watch_task t
        where h.organisation_id = ${row.organisation_id} and h.origin = ${new URL(row.url).origin} and t.id = ${row.task_id}
        on conflict (task_id, url_key) do nothing`.execute(tx)
    })
  }
  return count
}
