/** Previews of settings: asked for, done as a job, looked at, cancelled. */
import { type Clock, isRefusal, newId, type Refusal } from '@mingzheng/kernel'
import type { Kysely, Selectable, Transaction } from 'kysely'
import type { SettingPreviewTable } from '../register/registry-schema.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { checkContent, contentDigest, type SettingsContent } from './content.ts'
import { previewSettings } from './preview.ts'
import { activeSettings, type SettingActor } from './versions.ts'

export type PreviewRow = Selectable<SettingPreviewTable>

export async function orderPreview(
  tx: Transaction<MonitoringTables>,
  clock: Clock,
  actor: SettingActor,
  wish: SettingsContent,
): Promise<PreviewRow | Refusal> {
  const content = checkContent(wish)
  if (isRefusal(content)) return content
  const now = clock.now()
  const { version } = await activeSettings(tx, actor.organisationId)
  return tx
    .insertInto('setting_preview')
    .values({
      id: newId(now),
      organisation_id: actor.organisationId,
      state: 'waiting',
      based_on: version,
      content: JSON.stringify(content),
      sha256: Buffer.from(contentDigest(content)),
      result: null,
      problem: null,
      made_by: actor.name,
      made_at: new Date(now),
      ended_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function findPreview(db: Kysely<MonitoringTables>, id: string): Promise<PreviewRow | null> {
  return (await db.selectFrom('setting_preview').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

export interface PreviewJobParts {
  readonly db: Kysely<MonitoringTables>
  readonly clock: Clock
  /** Aborted with the reason `cancelled` when somebody asked for that; otherwise it is taken up again. */
  readonly signal: AbortSignal
}

/** Does a preview. Killed on the way it is done again from the beginning; done, it stays as it is. */
export async function runPreview(parts: PreviewJobParts, id: string): Promise<void> {
  const { db, clock, signal } = parts
  const row = await findPreview(db, id)
  if (row === null || !['waiting', 'running'].includes(row.state)) return
  const { n } = await db
    .selectFrom('listing')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .where('organisation_id', '=', row.organisation_id)
    .executeTakeFirstOrThrow()
  await db
    .updateTable('setting_preview')
    .set({ state: 'running', total: Number(n) })
    .where('id', '=', id)
    .execute()
  const onProgress = async (progress: { examined: number; listings: number }) => {
    await db.updateTable('setting_preview').set(progress).where('id', '=', id).execute()
  }
  try {
    const result = await previewSettings({ db, clock, signal, onProgress }, row.organisation_id, row.content)
    const { examined, listings } = result
    await db
      .updateTable('setting_preview')
      .set({ state: 'done', result: JSON.stringify(result), examined, listings, ended_at: new Date(clock.now()) })
      .where('id', '=', id)
      .execute()
  } catch (error) {
    if (!signal.aborted || signal.reason !== 'cancelled') throw error
    await endPreview(db, clock, id, 'cancelled', null)
  }
}

/** Ends a preview before it is done. */
export async function endPreview(
  db: Kysely<MonitoringTables>,
  clock: Clock,
  id: string,
  state: 'cancelled' | 'failed',
  problem: string | null,
): Promise<void> {
  await db
    .updateTable('setting_preview')
    .set({ state, problem, ended_at: new Date(clock.now()) })
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'running'])
    .execute()
}
