/** Captures in the database: asked for, claimed, moved on, ended. */
import { type Clock, type Id, newId } from '@mingzheng/kernel'
import type { Kysely, Selectable, Updateable } from 'kysely'
import type { CaptureTable, EvidenceTables } from '../register/schema.ts'
import { waitingSteps } from './progress.ts'

export type CaptureRow = Selectable<CaptureTable>

export interface CaptureOrder {
  organisationId: string
  unit: { id: string; name: string } | null
  user: { id: string; name: string; cardNumber: string | null }
  secondOfficer: { id: string; name: string; cardNumber: string | null } | null
  cause: string
  caseReference: string
  witness: string
  recaptureOf: string | null
  allowPrivate: boolean
}

/** Writes one row for each group of addresses. More than one group makes a batch. */
export async function insertCaptures(
  db: Kysely<EvidenceTables>,
  clock: Clock,
  order: CaptureOrder,
  groups: readonly string[][],
): Promise<{ batch: Id | null; rows: CaptureRow[] }> {
  const now = clock.now()
  const batch = groups.length > 1 ? newId(now) : null
  const rows = await db
    .insertInto('capture')
    .values(
      groups.map((urls) => ({
        id: newId(now),
        batch,
        organisation_id: order.organisationId,
        unit_id: order.unit?.id ?? null,
        unit_name: order.unit?.name ?? null,
        user_id: order.user.id,
        officer_name: order.user.name,
        officer_card: order.user.cardNumber,
        urls: JSON.stringify(urls),
        cause: order.cause,
        case_reference: order.caseReference,
        second_officer: JSON.stringify(order.secondOfficer),
        witness: order.witness,
        recapture_of: order.recaptureOf,
        state: 'queued' as const,
        requested_at: new Date(now),
        started_at: null,
        ended_at: null,
        steps: JSON.stringify(waitingSteps()),
        bytes: 0,
        requests: 0,
        number: null,
        complete: null,
        problem: JSON.stringify(null),
        cancel_requested: false,
        allow_private: order.allowPrivate,
      })),
    )
    .returningAll()
    .execute()
  return { batch, rows }
}

export async function findCapture(db: Kysely<EvidenceTables>, id: string): Promise<CaptureRow | null> {
  return (await db.selectFrom('capture').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

export function listCaptures(
  db: Kysely<EvidenceTables>,
  filter: { batch?: string | undefined; limit: number },
): Promise<CaptureRow[]> {
  let query = db.selectFrom('capture').selectAll().orderBy('requested_at', 'desc').orderBy('id', 'desc')
  if (filter.batch !== undefined) query = query.where('batch', '=', filter.batch)
  return query.limit(filter.limit).execute()
}

/** Changes a row and gives it back as it then is. */
export async function updateCapture(
  db: Kysely<EvidenceTables>,
  id: string,
  change: Updateable<CaptureTable>,
): Promise<CaptureRow> {
  return db.updateTable('capture').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow()
}

/** Captures that were not ended when the process was: they go on. */
export function unfinishedCaptures(db: Kysely<EvidenceTables>): Promise<Pick<CaptureRow, 'id' | 'runs'>[]> {
  return db
    .selectFrom('capture')
    .select(['id', 'runs'])
    .where('state', 'in', ['queued', 'running', 'fixing'])
    .orderBy('requested_at')
    .execute()
}
