/**
 * How the nodes of our pipeline do: what passed, what failed, what waits and for how long. Read from the sums that the pipeline keeps for
 * everybody, so that being watched costs it nothing.
 */
import { type Clock, newId, utcText } from '@mingzheng/kernel'
import { type Kysely, sql } from 'kysely'
import type { MonitoringTables } from '../register/schema.ts'
import type { Counts } from '../watch/counts.ts'
import type { ProbeRow } from './plant.ts'
import type { PipelineNode } from './schema.ts'
import { fixStatement } from './statements.ts'

type Db = Kysely<MonitoringTables>

export interface NodeVersions {
  /** Of the program, such as `mingzheng 0.1.0`. */
  readonly program: string
  /** Of the models, such as `banned-goods:3 operator:1`. */
  readonly models: string
}

/** A node at a moment. `through` and `errors` are sums since `since`; `null`: not a thing of this node. */
export interface NodeSample {
  readonly node: PipelineNode
  readonly through: number
  readonly errors: number
  readonly waiting: number | null
  readonly lagMs: number | null
  readonly version: string
}

export interface PipelineSample {
  readonly at: number
  readonly since: number
  readonly nodes: readonly NodeSample[]
}

const DAY_MS = 86_400_000
const MOST_COUNTED = 100_000

export async function samplePipeline(
  db: Db,
  organisationId: string,
  versions: NodeVersions,
  now: number,
): Promise<PipelineSample> {
  const since = Math.floor(now / DAY_MS) * DAY_MS
  const { rows } = await sql<{ name: string; n: string }>`
    select name, sum(value::bigint) as n from watch_count, jsonb_each_text(counts) as c(name, value)
    where organisation_id = ${organisationId} and hour >= ${new Date(since)} group by name`.execute(db)
  const sums: Counts = Object.fromEntries(rows.map(({ name, n }) => [name, Number(n)]))
  const { rows: due } = await sql<{ n: string; oldest: Date | null }>`
    select count(*) as n, min(due_at) as oldest from (
      select a.due_at from watch_address a join watch_task t on t.id = a.task_id
      where t.organisation_id = ${organisationId} and t.state = 'running' and a.due_at <= ${new Date(now)} and a.claim is null
      limit ${MOST_COUNTED}) as held`.execute(db)
  const { rows: fixing } = await sql<{ n: string; oldest: Date | null; fixed: string; refused: string }>`
    select (select count(*) from (select 1 from watch_fixing where organisation_id = ${organisationId} and ledger_index is null
        and problem is null limit ${MOST_COUNTED}) as w) as n,
      (select min(created_at) from watch_fixing where organisation_id = ${organisationId} and ledger_index is null and problem is null) as oldest,
      (select count(*) from watch_fixing where organisation_id = ${organisationId} and ledger_time >= ${new Date(since)}) as fixed,
      (select count(*) from watch_fixing where organisation_id = ${organisationId} and problem is not null
        and created_at >= ${new Date(since)}) as refused`.execute(db)
  const n = (...names: (keyof Counts)[]) => names.reduce((sum, name) => sum + (sums[name] ?? 0), 0)
  const per = (total: number, count: number) => (count === 0 ? null : Math.round(total / count))
  const age = (oldest: Date | null | undefined) => (oldest == null ? 0 : Math.max(0, now - oldest.getTime()))
  const { program, models } = versions
  const failed = n('failed', 'blocked', 'limited', 'captcha', 'too-large')
  const nodes: NodeSample[] = [
    node('source', n('fetched'), n('robots', 'refused'), Number(due[0]!.n), age(due[0]!.oldest)),
    node('fetch', n('fetched') - failed, failed, null, per(n('ms'), n('fetched'))),
    node('snapshot', n('ok', 'unchanged'), n('empty', 'decoy'), null, null),
    node('extraction', n('changed'), n('lost'), null, null),
    { ...node('model', n('examined'), n('undecided'), null, per(n('cpuUs') / 1000, n('examined'))), version: models },
    node('finding', n('findings'), 0, null, null),
    node('lead', n('leads'), 0, null, null),
    node('fixing', Number(fixing[0]!.fixed), Number(fixing[0]!.refused), Number(fixing[0]!.n), age(fixing[0]!.oldest)),
  ]
  return { at: now, since, nodes }

  function node(
    name: PipelineNode,
    through: number,
    errors: number,
    waiting: number | null,
    lagMs: number | null,
  ): NodeSample {
    return { node: name, through, errors, waiting, lagMs, version: program }
  }
}

/** What passed between two samples; a new day counts from its beginning. */
export function between(before: PipelineSample | null, now: PipelineSample): PipelineSample {
  if (before === null || before.since !== now.since) return now
  const earlier = new Map(before.nodes.map((one) => [one.node, one]))
  return {
    ...now,
    nodes: now.nodes.map((one) => ({
      ...one,
      through: Math.max(0, one.through - (earlier.get(one.node)?.through ?? 0)),
      errors: Math.max(0, one.errors - (earlier.get(one.node)?.errors ?? 0)),
    })),
  }
}

/** Keeps a minute of every node. */
export async function keepReadings(db: Db, probe: ProbeRow, minute: PipelineSample): Promise<void> {
  const at = new Date(Math.floor(minute.at / 60_000) * 60_000)
  await db
    .insertInto('probe_reading')
    .values(
      minute.nodes.map(({ node, through, errors, waiting, lagMs, version }) => ({
        probe_id: probe.id,
        organisation_id: probe.organisation_id,
        node,
        at,
        through,
        errors,
        waiting,
        lag_ms: lagMs === null ? null : Math.min(lagMs, 2_000_000_000),
        version,
      })),
    )
    .onConflict((conflict) => conflict.columns(['probe_id', 'node', 'at']).doNothing())
    .execute()
}

/** Says the readings since the last statement, and lets them wait for the ledger. */
export async function stateReadings(db: Db, clock: Clock, probe: ProbeRow, since: Date): Promise<number> {
  const rows = await db
    .selectFrom('probe_reading')
    .selectAll()
    .where('probe_id', '=', probe.id)
    .where('at', '>', since)
    .orderBy('at')
    .orderBy('node')
    .limit(2000)
    .execute()
  if (rows.length === 0) return 0
  const now = clock.now()
  const id = newId(now)
  await db.transaction().execute((tx) =>
    fixStatement(
      tx,
      { organisationId: probe.organisation_id, subjectId: id, now: new Date(now) },
      {
        version: 1,
        kind: 'probe-reading',
        id,
        at: utcText(now),
        probe: probe.id,
        readings: rows.map((row) => ({
          node: row.node,
          at: utcText(row.at.getTime()),
          through: row.through,
          errors: row.errors,
          waiting: row.waiting,
          lagMs: row.lag_ms,
          version: row.version,
        })),
      },
    ),
  )
  return rows.length
}
