/** What the monitoring desk shows: what is rising, where, and whether models and sites are healthy. */
import type { ModelView, WatchDeskView } from '@mingzheng/api'
import { utcText } from '@mingzheng/kernel'
import {
  activeSettings,
  listFindings,
  listingModels,
  type MonitoringTables,
  modelKey,
  panelModels,
} from '@mingzheng/monitoring'
import { type Kysely, sql } from 'kysely'
import { platformNames, platformViews, sumsSince } from './watch-sums.ts'
import { countsView, findingView } from './watch-view.ts'

type Db = Kysely<MonitoringTables>

const DAY_MS = 86_400_000
const CHINA_MS = 8 * 3_600_000
const DAYS = 30
const HOT_WORDS = 40
const SILENT_MS = 60_000

const chinaDay = (ms: number) => new Date(ms + CHINA_MS).toISOString().slice(0, 10)

export async function readWatchDesk(db: Db, now: number): Promise<WatchDeskView> {
  const today = Math.floor((now + CHINA_MS) / DAY_MS) * DAY_MS - CHINA_MS
  const since = new Date(today - (DAYS - 1) * DAY_MS)
  const names = await platformNames(db)
  const findings = await listFindings(db, { since: new Date(now - 7 * DAY_MS), limit: 30, leads: true })
  const { rows: tasks } = await sql<{ state: string; n: string }>`
    select state, count(*) as n from watch_task where state in ('running', 'paused') group by state`.execute(db)
  const inState = (state: string) => Number(tasks.find((row) => row.state === state)?.n ?? 0)
  const { rows: open } = await sql<{ open: string; unfixed: string }>`
    select (select coalesce(sum(n), 0) from watch_sum where kind = 'open') as open,
      (select count(*) from (select 1 from watch_fixing where ledger_index is null and problem is null limit 100001) as f) as unfixed
  `.execute(db)
  return {
    days: await daysOf(db, since, now),
    today: countsView(await sumsSince(db, new Date(today))),
    behaviours: await behavioursOf(db, now),
    regions: await regionsOf(db, since),
    hotWords: await hotWordsOf(db, now),
    platforms: await platformViews(db, now),
    findings: findings.map((row) => findingView(row, names)),
    workers: [],
    tasks: { running: inState('running'), paused: inState('paused') },
    openLeads: Number(open[0]!.open),
    unfixed: Number(open[0]!.unfixed),
  }
}

/** Those that said within the last minute that they are there; read by the system, since workers belong to no organisation. */
export async function workersOf(system: Db, now: number): Promise<WatchDeskView['workers']> {
  const rows = await system
    .selectFrom('watch_worker')
    .selectAll()
    .where('seen_at', '>', new Date(now - SILENT_MS))
    .orderBy('machine')
    .limit(500)
    .execute()
  return rows.map(({ machine, seen_at, pages }) => ({
    machine,
    seenAt: utcText(seen_at.getTime()),
    pages: Number(pages),
  }))
}

async function daysOf(db: Db, since: Date, now: number): Promise<WatchDeskView['days']> {
  const { rows } = await sql<{ day: string; fetched: string; refused: string; leads: string }>`
    select to_char(hour at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day, sum((counts ->> 'fetched')::bigint) as fetched,
      sum(coalesce((counts ->> 'blocked')::bigint, 0) + coalesce((counts ->> 'limited')::bigint, 0)
        + coalesce((counts ->> 'captcha')::bigint, 0) + coalesce((counts ->> 'failed')::bigint, 0)) as refused,
      sum(coalesce((counts ->> 'leads')::bigint, 0)) as leads
    from watch_count where hour >= ${since} group by day`.execute(db)
  return Array.from({ length: DAYS }, (_, i) => {
    const day = chinaDay(now - (DAYS - 1 - i) * DAY_MS)
    const seen = rows.find((row) => row.day === day)
    return {
      day,
      fetched: Number(seen?.fetched ?? 0),
      refused: Number(seen?.refused ?? 0),
      leads: Number(seen?.leads ?? 0),
    }
  })
}

/** New leads of the last seven days and of the seven before, and those not judged yet. */
async function behavioursOf(db: Db, now: number): Promise<WatchDeskView['behaviours']> {
  const [week, before] = [chinaDay(now - 6 * DAY_MS), chinaDay(now - 13 * DAY_MS)]
  const { rows } = await sql<{
    behaviour: WatchDeskView['behaviours'][number]['behaviour']
    leads: string
    before: string
    open: string
  }>`
    select key as behaviour, coalesce(sum(n) filter (where kind = 'behaviour' and day >= ${week}::date), 0) as leads,
      coalesce(sum(n) filter (where kind = 'behaviour' and day < ${week}::date), 0) as before,
      coalesce(sum(n) filter (where kind = 'open'), 0) as open
    from watch_sum where kind = 'open' or (kind = 'behaviour' and day >= ${before}::date)
    group by key having sum(n) > 0 order by leads desc, behaviour`.execute(db)
  return rows.map((row) => ({
    behaviour: row.behaviour,
    leads: Number(row.leads),
    before: Number(row.before),
    open: Number(row.open),
  }))
}

async function regionsOf(db: Db, since: Date): Promise<WatchDeskView['regions']> {
  const { rows } = await sql<{ region: string; leads: string }>`
    select key as region, sum(n) as leads from watch_sum where kind = 'region' and day >= ${chinaDay(since.getTime())}::date
    group by key order by leads desc, key limit 400`.execute(db)
  return rows.map(({ region, leads }) => ({ region, leads: Number(leads) }))
}

async function hotWordsOf(db: Db, now: number): Promise<WatchDeskView['hotWords']> {
  const { rows } = await sql<{ word: string; leads: string }>`
    select key as word, sum(n) as leads from watch_sum where kind = 'word' and day >= ${chinaDay(now - 6 * DAY_MS)}::date
    group by key order by leads desc, key limit ${HOT_WORDS}`.execute(db)
  return rows.map(({ word, leads }) => ({ word, leads: Number(leads) }))
}

/** So many decisions of analysts are needed before a share of them says anything. */
const FEWEST_DECISIONS = 10

/** The models with the parameters that are in force in `organisationId`. */
export async function modelViews(db: Db, organisationId: string, now: number): Promise<ModelView[]> {
  const { content } = await activeSettings(db, organisationId)
  const { rows } = await sql<{ behaviour: string; leads: string; dismissed: string; handed: string }>`
    select behaviour, count(*) as leads, count(*) filter (where state = 'dismissed') as dismissed,
      count(*) filter (where state = 'handed-over') as handed
    from lead where last_at >= ${new Date(now - DAYS * DAY_MS)} group by behaviour`.execute(db)
  const models = [
    ...listingModels.map((model) => ({ model, looksAt: 'listing' as const })),
    ...panelModels.map((model) => ({ model, looksAt: 'panel' as const })),
  ]
  return models.map(({ model, looksAt }) => {
    const row = rows.find(({ behaviour }) => behaviour === model.behaviour)
    const [dismissed, handedOver] = [Number(row?.dismissed ?? 0), Number(row?.handed ?? 0)]
    const decided = dismissed + handedOver
    return {
      name: model.behaviour,
      version: model.version,
      looksAt,
      key: modelKey(model),
      thresholds: Object.entries(model.thresholds).map(([name, { value: shipped, reason }]) => ({
        name,
        value: content.parameters[modelKey(model)]?.[name] ?? shipped,
        shipped,
        reason,
      })),
      leads: Number(row?.leads ?? 0),
      dismissed,
      handedOver,
      precision: decided < FEWEST_DECISIONS ? null : wilson(handedOver, decided),
    }
  })
}

/** Wilson's score interval at 95 %. */
function wilson(hits: number, of: number): { value: number; low: number; high: number } {
  const z = 1.959964
  const p = hits / of
  const middle = (p + z ** 2 / (2 * of)) / (1 + z ** 2 / of)
  const half = (z * Math.sqrt((p * (1 - p)) / of + z ** 2 / (4 * of ** 2))) / (1 + z ** 2 / of)
  return { value: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}
