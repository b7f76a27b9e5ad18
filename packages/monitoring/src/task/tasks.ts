/** Tasks: set up, issued, changed, paused, stopped. Each change is a version that is kept, and takes effect at the next claim. */
import { type Clock, newId, type Refusal, refuse } from '@mingzheng/kernel'
import { type Selectable, sql, type Transaction } from 'kysely'
import { addAddresses } from '../frontier/addresses.ts'
import type { MonitoringTables, WatchTaskTable, WatchTaskVersionTable } from '../register/schema.ts'
import type { TaskState, WatchSpec } from './spec.ts'

export type TaskRow = Selectable<WatchTaskTable>
export type TaskVersionRow = Selectable<WatchTaskVersionTable>
type Tx = Transaction<MonitoringTables>

export interface TaskAuthor {
  readonly organisationId: string
  readonly name: string
}

/** From a state to those that may follow it; a stopped task stays stopped. */
const FOLLOWS: { readonly [state in TaskState]: readonly TaskState[] } = {
  draft: ['running', 'stopped'],
  running: ['paused', 'stopped'],
  paused: ['running', 'stopped'],
  stopped: [],
}

export async function addTask(
  tx: Tx,
  clock: Clock,
  author: TaskAuthor,
  given: { name: string; spec: WatchSpec },
): Promise<TaskRow | Refusal> {
  const refusal = await refusePlatforms(tx, given.spec)
  if (refusal !== null) return refusal
  const now = new Date(clock.now())
  const row = await tx
    .insertInto('watch_task')
    .values({
      id: newId(now.getTime()),
      organisation_id: author.organisationId,
      name: given.name,
      state: 'draft',
      version: 1,
      spec: JSON.stringify(given.spec),
      created_by: author.name,
      created_at: now,
      changed_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await keepVersion(tx, row, author, '')
  return row
}

/** Changes what a task asks for, or its name; `null` when there is no such task. */
export async function changeTask(
  tx: Tx,
  clock: Clock,
  author: TaskAuthor,
  id: string,
  change: { name: string; spec: WatchSpec; note: string },
): Promise<TaskRow | Refusal | null> {
  const before = await lockTask(tx, id)
  if (before === null) return null
  if (before.state === 'stopped') return stopped()
  const refusal = await refusePlatforms(tx, change.spec)
  if (refusal !== null) return refusal
  const { name, spec, note } = change
  return nextVersion(tx, clock, author, before, { name, spec, state: before.state }, note)
}

/** Issues, pauses, resumes or stops a task; `null` when there is no such task. */
export async function setTaskState(
  tx: Tx,
  clock: Clock,
  author: TaskAuthor,
  id: string,
  change: { state: TaskState; note: string },
): Promise<TaskRow | Refusal | null> {
  const before = await lockTask(tx, id)
  if (before === null) return null
  if (before.state === change.state) return before
  if (!FOLLOWS[before.state].includes(change.state)) {
    return before.state === 'stopped'
      ? stopped()
      : refuse('conflict', `a ${before.state} task cannot be ${change.state}`)
  }
  const { name, spec } = before
  return nextVersion(tx, clock, author, before, { name, spec, state: change.state }, change.note)
}

function stopped(): Refusal {
  return refuse('conflict', 'the task is stopped', { remedy: 'make a new task from it' })
}

async function nextVersion(
  tx: Tx,
  clock: Clock,
  author: TaskAuthor,
  before: TaskRow,
  change: { name: string; spec: WatchSpec; state: TaskState },
  note: string,
): Promise<TaskRow> {
  const row = await tx
    .updateTable('watch_task')
    .set({
      name: change.name,
      spec: JSON.stringify(change.spec),
      state: change.state,
      version: before.version + 1,
      changed_at: new Date(clock.now()),
    })
    .where('id', '=', before.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await keepVersion(tx, row, author, note)
  if (row.state === 'running') await bringForward(tx, clock, row)
  return row
}

/** Entries are due at once, and no page later than the frequency says. */
async function bringForward(tx: Tx, clock: Clock, row: TaskRow): Promise<void> {
  const { objectives, frequency } = row.spec
  const now = new Date(clock.now())
  const platforms = await tx.selectFrom('watch_platform').selectAll().where('id', 'in', objectives.platforms).execute()
  for (const { id, entries } of platforms) {
    const owner = { taskId: row.id, organisationId: row.organisation_id, platformId: id }
    const found = entries.map(({ url, kind }) => ({ url, kind, depth: 0 }))
    await addAddresses(tx, owner, found, { now, most: frequency.pages })
  }
  await sql`
    update watch_address
    set due_at = least(due_at, coalesce(fetched_at + make_interval(mins => ${frequency.everyMinutes}), ${now}))
    where task_id = ${row.id} and claim is null`.execute(tx)
}

async function keepVersion(tx: Tx, row: TaskRow, author: TaskAuthor, note: string): Promise<void> {
  await tx
    .insertInto('watch_task_version')
    .values({
      task_id: row.id,
      version: row.version,
      organisation_id: row.organisation_id,
      name: row.name,
      state: row.state,
      spec: JSON.stringify(row.spec),
      note,
      made_by: author.name,
      made_at: row.changed_at,
    })
    .execute()
}

async function refusePlatforms(tx: Tx, spec: WatchSpec): Promise<Refusal | null> {
  const wanted = [...new Set(spec.objectives.platforms)]
  const known = await tx.selectFrom('watch_platform').select('id').where('id', 'in', wanted).execute()
  if (known.length === wanted.length) return null
  return refuse('not-found', 'there is no such platform', { field: 'spec.objectives.platforms' })
}

async function lockTask(tx: Tx, id: string): Promise<TaskRow | null> {
  return (await tx.selectFrom('watch_task').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()) ?? null
}

export async function findTask(tx: Tx, id: string): Promise<TaskRow | null> {
  return (await tx.selectFrom('watch_task').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

export function listTasks(tx: Tx): Promise<TaskRow[]> {
  return tx
    .selectFrom('watch_task')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(500)
    .execute()
}

export function listTaskVersions(tx: Tx, id: string): Promise<TaskVersionRow[]> {
  return tx
    .selectFrom('watch_task_version')
    .selectAll()
    .where('task_id', '=', id)
    .orderBy('version', 'desc')
    .limit(200)
    .execute()
}
