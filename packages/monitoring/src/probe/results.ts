/** What probes have measured: recall and precision with intervals, by behaviour, platform and month; and each plant once it is settled. */
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Behaviour } from '../recognition/behaviour.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { clopperPearson } from '../statistics/clopper-pearson.ts'
import { wilsonInterval } from '../statistics/wilson.ts'
import type { PlantRow } from './plant.ts'
import type { PlantState } from './schema.ts'

type Db = Kysely<MonitoringTables>

/** A share with Wilson's interval and the exact one, both at 95 %; `value` is `null` of no trials. */
export interface ProbeShare {
  readonly hits: number
  readonly of: number
  readonly value: number | null
  readonly wilson: readonly [number, number]
  readonly exact: readonly [number, number]
}

export function probeShare(hits: number, of: number): ProbeShare {
  return {
    hits,
    of,
    value: of === 0 ? null : hits / of,
    wilson: wilsonInterval(hits, of),
    exact: clopperPearson(hits, of),
  }
}

export interface ProbeScore {
  readonly probeId: string
  readonly behaviour: Behaviour
  readonly platformId: string | null
  /** `YYYY-MM`, China's. */
  readonly month: string
  readonly found: number
  readonly missed: number
  readonly clear: number
  readonly falseAlarms: number
  readonly void: number
}

/** Counts of settled plants; a cell for each probe, behaviour, platform and month that has any. */
export async function probeScores(db: Db, organisationId: string, since: Date): Promise<ProbeScore[]> {
  const { rows } = await sql<{
    probe_id: string
    behaviour: Behaviour
    platform_id: string | null
    month: string
    state: PlantState
    n: string
  }>`
    select probe_id, behaviour, platform_id, to_char(settled_at at time zone 'Asia/Shanghai', 'YYYY-MM') as month, state, count(*) as n
    from probe_plant where organisation_id = ${organisationId} and settled_at >= ${since}
    group by 1, 2, 3, 4, 5 order by 4 desc, 2, 3, 1`.execute(db)
  const cells = new Map<string, { -readonly [field in keyof ProbeScore]: ProbeScore[field] }>()
  for (const row of rows) {
    const key = `${row.probe_id} ${row.behaviour} ${row.platform_id} ${row.month}`
    const cell = cells.get(key) ?? {
      probeId: row.probe_id,
      behaviour: row.behaviour,
      platformId: row.platform_id,
      month: row.month,
      found: 0,
      missed: 0,
      clear: 0,
      falseAlarms: 0,
      void: 0,
    }
    cells.set(key, cell)
    const field = FIELDS[row.state]
    if (field !== undefined) cell[field] += Number(row.n)
  }
  return [...cells.values()]
}

const FIELDS: { readonly [state in PlantState]?: 'found' | 'missed' | 'clear' | 'falseAlarms' | 'void' } = {
  found: 'found',
  missed: 'missed',
  clear: 'clear',
  'false-alarm': 'falseAlarms',
  void: 'void',
}

export interface PlantFilter {
  readonly organisationId: string
  readonly probe?: string | undefined
  readonly behaviour?: string | undefined
  readonly platform?: string | undefined
  readonly state?: PlantState | undefined
  readonly before?: string | undefined
  readonly limit: number
}

/** Settled plants, newest first: what is still in is nobody's to see. */
export function listPlants(db: Db, filter: PlantFilter): Promise<Omit<PlantRow, 'body'>[]> {
  let query = db
    .selectFrom('probe_plant')
    .select(PLANT_COLUMNS)
    .where('organisation_id', '=', filter.organisationId)
    .where('settled_at', 'is not', null)
    .orderBy('settled_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit)
  if (filter.probe !== undefined) query = query.where('probe_id', '=', filter.probe)
  if (filter.behaviour !== undefined) query = query.where('behaviour', '=', filter.behaviour as Behaviour)
  if (filter.platform !== undefined) query = query.where('platform_id', '=', filter.platform)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.before !== undefined) query = query.where('settled_at', '<', new Date(filter.before))
  return query.execute() as Promise<Omit<PlantRow, 'body'>[]>
}

const PLANT_COLUMNS = [
  'id',
  'probe_id',
  'organisation_id',
  'state',
  'behaviour',
  'expects',
  'platform_id',
  'task_id',
  'source',
  'url',
  'title',
  'content',
  'body_sha256',
  'nodes',
  'lost_at',
  'reported',
  'finding_id',
  'lead_id',
  'model',
  'model_version',
  'created_at',
  'planted_at',
  'served_at',
  'due_at',
  'settled_at',
  'by',
] as const

/** How many are in, or on their way in. */
export async function plantsIn(db: Db, probeId: string): Promise<number> {
  const { n } = await db
    .selectFrom('probe_plant')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .where('probe_id', '=', probeId)
    .where('state', 'in', ['committing', 'waiting'])
    .executeTakeFirstOrThrow()
  return Number(n)
}
