/**
 * Probes in other monitoring systems: they are given pages to put in, say what their nodes did, and answer. What is expected of a page
 * stays here. An answer is final: the first one counts, and none after the plant's time.
 */
import { type Clock, type Refusal, refuse, utcText } from '@mingzheng/kernel'
import { type Kysely, sql } from 'kysely'
import type { MonitoringTables } from '../register/schema.ts'
import { plainPage } from './compose-page.ts'
import { drawsOf } from './draws.ts'
import { settlePlant } from './measure.ts'
import { insertPlant, type PlantRow, type ProbeRow, shapedUrl } from './plant.ts'
import { addProbe, nextDraw } from './probes.ts'
import type { PlantState, ProbePlan } from './schema.ts'
import { contentOf, type PlantCase, plantCases } from './stock.ts'

type Db = Kysely<MonitoringTables>

export interface ForeignOwner {
  readonly organisationId: string
  readonly apiKeyId: string
  readonly name: string
}

/** Registers a probe, or gives the one of that name under this key its new plan; its id. */
export async function registerForeign(
  db: Db,
  clock: Clock,
  owner: ForeignOwner,
  given: { name: string; nodes: readonly string[]; plan: ProbePlan & { readonly address: string } },
): Promise<string> {
  const known = await db
    .selectFrom('probe')
    .select('id')
    .where('organisation_id', '=', owner.organisationId)
    .where('api_key_id', '=', owner.apiKeyId)
    .where('name', '=', given.name)
    .executeTakeFirst()
  if (known === undefined) {
    return addProbe(db, clock, {
      organisationId: owner.organisationId,
      by: owner.name,
      running: true,
      plan: given.plan,
      name: given.name,
      kind: 'foreign',
      nodes: given.nodes,
      apiKeyId: owner.apiKeyId,
    })
  }
  await db
    .updateTable('probe')
    .set({ plan: JSON.stringify(given.plan), nodes: [...given.nodes], changed_at: new Date(clock.now()) })
    .where('id', '=', known.id)
    .execute()
  return known.id
}

/** The probe, when it is this key's. */
export async function foreignProbe(db: Db, owner: ForeignOwner, id: string): Promise<ProbeRow | null> {
  const row = await db
    .selectFrom('probe')
    .selectAll()
    .where('id', '=', id)
    .where('kind', '=', 'foreign')
    .where('organisation_id', '=', owner.organisationId)
    .where('api_key_id', '=', owner.apiKeyId)
    .executeTakeFirst()
  return row ?? null
}

/** Composes a plant for another system; it is given out once its commitment stands on the ledger. */
export async function plantForeign(
  db: Db,
  clock: Clock,
  probe: ProbeRow,
  wish: { behaviour: PlantCase['behaviour']; expects: PlantCase['expects']; by: string },
): Promise<PlantRow | Refusal> {
  const cases = plantCases().filter(
    ({ behaviour, expects }) => behaviour === wish.behaviour && expects === wish.expects,
  )
  if (cases.length === 0) return refuse('plant-unknown', 'there is no case for this behaviour to plant')
  const { seed, number } = await nextDraw(db, probe.id)
  const draws = drawsOf(seed, `plant ${number}`)
  const chosen = draws.pick(cases)
  const content = contentOf(chosen, draws)
  const url = shapedUrl((probe.plan as { address?: string }).address ?? 'https://market.invalid/item/10000', draws)
  const body = url === null ? null : plainPage(content, url)
  if (url === null || body === null) return refuse('plant-unreadable', 'no page can say this')
  const place = { platformId: null, taskId: null }
  return insertPlant(db, clock, probe, { ...wish, ...place, source: chosen.source, url, content, body })
}

/** What is in and not answered yet. */
export function plantsFor(db: Db, probeId: string): Promise<PlantRow[]> {
  return db
    .selectFrom('probe_plant')
    .selectAll()
    .where('probe_id', '=', probeId)
    .where('state', '=', 'waiting')
    .orderBy('id')
    .limit(50)
    .execute()
}

export interface ForeignReading {
  readonly node: string
  readonly at: Date
  readonly through: number
  readonly errors: number
  readonly waiting: number | null
  readonly lagMs: number | null
  readonly version: string | null
}

/** Keeps readings of nodes that the probe has; others are passed over. */
export async function keepForeignReadings(db: Db, probe: ProbeRow, readings: readonly ForeignReading[]): Promise<void> {
  const known = readings.filter(({ node }) => probe.nodes.includes(node))
  if (known.length === 0) return
  const minute = (at: Date) => new Date(Math.floor(at.getTime() / 60_000) * 60_000)
  const rows = new Map(known.map((one) => [`${one.node} ${minute(one.at).getTime()}`, one]))
  await db
    .insertInto('probe_reading')
    .values(
      [...rows.values()].map(({ node, at, through, errors, waiting, lagMs, version }) => ({
        probe_id: probe.id,
        organisation_id: probe.organisation_id,
        node,
        at: minute(at),
        through,
        errors,
        waiting,
        lag_ms: lagMs,
        version,
      })),
    )
    .onConflict((conflict) => conflict.columns(['probe_id', 'node', 'at']).doNothing())
    .execute()
}

/** Notes that a plant has passed a node; the first word counts. */
export async function keepPassages(
  db: Db,
  probe: ProbeRow,
  passages: readonly { plant: string; node: string; at: Date }[],
): Promise<void> {
  for (const { plant, node, at } of passages) {
    if (!probe.nodes.includes(node)) continue
    await sql`
      update probe_plant set nodes = jsonb_build_object(${node}::text, ${utcText(at.getTime())}::text) || nodes
      where id = ${plant} and probe_id = ${probe.id} and state = 'waiting'`.execute(db)
  }
}

/** Settles a plant by what the system says of it; its outcome, or `null` when there is nothing to answer. */
export async function answerPlant(
  db: Db,
  clock: Clock,
  probe: ProbeRow,
  plantId: string,
  findings: readonly { behaviour: string; reference: string }[],
): Promise<PlantState | null> {
  const row = await db
    .updateTable('probe_plant')
    .set({ reported: JSON.stringify(findings) })
    .where('id', '=', plantId)
    .where('probe_id', '=', probe.id)
    .where('state', '=', 'waiting')
    .where('reported', 'is', null)
    .where('due_at', '>', new Date(clock.now()))
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return null
  const hit = findings.some(({ behaviour }) => behaviour === row.behaviour)
  const state = row.expects === 'lead' ? (hit ? 'found' : 'missed') : hit ? 'false-alarm' : 'clear'
  await settlePlant(db, row, { state, lostAt: lostAt(probe, row, state), nodes: row.nodes, finding: null }, clock.now())
  return state
}

/** What was never answered is missed; an honest page of which nothing is heard says nothing. */
export async function endForeign(db: Db, clock: Clock): Promise<void> {
  const rows = await db
    .selectFrom('probe_plant')
    .innerJoin('probe', 'probe.id', 'probe_plant.probe_id')
    .selectAll('probe_plant')
    .select('probe.nodes as probe_nodes')
    .where('probe.kind', '=', 'foreign')
    .where('probe_plant.state', '=', 'waiting')
    .where('probe_plant.due_at', '<=', new Date(clock.now()))
    .limit(100)
    .execute()
  for (const { probe_nodes, ...row } of rows) {
    const state = row.expects === 'lead' ? 'missed' : 'void'
    const lost = lostAt({ nodes: probe_nodes }, row, state)
    await settlePlant(db, row, { state, lostAt: lost, nodes: row.nodes, finding: null }, clock.now())
  }
}

function lostAt({ nodes }: Pick<ProbeRow, 'nodes'>, row: PlantRow, state: PlantState): string | null {
  return state === 'missed' ? (nodes.find((node) => row.nodes[node] === undefined) ?? null) : null
}
