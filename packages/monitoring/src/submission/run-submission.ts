/**
 * Reads what was handed in and takes it the way of everything seen: snapshots, facts, models, leads, statements. Each batch is one
 * transaction with how far the file is read: killed on the way and begun again, nothing is lost and nothing told twice.
 */
import { type Clock, Failure, newId } from '@mingzheng/kernel'
import type { BlobStore } from '@mingzheng/storage'
import type { Kysely } from 'kysely'
import type { ClaimedTask } from '../frontier/claim.ts'
import { listingModels } from '../recognition/models.ts'
import { panelModels } from '../recognition/panel-models.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { readRules } from '../settings/rules-of.ts'
import { watchSpecSchema } from '../task/spec.ts'
import { modelSetOf } from '../watch/models.ts'
import { examineLines } from './examine-lines.ts'
import { type RowAt, rowsOf } from './rows-of.ts'
import { endSubmission, findSubmission, type SubmissionRow } from './submissions.ts'
import { writeRows } from './write-rows.ts'

export interface SubmissionParts {
  readonly db: Kysely<MonitoringTables>
  readonly blobs: BlobStore
  readonly clock: Clock
  readonly province: string
  readonly signal: AbortSignal
}

const BATCH = 200

/** What is wrong with the file is the submission's end and no error of the job. */
export async function runSubmission(parts: SubmissionParts, id: string): Promise<void> {
  const { db, blobs, clock, signal } = parts
  const row = await findSubmission(db, id)
  if (row === null || !['waiting', 'reading'].includes(row.state)) return
  await db.updateTable('submission').set({ state: 'reading' }).where('id', '=', id).execute()
  const task = await intakeTask(db, clock, row)
  const rules = await readRules(db, row.organisation_id, { listingModels, panelModels })
  const modelSet = modelSetOf(rules.listingModels, task.spec.elements.behaviours, rules.name)
  const write = (rows: readonly RowAt[]) => writeRows(parts, { submission: row, task, rules, modelSet, rows })
  try {
    let batch: RowAt[] = []
    for await (const one of rowsOf(row.format, () => blobs.open(row.blob))) {
      if (one.line <= row.read_line) continue
      batch.push(one)
      if (batch.length < BATCH) continue
      await write(batch)
      batch = []
      signal.throwIfAborted()
    }
    if (batch.length > 0) await write(batch)
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'sheet-unreadable') throw error
    return endSubmission(db, clock, id, error.message)
  }
  await examineLines(parts, { submission: row, task, models: rules.panelModels })
  await db
    .updateTable('submission')
    .set({ state: 'done', ended_at: new Date(clock.now()) })
    .where('id', '=', id)
    .execute()
}

/** The task under which a platform's submissions are judged; made with the first of them, and seen among the others. */
async function intakeTask(
  db: Kysely<MonitoringTables>,
  clock: Clock,
  { organisation_id, platform_id }: SubmissionRow,
): Promise<ClaimedTask> {
  return db.transaction().execute(async (tx) => {
    const platform = await tx
      .selectFrom('watch_platform')
      .selectAll()
      .where('id', '=', platform_id)
      .forUpdate()
      .executeTakeFirstOrThrow()
    const known =
      platform.intake_task_id === null
        ? undefined
        : await tx.selectFrom('watch_task').selectAll().where('id', '=', platform.intake_task_id).executeTakeFirst()
    if (known !== undefined) return { ...known, organisationId: known.organisation_id }
    const now = new Date(clock.now())
    const id = newId(now.getTime())
    const spec = watchSpecSchema.parse({ objectives: { platforms: [platform_id] }, elements: {}, frequency: {} })
    const about = { name: `报送与上传：${platform.name}`, state: 'running', spec: JSON.stringify(spec) } as const
    await tx
      .insertInto('watch_task')
      .values({
        id,
        organisation_id,
        ...about,
        version: 1,
        created_by: platform.name,
        created_at: now,
        changed_at: now,
      })
      .execute()
    await tx
      .insertInto('watch_task_version')
      .values({ task_id: id, version: 1, organisation_id, ...about, note: '', made_by: platform.name, made_at: now })
      .execute()
    await tx.updateTable('watch_platform').set({ intake_task_id: id }).where('id', '=', platform_id).execute()
    return { id, version: 1, organisationId: organisation_id, spec }
  })
}
