/** Puts addresses into a task's frontier: each once, on the host that its pace belongs to. */
import { type Kysely, sql } from 'kysely'
import type { AddressKind, MonitoringTables } from '../register/schema.ts'
import { canonicalUrl, urlKey } from './canonical-url.ts'

export interface FoundAddress {
  readonly url: string
  readonly kind: AddressKind
  readonly depth: number
}

export interface AddressOwner {
  readonly taskId: string
  readonly organisationId: string
  readonly platformId: string
}

/** The host's row for each origin; made where it is not there. */
async function hostIds(
  db: Kysely<MonitoringTables>,
  organisationId: string,
  origins: readonly string[],
  now: Date,
): Promise<Map<string, string>> {
  const read = () =>
    db
      .selectFrom('watch_host')
      .select(['id', 'origin'])
      .where('organisation_id', '=', organisationId)
      .where('origin', 'in', origins)
      .execute()
  let rows = await read()
  if (rows.length < origins.length) {
    await db
      .insertInto('watch_host')
      .values(
        origins.map((origin) => ({
          organisation_id: organisationId,
          origin,
          state: 'ok' as const,
          reason: '',
          next_at: now,
          refused: 0,
          robots: null,
          robots_at: null,
          changed_at: now,
        })),
      )
      .onConflict((conflict) => conflict.columns(['organisation_id', 'origin']).doNothing())
      .execute()
    rows = await read()
  }
  return new Map(rows.map(({ id, origin }) => [origin, id]))
}

/** How many were new. Addresses that are no web addresses are passed over; those beyond `room` are left out. */
export async function addAddresses(
  db: Kysely<MonitoringTables>,
  owner: AddressOwner,
  found: readonly FoundAddress[],
  { now, room }: { now: Date; room: number },
): Promise<number> {
  const byUrl = new Map<string, FoundAddress>()
  for (const one of found) {
    const url = canonicalUrl(one.url)
    if (url !== null && !byUrl.has(url)) byUrl.set(url, { ...one, url })
  }
  const given = [...byUrl.values()].slice(0, Math.max(0, room))
  if (given.length === 0) return 0
  const originOf = ({ url }: FoundAddress) => new URL(url).origin
  const hosts = await hostIds(db, owner.organisationId, [...new Set(given.map(originOf))].sort(), now)
  // One parameter for each column, whatever the number of rows.
  const added = await sql`
    insert into watch_address (task_id, organisation_id, platform_id, host_id, url, url_key, kind, depth, due_at)
    select ${owner.taskId}, ${owner.organisationId}, ${owner.platformId}, *, ${now}::timestamptz from unnest(
      ${given.map((one) => hosts.get(originOf(one))!)}::bigint[],
      ${given.map(({ url }) => url)}::text[],
      ${given.map(({ url }) => Buffer.from(urlKey(url)))}::bytea[],
      ${given.map(({ kind }) => kind)}::text[],
      ${given.map(({ depth }) => depth)}::smallint[])
    on conflict (task_id, url_key) do nothing`.execute(db)
  return Number(added.numAffectedRows ?? 0n)
}

/** How many more addresses a task may hold. */
export async function roomOf(db: Kysely<MonitoringTables>, taskId: string, pages: number): Promise<number> {
  const { rows } = await sql<{ n: string }>`
    select count(*) as n from (select 1 from watch_address where task_id = ${taskId} limit ${pages}) as held`.execute(
    db,
  )
  return pages - Number(rows[0]!.n)
}
