/** Probes: made, switched on and off, asked to plant now. */
import { type Bytes, type Clock, newId, randomBytes } from '@mingzheng/kernel'
import { type Kysely, sql } from 'kysely'
import type { MonitoringTables } from '../register/schema.ts'
import type { ProbeRow } from './plant.ts'
import { PIPELINE_NODES, type ProbePlan } from './schema.ts'

type Db = Kysely<MonitoringTables>

export const DEFAULT_PLAN: ProbePlan = { perDay: 1, honest: 0.5, behaviours: [], answerMinutes: 24 * 60 }

/** The organisation's own probe; made when it is not there, and then switched as told. */
export async function ownProbe(
  db: Db,
  clock: Clock,
  given: { organisationId: string; by: string; running: boolean; plan?: ProbePlan },
): Promise<ProbeRow> {
  const read = () =>
    db
      .selectFrom('probe')
      .selectAll()
      .where('organisation_id', '=', given.organisationId)
      .where('kind', '=', 'own')
      .executeTakeFirst()
  const known = await read()
  if (known !== undefined) return known
  await addProbe(db, clock, {
    organisationId: given.organisationId,
    by: given.by,
    running: given.running,
    plan: given.plan ?? DEFAULT_PLAN,
    name: '本平台监测流程',
    kind: 'own',
    nodes: PIPELINE_NODES,
    apiKeyId: null,
  })
  return (await read())!
}

export interface NewProbe {
  readonly organisationId: string
  readonly by: string
  readonly running: boolean
  readonly plan: ProbePlan
  readonly name: string
  readonly kind: 'own' | 'foreign'
  readonly nodes: readonly string[]
  readonly apiKeyId: string | null
}

export async function addProbe(db: Db, clock: Clock, given: NewProbe): Promise<string> {
  const now = new Date(clock.now())
  const id = newId(now.getTime())
  await db
    .insertInto('probe')
    .values({
      id,
      organisation_id: given.organisationId,
      name: given.name,
      kind: given.kind,
      running: given.running,
      plan: JSON.stringify(given.plan),
      nodes: [...given.nodes],
      seed: Buffer.from(randomBytes(32)),
      api_key_id: given.apiKeyId,
      created_by: given.by,
      created_at: now,
      changed_at: now,
      next_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return id
}

export function listProbes(db: Db, organisationId: string): Promise<ProbeRow[]> {
  return db
    .selectFrom('probe')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .orderBy('created_at')
    .orderBy('id')
    .limit(200)
    .execute()
}

/** `null` when the organisation has no such probe. */
export async function changeProbe(
  db: Db,
  clock: Clock,
  own: { organisationId: string; id: string },
  change: { running: boolean; plan: ProbePlan },
): Promise<ProbeRow | null> {
  const now = new Date(clock.now())
  const row = await db
    .updateTable('probe')
    .set({ running: change.running, plan: JSON.stringify(change.plan), changed_at: now, next_at: now })
    .where('id', '=', own.id)
    .where('organisation_id', '=', own.organisationId)
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

/** The secret of the next plant: its draws are those of its number. */
export async function nextDraw(db: Db, id: string): Promise<{ seed: Bytes; number: string }> {
  const { rows } = await sql<{ seed: Uint8Array; planted: string }>`
    update probe set planted = planted + 1 where id = ${id} returning seed, planted`.execute(db)
  const { seed, planted } = rows[0]!
  return { seed: new Uint8Array(seed), number: planted }
}

/** `null` when the organisation has none of that id. */
export async function findProbe(db: Db, organisationId: string, id: string): Promise<ProbeRow | null> {
  const row = await db
    .selectFrom('probe')
    .selectAll()
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()
  return row ?? null
}
