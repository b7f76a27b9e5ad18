/** Probes, their results and scores as the interface shows them. */
import type { AnswerOf, PipelineView, PlantResultView, ProbeScoreView, ProbeView } from '@mingzheng/api'
import { utcText } from '@mingzheng/kernel'
import {
  between,
  listPlants,
  type MonitoringTables,
  type PipelineSample,
  type PlantFilter,
  type ProbeRow,
  type ProbeScore,
  probeShare,
} from '@mingzheng/monitoring'
import { type Kysely, sql } from 'kysely'
import { type PlatformNames, standingOf } from './watch-view.ts'

type Db = Kysely<MonitoringTables>

const time = (date: Date) => utcText(date.getTime())
const platformRef = (names: PlatformNames, id: string | null) =>
  id === null ? null : { id, name: names.get(id) ?? '' }

export async function probeViews(db: Db, probes: readonly ProbeRow[]): Promise<ProbeView[]> {
  if (probes.length === 0) return []
  const ids = probes.map(({ id }) => id)
  const { rows } = await sql<{ probe_id: string; waiting: string; settled: string }>`
    select probe_id, count(*) filter (where settled_at is null) as waiting, count(*) filter (where settled_at is not null) as settled
    from probe_plant where probe_id = any (${ids}) group by probe_id`.execute(db)
  const { rows: readings } = await sql<{ id: string; at: Date | null }>`
    select p.id, (select max(at) from probe_reading r where r.probe_id = p.id and r.node = p.nodes[1]) as at
    from probe p where p.id = any (${ids})`.execute(db)
  return probes.map((probe) => {
    const counts = rows.find(({ probe_id }) => probe_id === probe.id)
    const at = readings.find(({ id }) => id === probe.id)?.at ?? null
    const { perDay, honest, behaviours, answerMinutes } = probe.plan
    return {
      id: probe.id,
      name: probe.name,
      kind: probe.kind,
      running: probe.running,
      plan: { perDay, honest, behaviours: [...behaviours], answerMinutes },
      nodes: probe.nodes,
      createdBy: probe.created_by,
      createdAt: time(probe.created_at),
      waiting: Number(counts?.waiting ?? 0),
      settled: Number(counts?.settled ?? 0),
      lastReadingAt: at === null ? null : time(at),
    }
  })
}

type Where = Pick<ProbeScore, 'behaviour' | 'platformId' | 'month'>

function scoreOf(
  cells: readonly ProbeScore[],
  { behaviour, platformId, month }: { [field in keyof Where]: Where[field] | null },
  names: PlatformNames,
): ProbeScoreView {
  const sum = (field: 'found' | 'missed' | 'clear' | 'falseAlarms' | 'void') =>
    cells.reduce((all, cell) => all + cell[field], 0)
  const share = (hits: number, of: number) => {
    const { wilson, exact, ...rest } = probeShare(hits, of)
    return { ...rest, wilson: [...wilson] as [number, number], exact: [...exact] as [number, number] }
  }
  const [found, missed, clear, falseAlarms] = [sum('found'), sum('missed'), sum('clear'), sum('falseAlarms')]
  return {
    behaviour,
    platform: platformRef(names, platformId),
    month,
    recall: share(found, found + missed),
    precision: share(found, found + falseAlarms),
    specificity: share(clear, clear + falseAlarms),
    void: sum('void'),
  }
}

type Scores = Pick<AnswerOf<'probes.list'>, 'overall' | 'byBehaviour' | 'byPlatform' | 'byMonth' | 'cells'>

/** The same counts added up in five ways. */
export function scoreViews(cells: readonly ProbeScore[], names: PlatformNames): Scores {
  const none = { behaviour: null, platformId: null, month: null }
  const by = <K extends keyof Where>(field: K) =>
    [...Map.groupBy(cells, (cell) => cell[field])].map(([value, own]) =>
      scoreOf(own, { ...none, [field]: value }, names),
    )
  return {
    overall: scoreOf(cells, none, names),
    byBehaviour: by('behaviour'),
    byPlatform: by('platformId').filter(({ platform }) => platform !== null),
    byMonth: by('month').sort((a, b) => ((a.month ?? '') < (b.month ?? '') ? -1 : 1)),
    cells: [...Map.groupBy(cells, (cell) => `${cell.behaviour} ${cell.platformId} ${cell.month}`).values()].map((own) =>
      scoreOf(own, own[0]!, names),
    ),
  }
}

export async function resultViews(db: Db, filter: PlantFilter, names: PlatformNames): Promise<PlantResultView[]> {
  const rows = await listPlants(db, filter)
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const fixed = await db
    .selectFrom('watch_fixing')
    .select(['kind', 'subject_id', 'ledger_index', 'ledger_time'])
    .where('kind', 'in', ['plant', 'probe-result'])
    .where('subject_id', 'in', ids)
    .execute()
  const standing = (kind: 'plant' | 'probe-result', id: string) =>
    standingOf(
      fixed.find((one) => one.kind === kind && one.subject_id === id) ?? { ledger_index: null, ledger_time: null },
    )
  return rows.map((row) => ({
    id: row.id,
    probeId: row.probe_id,
    behaviour: row.behaviour,
    expects: row.expects,
    outcome: row.state as PlantResultView['outcome'],
    platform: platformRef(names, row.platform_id),
    source: row.source,
    title: row.title,
    url: row.url,
    plantedAt: row.planted_at === null ? null : time(row.planted_at),
    settledAt: time(row.settled_at!),
    nodes: row.nodes,
    lostAt: row.lost_at,
    model: row.model === null ? null : { name: row.model, version: row.model_version ?? 0 },
    by: row.by,
    planted: standing('plant', row.id),
    result: standing('probe-result', row.id),
  }))
}

const MINUTE_MS = 60_000

/** What passed between two looks, by the minute. */
export function pipelineView(before: PipelineSample | null, now: PipelineSample, waiting: number): PipelineView {
  const passed = between(before, now)
  const minutes = Math.max(1, (now.at - (before?.since === now.since ? before.at : now.since)) / 1) / MINUTE_MS
  const rate = (n: number) => Math.round((n / minutes) * 10) / 10
  return {
    at: utcText(now.at),
    waiting,
    nodes: passed.nodes.map(({ node, through, errors, waiting: held, lagMs, version }) => ({
      node,
      through: rate(through),
      errors: rate(errors),
      waiting: held,
      lagMs,
      version,
    })),
  }
}

/** Readings in steps that make some three hundred points. */
export async function readingViews(
  db: Db,
  probe: ProbeRow,
  hours: number,
  now: number,
): Promise<AnswerOf<'probes.readings'>> {
  const stepMinutes = Math.max(1, Math.ceil((hours * 60) / 288))
  const { rows } = await sql<{
    node: string
    at: Date
    through: string
    errors: string
    waiting: number | null
    lag: number | null
  }>`
    select node, date_bin(make_interval(mins => ${stepMinutes}), at, timestamptz '2020-01-01') as at, sum(through) as through,
      sum(errors) as errors, max(waiting) as waiting, max(lag_ms) as lag
    from probe_reading where probe_id = ${probe.id} and at >= ${new Date(now - hours * 3_600_000)}
    group by 1, 2 order by 2`.execute(db)
  const nodes = Map.groupBy(rows, ({ node }) => node)
  return {
    stepMinutes,
    nodes: probe.nodes.map((node) => ({
      node,
      points: (nodes.get(node) ?? []).map((row) => ({
        at: time(row.at),
        through: Number(row.through),
        errors: Number(row.errors),
        waiting: row.waiting,
        lagMs: row.lag,
      })),
    })),
  }
}
