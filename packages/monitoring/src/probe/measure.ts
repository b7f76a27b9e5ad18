/**
 * Follows a plant from node to node and settles it: found or missed, and where it was lost. Reads what the pipeline wrote of it; the
 * pipeline itself knows nothing of being measured.
 */
import { digest, type JsonValue, toHex, utcText, utf8 } from '@mingzheng/kernel'
import { type Kysely, sql } from 'kysely'
import { urlKey } from '../frontier/canonical-url.ts'
import type { MonitoringTables } from '../register/schema.ts'
import type { PlantParts, PlantRow } from './plant.ts'
import { PIPELINE_NODES, type PipelineNode, type PlantState } from './schema.ts'
import { fixStatement } from './statements.ts'

type Db = Kysely<MonitoringTables>

interface Passage {
  readonly nodes: { [node in PipelineNode]?: string }
  /** Whether the pipeline had its turn at it at all. */
  readonly asked: boolean
  readonly finding: { id: string; leadId: string | null; model: string; version: number } | null
}

/** Measures all that are in; how many were settled. */
export async function measure(parts: PlantParts): Promise<number> {
  const rows = await parts.db
    .selectFrom('probe_plant')
    .innerJoin('probe', 'probe.id', 'probe_plant.probe_id')
    .selectAll('probe_plant')
    .where('probe_plant.state', '=', 'waiting')
    .where('probe.kind', '=', 'own')
    .orderBy('probe_plant.id')
    .limit(500)
    .execute()
  let settled = 0
  for (const row of rows) if (await follow(parts, row)) settled++
  return settled
}

async function follow({ db, clock }: PlantParts, row: PlantRow): Promise<boolean> {
  const passage = await passageOf(db, row)
  const now = clock.now()
  const late = now >= row.due_at.getTime()
  const state = stateOf(row, passage, late)
  if (state === null) {
    if (JSON.stringify(passage.nodes) !== JSON.stringify(row.nodes)) {
      await db
        .updateTable('probe_plant')
        .set({ nodes: JSON.stringify(passage.nodes) })
        .where('id', '=', row.id)
        .execute()
    }
    return false
  }
  if (state === 'void' && (await isRunning(db, row.task_id))) return settle(db, row, 'missed', passage, now)
  return settle(db, row, state, passage, now)
}

/** `null` while something may still come of it. */
function stateOf(row: PlantRow, { nodes, asked, finding }: Passage, late: boolean): PlantState | null {
  if (finding !== null && nodes.fixing !== undefined) return row.expects === 'lead' ? 'found' : 'false-alarm'
  // An honest page is through when the models have looked at it and nothing is on its way any more.
  if (row.expects === 'nothing' && finding === null && nodes.model !== undefined) return 'clear'
  if (row.expects === 'lead' && finding === null && nodes.model !== undefined) return 'missed'
  if (!late) return null
  return asked ? (row.expects === 'lead' ? 'missed' : 'void') : 'void'
}

async function isRunning(db: Db, taskId: string | null): Promise<boolean> {
  if (taskId === null) return false
  const task = await db.selectFrom('watch_task').select('state').where('id', '=', taskId).executeTakeFirst()
  return task?.state === 'running'
}

async function passageOf(db: Db, row: PlantRow): Promise<Passage> {
  const nodes: { [node in PipelineNode]?: string } = {}
  const pass = (node: PipelineNode, at: Date | null | undefined) => {
    if (at !== null && at !== undefined) nodes[node] = utcText(at.getTime())
  }
  pass('source', row.planted_at)
  const address = await db
    .selectFrom('watch_address')
    .select(['id', 'examined'])
    .where('task_id', '=', row.task_id!)
    .where('url_key', '=', Buffer.from(urlKey(row.url)))
    .executeTakeFirst()
  const asked = row.served_at !== null
  if (address === undefined || !asked) return { nodes, asked, finding: null }
  const snapshot = await db
    .selectFrom('snapshot')
    .select(['id', 'at', 'outcome', 'body_sha256'])
    .where('address_id', '=', address.id)
    .where('at', '>=', row.created_at)
    .orderBy('at', 'desc')
    .executeTakeFirst()
  if (snapshot === undefined) return { nodes, asked, finding: null }
  pass('fetch', row.served_at)
  if (snapshot.body_sha256 === null || toHex(snapshot.body_sha256) !== toHex(row.body_sha256))
    return { nodes, asked, finding: null }
  pass('snapshot', snapshot.at)
  const listing = await db
    .selectFrom('listing')
    .select(['id', 'title', 'changed_at'])
    .where('organisation_id', '=', row.organisation_id)
    .where('platform_id', '=', row.platform_id!)
    .where('key', '=', row.url)
    .executeTakeFirst()
  if (listing === undefined || listing.title !== row.title) return { nodes, asked, finding: null }
  pass('extraction', listing.changed_at)
  if (address.examined !== null) pass('model', snapshot.at)
  const { rows } = await sql<{
    id: string
    at: Date
    lead_id: string | null
    lead_at: Date | null
    model: string
    model_version: number
    ledger_time: Date | null
  }>`
    select f.id, f.at, f.lead_id, f.model, f.model_version, l.first_at as lead_at, w.ledger_time
    from finding f left join lead l on l.id = f.lead_id left join watch_fixing w on w.kind = 'finding' and w.subject_id = f.id
    where f.listing_id = ${listing.id} and f.decision = 'lead' and f.behaviour = ${row.behaviour}
    order by f.score desc limit 1`.execute(db)
  const found = rows[0]
  if (found === undefined) return { nodes, asked, finding: null }
  pass('finding', found.at)
  pass('lead', found.lead_at)
  pass('fixing', found.ledger_time)
  const { id, lead_id: leadId, model, model_version: version } = found
  return { nodes, asked, finding: { id, leadId, model, version } }
}

/** Ends it: what came of it is said, fixed, and the address is taken out. */
async function settle(db: Db, row: PlantRow, state: PlantState, passage: Passage, now: number): Promise<boolean> {
  const { nodes, finding } = passage
  const lostAt = state === 'missed' ? (PIPELINE_NODES.find((node) => nodes[node] === undefined) ?? null) : null
  await settlePlant(db, row, { state, lostAt, nodes, finding }, now)
  return true
}

export interface Settlement {
  readonly state: PlantState
  readonly lostAt: string | null
  readonly nodes: { readonly [node: string]: string }
  readonly finding: { id: string; leadId: string | null; model: string; version: number } | null
}

/** Writes the settlement with its statement in one transaction. */
export async function settlePlant(
  db: Db,
  row: PlantRow,
  { state, lostAt, nodes, finding }: Settlement,
  now: number,
): Promise<void> {
  const at = new Date(now)
  await db.transaction().execute(async (tx) => {
    const kept = await tx
      .updateTable('probe_plant')
      .set({
        state,
        nodes: JSON.stringify(nodes as JsonValue),
        lost_at: lostAt,
        finding_id: finding?.id ?? null,
        lead_id: finding?.leadId ?? null,
        model: finding?.model ?? null,
        model_version: finding?.version ?? null,
        settled_at: at,
      })
      .where('id', '=', row.id)
      .where('state', 'in', ['waiting', 'committing'])
      .executeTakeFirst()
    if (kept.numUpdatedRows === 0n) return
    const { statement } = await tx
      .selectFrom('watch_fixing')
      .select('statement')
      .where('kind', '=', 'plant')
      .where('subject_id', '=', row.id)
      .executeTakeFirstOrThrow()
    await fixStatement(
      tx,
      { organisationId: row.organisation_id, subjectId: row.id, now: at },
      {
        version: 1,
        kind: 'probe-result',
        id: row.id,
        at: utcText(now),
        probe: row.probe_id,
        plant: toHex(digest('sha256', utf8(statement))),
        outcome: state as 'found',
        lostAt,
        nodes: { ...nodes },
        finding: finding === null ? null : { id: finding.id, model: { name: finding.model, version: finding.version } },
      },
    )
    if (row.task_id !== null) {
      await tx
        .deleteFrom('watch_address')
        .where('task_id', '=', row.task_id)
        .where('url_key', '=', Buffer.from(urlKey(row.url)))
        .where('planted', '=', true)
        .execute()
    }
  })
}
