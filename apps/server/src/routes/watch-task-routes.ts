/** Monitoring tasks and platforms: set up, issued, changed, watched. */
import { setTimeout as pause } from 'node:timers/promises'
import type { TaskDetail, TaskEventView, TaskView, WatchSpecView } from '@mingzheng/api'
import { checkAddress } from '@mingzheng/evidence'
import { type Clock, isRefusal, type Refusal, refuse, utcText } from '@mingzheng/kernel'
import {
  addTask,
  changeTask,
  findTask,
  listFindings,
  listSnapshots,
  listTasks,
  listTaskVersions,
  type MonitoringTables,
  savePlatform,
  setTaskState,
  type TaskRow,
  type WatchSpec,
} from '@mingzheng/monitoring'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import { hoursOf, platformNames, platformViews, taskSums } from '../views/watch-sums.ts'
import { countsView, fetchView, findingView, taskView } from '../views/watch-view.ts'

type Names =
  | 'platforms.list'
  | 'platforms.save'
  | 'tasks.list'
  | 'tasks.add'
  | 'tasks.read'
  | 'tasks.change'
  | 'tasks.setState'
  | 'tasks.preview'
  | 'tasks.fetches'
  | 'tasks.events'

export interface WatchRouteParts {
  clock: Clock
  as<T>(person: Person, fn: (tx: Transaction<MonitoringTables>) => Promise<T>): Promise<T>
  /** Private destinations open to everybody here. */
  demoDestination(host: string, port: number): boolean
}

const TWO_DAYS_MS = 2 * 86_400_000
/** How often a watched task is looked at. */
const LOOK_MS = 1000
const DAY_MINUTES = 1440
const DAY_MS = 86_400_000

const missing = (): Refusal => refuse('not-found', 'there is no such task, or it is not yours to see')
const specOf = (spec: WatchSpecView): WatchSpec => spec as WatchSpec

async function viewsOf(db: Kysely<MonitoringTables>, rows: readonly TaskRow[], now: number): Promise<TaskView[]> {
  const names = await platformNames(db)
  const sums = await taskSums(
    db,
    rows.map(({ id }) => id),
    new Date(now),
  )
  return rows.map((row) => taskView(row, names, sums.get(row.id)!))
}

async function detailOf(tx: Transaction<MonitoringTables>, row: TaskRow, now: number): Promise<TaskDetail> {
  const [task] = await viewsOf(tx, [row], now)
  const hours = await hoursOf(tx, row.id, new Date(now - TWO_DAYS_MS))
  const { rows: hosts } = await sql<{
    origin: string
    state: TaskDetail['hosts'][number]['state']
    reason: string
    next_at: Date
  }>`
    select origin, state, reason, next_at from watch_host h
    where exists (select 1 from watch_address a where a.host_id = h.id and a.task_id = ${row.id}) order by origin limit 500`.execute(
    tx,
  )
  const versions = await listTaskVersions(tx, row.id)
  return {
    ...task!,
    hours: hours.map(({ hour, counts }) => ({ hour: utcText(hour.getTime()), ...countsView(counts) })),
    hosts: hosts.map(({ origin, state, reason, next_at }) => ({
      origin,
      state,
      reason,
      nextAt: utcText(next_at.getTime()),
    })),
    versions: versions.map(({ version, name, state, spec, note, made_by, made_at }) => ({
      version,
      name,
      state,
      spec,
      note,
      by: made_by,
      at: utcText(made_at.getTime()),
    })),
  }
}

/** What is known of what a task would watch. */
async function preview(tx: Transaction<MonitoringTables>, { objectives, frequency }: WatchSpec) {
  const list = (values: readonly string[]) => (values.length === 0 ? null : [...values])
  const { rows } = await sql<{ listings: string; shops: string; addresses: string; hosts: string }>`
    select
      (select count(*) from listing l left join shop s on s.id = l.shop_id
        where l.platform_id = any (${objectives.platforms})
          and (${list(objectives.brands)}::text[] is null or l.brand = any (${list(objectives.brands)}))
          and (${list(objectives.categories)}::text[] is null or l.category = any (${list(objectives.categories)}))
          and (${list(objectives.shops)}::text[] is null or s.name = any (${list(objectives.shops)}))
          and (${list(objectives.regions)}::text[] is null
            or s.region like any (select code || '%' from unnest(${list(objectives.regions)}::text[]) as r(code)))) as listings,
      (select count(*) from shop s where s.platform_id = any (${objectives.platforms})) as shops,
      (select count(distinct url_key) from watch_address a where a.platform_id = any (${objectives.platforms})) as addresses,
      (select count(distinct host_id) from watch_address a where a.platform_id = any (${objectives.platforms})) as hosts`.execute(
    tx,
  )
  const { listings, shops, addresses, hosts } = rows[0]!
  const pages = Math.min(Number(addresses), frequency.pages)
  const paced =
    frequency.hostPaceMs === 0 ? null : Math.floor(DAY_MS / frequency.hostPaceMs) * Math.max(1, Number(hosts))
  return {
    addresses: pages,
    listings: Number(listings),
    shops: Number(shops),
    fetchesADay: Math.round((pages * DAY_MINUTES) / frequency.everyMinutes),
    pacedADay: paced,
  }
}

export function watchTaskRoutes(parts: WatchRouteParts): Handlers<Person, Names> {
  const { as, clock } = parts
  const one = async (
    person: Person,
    change: (tx: Transaction<MonitoringTables>) => Promise<TaskRow | Refusal | null>,
  ) =>
    as(person, async (tx) => {
      const row = await change(tx)
      if (row === null) return missing()
      if (isRefusal(row)) return row
      return (await viewsOf(tx, [row], clock.now()))[0]!
    })
  const author = ({ organisationId, name }: Person) => ({ organisationId, name })
  return {
    'platforms.list': async ({ principal }) => ({
      platforms: await as(principal, (tx) => platformViews(tx, clock.now())),
    }),
    'platforms.save': async ({ body, principal }) => {
      for (const [i, { url }] of body.entries.entries()) {
        const checked = checkAddress(url, parts.demoDestination)
        if (isRefusal(checked)) return { ...checked, field: `entries[${i}].url` }
      }
      return as(principal, async (tx) => {
        const { name, entries } = body
        const given = { organisationId: principal.organisationId, name, entries, demo: false }
        const row = await savePlatform(tx, clock, given)
        return (await platformViews(tx, clock.now())).find(({ id }) => id === row.id)!
      })
    },
    'tasks.list': ({ principal }) =>
      as(principal, async (tx) => ({ tasks: await viewsOf(tx, await listTasks(tx), clock.now()) })),
    'tasks.add': ({ body, principal }) =>
      one(principal, (tx) => addTask(tx, clock, author(principal), { name: body.name, spec: specOf(body.spec) })),
    'tasks.read': ({ params, principal }) =>
      as(principal, async (tx) => {
        const row = await findTask(tx, params.id)
        return row === null ? missing() : detailOf(tx, row, clock.now())
      }),
    'tasks.change': ({ params, body, principal }) =>
      one(principal, (tx) => changeTask(tx, clock, author(principal), params.id, { ...body, spec: specOf(body.spec) })),
    'tasks.setState': ({ params, body, principal }) =>
      one(principal, (tx) => setTaskState(tx, clock, author(principal), params.id, body)),
    'tasks.preview': ({ body, principal }) => as(principal, (tx) => preview(tx, specOf(body.spec))),
    'tasks.fetches': ({ params, query, principal }) =>
      as(principal, async (tx) => {
        if ((await findTask(tx, params.id)) === null) return missing()
        const filter = { task: params.id, since: new Date(clock.now() - TWO_DAYS_MS), limit: query.limit }
        const rows = await listSnapshots(tx, { ...filter, outcome: query.outcome })
        return { fetches: rows.map(fetchView) }
      }),
    'tasks.events': async ({ params, principal }) => {
      if ((await as(principal, (tx) => findTask(tx, params.id))) === null) return missing()
      return (signal) => follow(parts, principal, params.id, signal)
    },
  }
}

/** The task whenever it changed, and what came since the last look. Looks into the database: watchers may be anywhere. */
async function* follow(
  { as, clock }: WatchRouteParts,
  person: Person,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<TaskEventView> {
  let seen = ''
  let since = new Date(clock.now() - LOOK_MS)
  const told = new Set<string>()
  while (!signal.aborted) {
    const events = await as(person, async (tx) => {
      const row = await findTask(tx, id)
      if (row === null) return []
      const [task] = await viewsOf(tx, [row], clock.now())
      const fetches = await listSnapshots(tx, { task: id, since, limit: 20 })
      const names = await platformNames(tx)
      const findings = await listFindings(tx, { task: id, since, limit: 20 })
      const found: TaskEventView[] = [{ kind: 'task', task: task! }]
      for (const one of fetches.reverse()) found.push({ kind: 'fetch', fetch: fetchView(one) })
      for (const one of findings.reverse()) found.push({ kind: 'finding', finding: findingView(one, names) })
      return found
    })
    // A batch is written a while after its pages were fetched.
    since = new Date(clock.now() - 5 * LOOK_MS)
    for (const event of events) {
      if (event.kind === 'task') {
        const now = JSON.stringify(event)
        if (now === seen) continue
        seen = now
      } else {
        const name = event.kind === 'fetch' ? event.fetch.id : event.finding.id
        if (told.has(name)) continue
        told.add(name)
      }
      yield event
    }
    if (told.size > 1000) for (const name of [...told].slice(0, 500)) told.delete(name)
    await pause(LOOK_MS, undefined, { signal }).catch(() => undefined)
  }
}
