/** Leads as officers see them: listed, opened, dismissed with a reason, taken up again, handed over. */
import { type Clock, isRefusal, type Refusal, refuse } from '@mingzheng/kernel'
import { bigrams, cappedCount, comesAfter, decodeCursor, encodeCursor } from '@mingzheng/storage'
import { type Kysely, type Selectable, type SelectQueryBuilder, sql, type Transaction } from 'kysely'
import { addSums, NO_DAY } from '../desk/sums.ts'
import type { LeadEventTable, LeadState, LeadTable, MonitoringTables } from '../register/schema.ts'

export type LeadRow = Omit<Selectable<LeadTable>, 'search' | 'key' | 'mark' | 'planted'>
export type LeadEventRow = Selectable<LeadEventTable>
type Tx = Transaction<MonitoringTables>

/** Why a lead is none; what an analyst says so teaches. */
export const DISMISSALS = ['exempt', 'wrong-reading', 'licensed', 'corrected', 'trifle', 'other'] as const
export type Dismissal = (typeof DISMISSALS)[number]

export interface LeadFilter {
  readonly q?: string | undefined
  readonly state?: LeadState | undefined
  readonly behaviour?: string | undefined
  readonly platform?: string | undefined
  readonly shop?: string | undefined
  readonly region?: string | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
}

export interface LeadPage {
  readonly rows: LeadRow[]
  readonly count: { value: number; capped: boolean }
  readonly next: string | null
}

const COLUMNS = [
  'id',
  'organisation_id',
  'state',
  'behaviour',
  'article',
  'score',
  'reason',
  'title',
  'url',
  'platform_id',
  'listing_id',
  'shop_id',
  'shop_name',
  'region',
  'finding_id',
  'finding_at',
  'first_at',
  'last_at',
  'seen',
  'demo',
  'dismissed_for',
  'ledger_index',
  'ledger_time',
] as const

/** One page, newest first. A cursor that is not ours is refused as `cursor-malformed`. */
export async function listLeads(
  tx: Tx,
  filter: LeadFilter,
  page: { after?: string | undefined; limit: number },
): Promise<LeadPage | Refusal<'cursor-malformed'>> {
  const cursor = page.after === undefined ? null : decodeCursor(page.after, 2)
  if (isRefusal(cursor)) return cursor
  let query = filtered(tx.selectFrom('lead').select(COLUMNS), filter)
  if (cursor !== null)
    query = query.where(comesAfter(['last_at', 'id'], [new Date(Number(cursor[0])), String(cursor[1])], 'desc'))
  const rows = await query
    .orderBy('last_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute()
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  return {
    rows: shown,
    count: await cappedCount<MonitoringTables, 'lead'>(tx, filtered(tx.selectFrom('lead').select('id'), filter)),
    next: rows.length > page.limit && last !== undefined ? encodeCursor([last.last_at.getTime(), last.id]) : null,
  }
}

function filtered<O>(
  query: SelectQueryBuilder<MonitoringTables, 'lead', O>,
  filter: LeadFilter,
): SelectQueryBuilder<MonitoringTables, 'lead', O> {
  let q = query
  const pairs = (filter.q ?? '').split(/\s+/).flatMap((word) => (word === '' ? [] : bigrams(word)))
  if (pairs.length > 0) q = q.where(sql<boolean>`search @> ${pairs}::text[]`)
  if (filter.state !== undefined) q = q.where('state', '=', filter.state)
  if (filter.behaviour !== undefined) q = q.where('behaviour', '=', filter.behaviour)
  if (filter.platform !== undefined) q = q.where('platform_id', '=', filter.platform)
  if (filter.shop !== undefined) q = q.where('shop_id', '=', filter.shop)
  if (filter.region !== undefined) q = q.where('region', 'like', `${filter.region.replace(/[^0-9]/g, '')}%`)
  if (filter.from !== undefined) q = q.where('last_at', '>=', filter.from)
  if (filter.to !== undefined) q = q.where('last_at', '<', filter.to)
  return q
}

export async function findLead(tx: Kysely<MonitoringTables>, id: string): Promise<LeadRow | null> {
  return (await tx.selectFrom('lead').select(COLUMNS).where('id', '=', id).executeTakeFirst()) ?? null
}

export function listLeadEvents(tx: Kysely<MonitoringTables>, id: string): Promise<LeadEventRow[]> {
  return tx.selectFrom('lead_event').selectAll().where('lead_id', '=', id).orderBy('id').limit(500).execute()
}

/** Others of the same behaviour, nearest first: of the same shop, then with the same words. */
export function lookAlikes(tx: Tx, lead: LeadRow, limit: number): Promise<LeadRow[]> {
  return tx
    .selectFrom('lead')
    .select(COLUMNS)
    .where('id', '<>', lead.id)
    .where('behaviour', '=', lead.behaviour)
    .where('article', '=', lead.article)
    .orderBy(sql`(shop_id is not distinct from ${lead.shop_id}) desc`)
    .orderBy('last_at', 'desc')
    .limit(limit)
    .execute()
}

export interface LeadAct {
  readonly kind: 'dismissed' | 'reopened' | 'handed-over' | 'capture'
  readonly detail: string
  /** For a dismissal. */
  readonly reason?: Dismissal
}

const BECOMES = { dismissed: 'dismissed', reopened: 'new', 'handed-over': 'handed-over' } as const
const FROM: { readonly [kind in LeadAct['kind']]: readonly LeadState[] } = {
  dismissed: ['new'],
  reopened: ['dismissed'],
  'handed-over': ['new'],
  capture: ['new', 'dismissed', 'handed-over'],
}

/** What an officer does with a lead; `null` when there is none. An act that does not fit its state is refused as `conflict`. */
export async function actOnLead(
  tx: Tx,
  clock: Clock,
  actor: { organisationId: string; name: string },
  id: string,
  act: LeadAct,
): Promise<LeadRow | Refusal | null> {
  const before = await tx
    .selectFrom('lead')
    .select(['state', 'planted', 'behaviour'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  // What was planted is nobody's lead: row security hides it from people, and whoever sees past that is turned away here.
  if (before === undefined || before.planted) return null
  if (!FROM[act.kind].includes(before.state)) return refuse('conflict', `the lead is ${before.state}`)
  if (act.kind !== 'capture') {
    await tx
      .updateTable('lead')
      .set({ state: BECOMES[act.kind], dismissed_for: act.reason ?? null })
      .where('id', '=', id)
      .execute()
    const opened = Number(BECOMES[act.kind] === 'new') - Number(before.state === 'new')
    if (opened !== 0) {
      await addSums(tx, actor.organisationId, [{ kind: 'open', day: NO_DAY, key: before.behaviour, n: opened }])
    }
  }
  await tx
    .insertInto('lead_event')
    .values({
      lead_id: id,
      organisation_id: actor.organisationId,
      at: new Date(clock.now()),
      kind: act.kind,
      actor: actor.name,
      detail: act.reason === undefined ? act.detail : `${act.reason}${act.detail === '' ? '' : `: ${act.detail}`}`,
    })
    .execute()
  return findLead(tx, id)
}
