/** What was handed in: taken once for each idempotency key, held until its sender is known, listed with what came of it. */
import { type Clock, equalBytes, newId, type Refusal, refuse, utcText } from '@mingzheng/kernel'
import type { Kysely, Selectable, Transaction } from 'kysely'
import type { MonitoringTables } from '../register/schema.ts'
import { commitStatement } from '../statement/commit.ts'
import { encodeStatement } from '../statement/statement.ts'
import type { SubmissionSource, SubmissionTable } from './schema.ts'

export type SubmissionRow = Selectable<SubmissionTable>
export type SubmissionProblemRow = Selectable<MonitoringTables['submission_problem']>
type Db = Kysely<MonitoringTables>

export interface GivenSubmission {
  readonly organisationId: string
  readonly platformId: string
  readonly source: SubmissionSource
  readonly format: SubmissionRow['format']
  readonly idempotencyKey: string | null
  readonly keyId: string | null
  readonly madeBy: string
  readonly fileName: string
  readonly bytes: number
  readonly sha256: Uint8Array
  readonly sm3: Uint8Array
  readonly blob: string
}

export const MEDIA_TYPES = {
  jsonl: 'application/jsonl',
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const

/**
 * Takes a submission; with it the statement of its bytes waits for the ledger. A second one under the same idempotency key is the first
 * one again, and `idempotency-mismatch` where its bytes differ.
 */
export async function addSubmission(
  tx: Transaction<MonitoringTables>,
  clock: Clock,
  given: GivenSubmission,
): Promise<{ row: SubmissionRow; isNew: boolean } | Refusal> {
  const now = new Date(clock.now())
  const isKnown =
    given.keyId === null ||
    (await tx
      .selectFrom('report_key')
      .select('key_id')
      .where('organisation_id', '=', given.organisationId)
      .where('key_id', '=', given.keyId)
      .where('platform_id', '=', given.platformId)
      .executeTakeFirst()) !== undefined
  const row = await tx
    .insertInto('submission')
    .values({
      id: newId(now.getTime()),
      organisation_id: given.organisationId,
      platform_id: given.platformId,
      source: given.source,
      format: given.format,
      idempotency_key: given.idempotencyKey,
      key_id: given.keyId,
      made_by: given.madeBy,
      file_name: given.fileName,
      bytes: given.bytes,
      sha256: Buffer.from(given.sha256),
      sm3: Buffer.from(given.sm3),
      blob: given.blob,
      state: isKnown ? 'waiting' : 'held',
      problem: null,
      received_at: now,
      ended_at: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['organisation_id', 'key_id', 'idempotency_key'])
        .where('idempotency_key', 'is not', null)
        .doNothing(),
    )
    .returningAll()
    .executeTakeFirst()
  if (row !== undefined) {
    await keepReceipt(tx, row, now)
    return { row, isNew: true }
  }
  const before = await tx
    .selectFrom('submission')
    .selectAll()
    .where('organisation_id', '=', given.organisationId)
    .where('key_id', '=', given.keyId)
    .where('idempotency_key', '=', given.idempotencyKey)
    .executeTakeFirstOrThrow()
  if (before.platform_id === given.platformId && equalBytes(new Uint8Array(before.sha256), given.sha256)) {
    return { row: before, isNew: false }
  }
  return refuse('idempotency-mismatch', 'this idempotency key was used for other bytes', {
    field: 'Idempotency-Key',
    remedy: 'send other bytes under a key of their own',
  })
}

/** What was handed in is fixed as it came, so that neither side can later say that it was something else. */
async function keepReceipt(tx: Transaction<MonitoringTables>, row: SubmissionRow, now: Date): Promise<void> {
  const url = `urn:mingzheng:submission:${row.id}`
  const statement = encodeStatement({
    version: 1,
    kind: 'snapshot',
    id: row.id,
    at: utcText(now.getTime()),
    url,
    finalUrl: url,
    status: null,
    mediaType: MEDIA_TYPES[row.format],
    charset: null,
    by: row.source,
    bytes: Number(row.bytes),
    sha256: Buffer.from(row.sha256).toString('hex'),
    sm3: Buffer.from(row.sm3).toString('hex'),
  })
  const { id, salt } = commitStatement('snapshot', statement)
  await tx
    .insertInto('watch_fixing')
    .values({
      item_id: Buffer.from(id),
      organisation_id: row.organisation_id,
      kind: 'snapshot',
      subject_id: row.id,
      lead_id: null,
      statement,
      salt_sha256: Buffer.from(salt.sha256),
      salt_sm3: Buffer.from(salt.sm3),
      created_at: now,
      ledger_index: null,
      ledger_time: null,
      problem: null,
      planted: false,
    })
    .execute()
}

export async function findSubmission(db: Db, id: string): Promise<SubmissionRow | null> {
  return (await db.selectFrom('submission').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

/** Newest first. */
export function listSubmissions(db: Db, limit: number): Promise<SubmissionRow[]> {
  return db
    .selectFrom('submission')
    .selectAll()
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** Rows that could not be read, in the order of the file. */
export function listSubmissionProblems(db: Db, id: string, limit: number): Promise<SubmissionProblemRow[]> {
  return db
    .selectFrom('submission_problem')
    .selectAll()
    .where('submission_id', '=', id)
    .orderBy('line')
    .orderBy('field')
    .limit(limit)
    .execute()
}

/**
 * Says that a key speaks for a platform, or that it does not: what it had sent is read now, or is never. `null` when nothing of it waits.
 */
export async function judgeSender(
  tx: Transaction<MonitoringTables>,
  clock: Clock,
  row: SubmissionRow,
  { accept, by }: { accept: boolean; by: string },
): Promise<SubmissionRow[] | null> {
  if (row.key_id === null || row.state !== 'held') return null
  const now = new Date(clock.now())
  if (accept) {
    await tx
      .insertInto('report_key')
      .values({
        organisation_id: row.organisation_id,
        key_id: row.key_id,
        platform_id: row.platform_id,
        confirmed_by: by,
        confirmed_at: now,
      })
      .onConflict((conflict) => conflict.columns(['organisation_id', 'key_id', 'platform_id']).doNothing())
      .execute()
  }
  return tx
    .updateTable('submission')
    .set(accept ? { state: 'waiting' } : { state: 'rejected', ended_at: now })
    .where('organisation_id', '=', row.organisation_id)
    .where('key_id', '=', row.key_id)
    .where('platform_id', '=', row.platform_id)
    .where('state', '=', 'held')
    .returningAll()
    .execute()
}

export async function endSubmission(db: Db, clock: Clock, id: string, problem: string): Promise<void> {
  await db
    .updateTable('submission')
    .set({ state: 'failed', problem, ended_at: new Date(clock.now()) })
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'reading'])
    .execute()
}
