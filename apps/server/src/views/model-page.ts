/** What a model's page shows: law, versions, how analysts judged its leads, drift, and what their dismissals teach. */
import type { BehaviourName, ModelPageView } from '@mingzheng/api'
import { chinaText, utcText } from '@mingzheng/kernel'
import {
  activeSettings,
  type LeadRow,
  lawOf,
  listingModels,
  listVersions,
  type MonitoringTables,
  modelKey,
  panelModels,
  type SettingsContent,
} from '@mingzheng/monitoring'
import { type Kysely, sql } from 'kysely'
import type { Person } from '../person.ts'
import { parameterViews, versionView } from '../routes/setting-routes.ts'
import { driftOf, lessonsOf, shareOf, type Week } from './model-figures.ts'
import { platformNames } from './watch-sums.ts'
import { leadView } from './watch-view.ts'

type Db = Kysely<MonitoringTables>

const DAY_MS = 86_400_000
const DECIDED_DAYS = 90
const WEEKS = 13
const EXAMPLES = 20
const MOST_WORDS = 20
const MOST_SCORES = 20_000

export async function modelPage(db: Db, person: Person, behaviour: BehaviourName, now: number): Promise<ModelPageView> {
  const since = new Date(now - DECIDED_DAYS * DAY_MS)
  const models = [...listingModels, ...panelModels].filter((model) => model.behaviour === behaviour)
  const { content } = await activeSettings(db, person.organisationId)
  const decided = await decidedLeads(db, behaviour, since)
  const handedOver = decided.filter(({ state }) => state === 'handed-over')
  const dismissed = decided.filter(({ state }) => state === 'dismissed')
  const weeks = await weeksOf(db, behaviour, now)
  return {
    behaviour,
    models: models.map((model) => ({
      key: modelKey(model),
      looksAt: 'examine' in model ? 'listing' : 'panel',
      version: model.version,
    })),
    law: lawOf(behaviour),
    parameters: parameterViews()
      .filter((one) => one.behaviour === behaviour)
      .map((one) => ({ ...one, value: content.parameters[one.model]?.[one.name] ?? one.shipped })),
    groups: content.groups
      .filter((group) => group.behaviour === behaviour)
      .map(({ name, words, law, article, enabled }) => ({
        name,
        words: words.length,
        law: `${law} ${article}`.trim(),
        enabled,
      })),
    versions: await versionsOf(db, person, behaviour),
    precision: shareOf(handedOver.length, decided.length),
    decided: {
      handedOver: handedOver.length,
      dismissed: dismissed.length,
      open: await openLeads(db, behaviour, since),
    },
    byVersion: byVersionOf(decided),
    weeks,
    drift: driftOf(weeks),
    reasons: reasonsOf(dismissed),
    words: wordsOf(decided),
    lessons: lessonsOf(decided),
    dismissed: await dismissedExamples(db, behaviour, since),
  }
}

interface DecidedLead {
  readonly state: 'dismissed' | 'handed-over'
  readonly score: number
  readonly dismissed_for: string | null
  readonly word: string | null
  readonly model_version: number | null
  readonly settings_version: number | null
}

/** With the finding that each stood on. */
async function decidedLeads(db: Db, behaviour: string, since: Date): Promise<DecidedLead[]> {
  const { rows } = await sql<DecidedLead>`
    select l.state, l.score, l.dismissed_for, f.span ->> 'text' as word, f.model_version, f.settings_version
    from lead l left join finding f on f.at = l.finding_at and f.id = l.finding_id
    where l.behaviour = ${behaviour} and l.state in ('dismissed', 'handed-over') and l.last_at >= ${since}
    order by l.last_at desc limit ${MOST_SCORES}`.execute(db)
  return rows
}

async function openLeads(db: Db, behaviour: string, since: Date): Promise<number> {
  const { rows } = await sql<{ n: string }>`
    select count(*) as n from (
      select 1 from lead where behaviour = ${behaviour} and state = 'new' and last_at >= ${since} limit 100001) as l`.execute(
    db,
  )
  return Number(rows[0]!.n)
}

function byVersionOf(decided: readonly DecidedLead[]): ModelPageView['byVersion'] {
  const groups = Map.groupBy(
    decided.filter(({ model_version }) => model_version !== null),
    ({ model_version, settings_version }) => `${model_version} ${settings_version}`,
  )
  return [...groups]
    .map(([name, leads]) => {
      const [model, settings] = name.split(' ').map(Number)
      const handedOver = leads.filter(({ state }) => state === 'handed-over').length
      return {
        model: model!,
        settings: settings!,
        handedOver,
        dismissed: leads.length - handedOver,
        precision: shareOf(handedOver, leads.length),
      }
    })
    .sort((a, b) => b.model - a.model || b.settings - a.settings)
}

/** Weeks begin on China's Mondays. */
async function weeksOf(db: Db, behaviour: string, now: number): Promise<Week[]> {
  const day = Date.parse(`${chinaText(now).slice(0, 10)}T00:00:00+08:00`)
  const monday = day - ((new Date(day + 8 * 3_600_000).getUTCDay() + 6) % 7) * DAY_MS
  const first = monday - (WEEKS - 1) * 7 * DAY_MS
  const since = new Date(first)
  const { rows: seen } = await sql<{ week: string; examined: string }>`
    select to_char(date_trunc('week', hour at time zone 'Asia/Shanghai'), 'YYYY-MM-DD') as week,
      sum(coalesce((counts ->> 'examined')::bigint, 0)) as examined
    from watch_count where hour >= ${since} group by week`.execute(db)
  const { rows: found } = await sql<{ week: string; leads: string; undecided: string; score: number | null }>`
    select to_char(date_trunc('week', at at time zone 'Asia/Shanghai'), 'YYYY-MM-DD') as week,
      count(distinct lead_id) filter (where decision = 'lead') as leads,
      count(*) filter (where decision = 'can''t decide') as undecided,
      avg(score) filter (where decision = 'lead') as score
    from finding where at >= ${since} and behaviour = ${behaviour} group by week`.execute(db)
  return Array.from({ length: WEEKS }, (_, i) => {
    const week = chinaText(first + i * 7 * DAY_MS).slice(0, 10)
    const examined = Number(seen.find((row) => row.week === week)?.examined ?? 0)
    const row = found.find((one) => one.week === week)
    const leads = Number(row?.leads ?? 0)
    return {
      week,
      examined,
      leads,
      undecided: Number(row?.undecided ?? 0),
      rate: examined === 0 ? null : (leads / examined) * 10_000,
      score: row?.score === undefined || row.score === null ? null : Number(row.score),
    }
  })
}

function reasonsOf(dismissed: readonly DecidedLead[]): ModelPageView['reasons'] {
  const counts = Map.groupBy(dismissed, ({ dismissed_for }) => dismissed_for ?? 'other')
  return [...counts].map(([reason, leads]) => ({ reason, leads: leads.length })).sort((a, b) => b.leads - a.leads)
}

function wordsOf(decided: readonly DecidedLead[]): ModelPageView['words'] {
  const words = Map.groupBy(
    decided.filter(({ word }) => word !== null && word !== ''),
    ({ word }) => word!,
  )
  return [...words]
    .map(([word, leads]) => {
      const dismissed = leads.filter(({ state }) => state === 'dismissed').length
      return { word, dismissed, handedOver: leads.length - dismissed }
    })
    .filter(({ dismissed }) => dismissed > 0)
    .sort((a, b) => b.dismissed - a.dismissed || (a.word < b.word ? -1 : 1))
    .slice(0, MOST_WORDS)
}

async function dismissedExamples(db: Db, behaviour: string, since: Date): Promise<ModelPageView['dismissed']> {
  const names = await platformNames(db)
  const rows = await db
    .selectFrom('lead')
    .selectAll()
    .where('behaviour', '=', behaviour)
    .where('state', '=', 'dismissed')
    .where('last_at', '>=', since)
    .orderBy('last_at', 'desc')
    .limit(EXAMPLES)
    .execute()
  if (rows.length === 0) return []
  const { rows: events } = await sql<{ lead_id: string; at: Date; actor: string | null; detail: string }>`
    select distinct on (lead_id) lead_id, at, actor, detail from lead_event
    where lead_id = any (${rows.map(({ id }) => id)}) and kind = 'dismissed' order by lead_id, id desc`.execute(db)
  return rows.map((row) => {
    const event = events.find(({ lead_id }) => lead_id === row.id)
    return {
      ...leadView(row as LeadRow, names),
      note: (event?.detail ?? '').replace(/^[a-z-]+(?:: )?/, ''),
      by: event?.actor ?? null,
      dismissedAt: utcText((event?.at ?? row.last_at).getTime()),
    }
  })
}

/** Versions in which something of this behaviour differs from the version before, with what does. */
async function versionsOf(db: Db, person: Person, behaviour: string): Promise<ModelPageView['versions']> {
  const rows = await listVersions(db, 200)
  const contents = new Map<number, SettingsContent>(rows.map(({ version, content }) => [version, content]))
  return rows.flatMap((row) => {
    const before = contents.get(row.based_on) ?? { parameters: {}, groups: [] }
    const changes = changesOf(before, row.content, behaviour)
    return changes.length === 0 ? [] : [{ ...versionView(row, person), changes }]
  })
}

function changesOf(before: SettingsContent, after: SettingsContent, behaviour: string): string[] {
  const changes: string[] = []
  for (const { model, name, shipped } of parameterViews().filter((one) => one.behaviour === behaviour)) {
    const [one, other] = [before, after].map(({ parameters }) => parameters[model]?.[name] ?? shipped)
    if (one !== other) changes.push(`${name} ${one} → ${other}`)
  }
  const own = ({ groups }: SettingsContent) =>
    new Map(groups.filter((group) => group.behaviour === behaviour).map((group) => [group.name, JSON.stringify(group)]))
  const [groups, others] = [own(before), own(after)]
  for (const [name, group] of others) {
    if (!groups.has(name)) changes.push(`+ ${name}`)
    else if (groups.get(name) !== group) changes.push(`~ ${name}`)
  }
  for (const name of groups.keys()) if (!others.has(name)) changes.push(`- ${name}`)
  return changes
}
