/** Imports and previews as jobs of the queue, each done in a thread of its own. */
import { type Clock, digest, toHex, utf8 } from '@mingzheng/kernel'
import { endImport, endPreview, endSubmission, type MonitoringTables } from '@mingzheng/monitoring'
import type { Jobs } from '@mingzheng/storage'
import type { Kysely } from 'kysely'
import type { WorkJobs } from '../routes/register-routes.ts'
import { runWork, type WorkPlace } from '../work/run-work.ts'

type Kind = Parameters<WorkJobs['enqueue']>[1]

const QUEUES: { readonly [kind in Kind]: string } = {
  import: 'register-import',
  preview: 'setting-preview',
  submission: 'submission',
}

const RETRIES = 2

/** The one job of one order: a UUID (version 8, RFC 9562), so that it can be put in twice and exists once. */
function jobId(kind: Kind, id: string): string {
  const hex = toHex(digest('sha256', utf8(`mingzheng ${kind} job v1\n${id}`)))
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

export function workJobs(jobs: Jobs): WorkJobs {
  return {
    async enqueue(tx, kind, id) {
      await jobs.enqueue(tx, QUEUES[kind], { id }, { id: jobId(kind, id) })
    },
    async cancel(kind, id) {
      await jobs.cancel(QUEUES[kind], jobId(kind, id))
    },
  }
}

export interface WorkParts {
  readonly jobs: Jobs
  readonly db: Kysely<MonitoringTables>
  readonly clock: Clock
  readonly place: () => WorkPlace
}

/** From here on work can be asked for: before anybody is let in. */
export async function openWorkQueues(jobs: Jobs): Promise<void> {
  for (const queue of Object.values(QUEUES)) await jobs.queue(queue, { concurrency: 1, retries: RETRIES })
}

/** Begins to work; what is unfinished by its row is put in again where its job has ended. */
export async function startWork({ jobs, db, clock, place }: WorkParts): Promise<void> {
  const imports = await db
    .selectFrom('register_import')
    .select('id')
    .where('state', 'in', ['waiting', 'reading'])
    .execute()
  const previews = await db
    .selectFrom('setting_preview')
    .select('id')
    .where('state', 'in', ['waiting', 'running'])
    .execute()
  const submissions = await db
    .selectFrom('submission')
    .select('id')
    .where('state', 'in', ['waiting', 'reading'])
    .execute()
  await db.transaction().execute(async (tx) => {
    for (const { id } of submissions) await jobs.ensure(tx, QUEUES.submission, { id }, jobId('submission', id))
    for (const { id } of imports) await jobs.ensure(tx, QUEUES.import, { id }, jobId('import', id))
    for (const { id } of previews) await jobs.ensure(tx, QUEUES.preview, { id }, jobId('preview', id))
  })
  for (const kind of ['import', 'preview', 'submission'] as const) {
    await jobs.work(QUEUES[kind], async ({ data, signal, attempt }) => {
      const { id } = data as { id: string }
      try {
        await runWork(place(), { kind, id }, signal)
      } catch (error) {
        if (!signal.aborted && attempt >= RETRIES) await giveUp(db, clock, kind, id, (error as Error).message)
        throw error
      }
    })
  }
}

/** Its last attempt has failed: whoever waits for it is told why. */
async function giveUp(
  db: Kysely<MonitoringTables>,
  clock: Clock,
  kind: Kind,
  id: string,
  problem: string,
): Promise<void> {
  if (kind === 'import') await endImport(db, clock, id, 'failed', problem)
  else if (kind === 'preview') await endPreview(db, clock, id, 'failed', problem)
  else await endSubmission(db, clock, id, problem)
}
