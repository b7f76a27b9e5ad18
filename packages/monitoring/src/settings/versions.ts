/**
 * Versions of the settings: proposed by one person, made active by another, taken back by a proposal of what was before. One is active
 * at a time; version 0 is what is shipped. Each act stands in the audit log.
 */
import { recordAct } from '@mingzheng/identity'
import { type Clock, isRefusal, type Refusal, refuse, toHex } from '@mingzheng/kernel'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { SettingVersionTable } from '../register/registry-schema.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { checkContent, contentDigest, type SettingsContent, SHIPPED } from './content.ts'

export type SettingVersionRow = Selectable<SettingVersionTable>
type Tx = Transaction<MonitoringTables>

export interface SettingActor {
  readonly organisationId: string
  readonly userId: string
  readonly name: string
}

/** The active version and what it says. */
export async function activeSettings(
  db: Kysely<MonitoringTables>,
  organisationId: string,
): Promise<{ version: number; content: SettingsContent }> {
  const row = await db
    .selectFrom('setting_version')
    .select(['version', 'content'])
    .where('organisation_id', '=', organisationId)
    .where('state', '=', 'active')
    .executeTakeFirst()
  return row ?? { version: 0, content: SHIPPED }
}

/** What a version says; `null` when there is none. */
export async function settingsOf(tx: Tx, organisationId: string, version: number): Promise<SettingsContent | null> {
  if (version === 0) return SHIPPED
  return (await findVersion(tx, organisationId, version))?.content ?? null
}

export function listVersions(db: Kysely<MonitoringTables>, limit: number): Promise<SettingVersionRow[]> {
  return db.selectFrom('setting_version').selectAll().orderBy('version', 'desc').limit(limit).execute()
}

export async function findVersion(
  db: Kysely<MonitoringTables>,
  organisationId: string,
  version: number,
): Promise<SettingVersionRow | null> {
  const row = await db
    .selectFrom('setting_version')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('version', '=', version)
    .executeTakeFirst()
  return row ?? null
}

/** Proposes settings in place of the version `basedOn`, which must be active; refused as `setting-outdated` when it no longer is. */
export async function proposeSettings(
  tx: Tx,
  clock: Clock,
  actor: SettingActor,
  wish: { content: SettingsContent; basedOn: number; note: string },
): Promise<SettingVersionRow | Refusal> {
  await lockSettings(tx, actor.organisationId)
  const content = checkContent(wish.content)
  if (isRefusal(content)) return content
  const active = await activeSettings(tx, actor.organisationId)
  if (active.version !== wish.basedOn) return outdated(active.version)
  const sha256 = contentDigest(content)
  if (toHex(sha256) === toHex(contentDigest(active.content))) {
    return refuse('setting-wrong', 'nothing is different from the active version', { field: 'content' })
  }
  const last = await tx
    .selectFrom('setting_version')
    .select((eb) => eb.fn.max('version').as('version'))
    .where('organisation_id', '=', actor.organisationId)
    .executeTakeFirst()
  const row = await tx
    .insertInto('setting_version')
    .values({
      organisation_id: actor.organisationId,
      version: (last?.version ?? 0) + 1,
      state: 'proposed',
      based_on: wish.basedOn,
      content: JSON.stringify(content),
      sha256: Buffer.from(sha256),
      note: wish.note,
      author_id: actor.userId,
      author: actor.name,
      made_at: new Date(clock.now()),
      decided_by: null,
      decided_at: null,
      decision_note: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await record(tx, clock, actor, 'propose', row)
  return row
}

/** Proposes anew what an earlier version said. */
export async function proposeRollback(
  tx: Tx,
  clock: Clock,
  actor: SettingActor,
  wish: { version: number; note: string },
): Promise<SettingVersionRow | Refusal | null> {
  const content = await settingsOf(tx, actor.organisationId, wish.version)
  if (content === null) return null
  const { version: basedOn } = await activeSettings(tx, actor.organisationId)
  return proposeSettings(tx, clock, actor, { content, basedOn, note: wish.note })
}

export interface Decision {
  readonly decision: 'approve' | 'reject' | 'withdraw'
  readonly note: string
}

/**
 * Decides on a proposal; `null` when there is no such version. Whoever proposed it can withdraw it and nothing else
 * (`own-proposal`); one that was made for another version than the active one cannot become active (`setting-outdated`).
 */
export async function decideSettings(
  tx: Tx,
  clock: Clock,
  actor: SettingActor,
  version: number,
  { decision, note }: Decision,
): Promise<SettingVersionRow | Refusal | null> {
  await lockSettings(tx, actor.organisationId)
  const row = await findVersion(tx, actor.organisationId, version)
  if (row === null) return null
  if (row.state !== 'proposed') return refuse('setting-decided', `the version is ${row.state}`)
  const isOwn = row.author_id === actor.userId
  if (isOwn !== (decision === 'withdraw')) {
    return isOwn
      ? refuse('own-proposal', 'who proposed a version cannot decide on it', { remedy: 'ask a colleague to decide' })
      : refuse('own-proposal', 'only who proposed a version can withdraw it')
  }
  if (decision === 'approve') {
    const active = await activeSettings(tx, actor.organisationId)
    if (active.version !== row.based_on) return outdated(active.version)
    await setState(tx, actor.organisationId, active.version, { state: 'past' })
  }
  const state = { approve: 'active', reject: 'rejected', withdraw: 'withdrawn' } as const
  const decided = await setState(tx, actor.organisationId, version, {
    state: state[decision],
    decided_by: actor.name,
    decided_at: new Date(clock.now()),
    decision_note: note,
  })
  await record(tx, clock, actor, decision, row)
  return decided
}

const outdated = (active: number) =>
  refuse('setting-outdated', `version ${active} is active by now`, {
    field: 'basedOn',
    remedy: 'look at what has changed, and propose anew',
  })

/** One act on an organisation's settings at a time. */
async function lockSettings(tx: Tx, organisationId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`settings ${organisationId}`}, 0))`.execute(tx)
}

async function setState(
  tx: Tx,
  organisationId: string,
  version: number,
  change: Partial<Pick<SettingVersionRow, 'state' | 'decided_by' | 'decided_at' | 'decision_note'>>,
): Promise<SettingVersionRow | null> {
  const row = await tx
    .updateTable('setting_version')
    .set(change)
    .where('organisation_id', '=', organisationId)
    .where('version', '=', version)
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

/** The content's digest binds what was decided on; the words themselves are no matter of the audit log. */
async function record(
  tx: Tx,
  clock: Clock,
  actor: SettingActor,
  act: 'propose' | Decision['decision'],
  row: SettingVersionRow,
): Promise<void> {
  await recordAct(tx, clock, {
    organisationId: actor.organisationId,
    actor: actor.name,
    action: `settings.${act}`,
    subject: `settings version ${row.version}`,
    detail: `in place of version ${row.based_on}, by ${row.author}, SHA-256 ${Buffer.from(row.sha256).toString('hex')}`,
  })
}
