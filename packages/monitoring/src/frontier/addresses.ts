/** Puts addresses into a task's frontier: each once, on the host that its pace belongs to. */
import { type Kysely, sql } from 'kysely'
import type { AddressKind, MonitoringTables } from '../register/schema.ts'
import { canonicalUrl, urlKey } from './canonical-url.ts'

export interface FoundAddress {
  readonly url: string
  readonly kind: AddressKind
  readonly depth: number
  /** When what stands there last changed, milliseconds since 1970, where the source tells. */
  readonly changedAt?: number
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

/**
 * How many were new. Addresses that are no web addresses are passed over; those beyond the `most` that the task may hold are left
 * out. What is known and is said to have changed since its last look is due at once.
 */
export async function addAddresses(
  db: Kysely<MonitoringTables>,
  owner: AddressOwner,
  found: readonly FoundAddress[],
  { now, most }: { now: Date; most: number },
): Promise<number> {
  const byUrl = new Map<string, FoundAddress>()
  for (const one of found) {
    const url = canonicalUrl(one.url)
    if (url !== null && !byUrl.has(url)) byUrl.set(url, { ...one, url })
  }
  if (byUrl.size === 0) return 0
  const named = [...byUrl.values()].map((one) => ({ ...one, key: Buffer.from(urlKey(one.url)) }))
  const known = await knownOf(db, owner.taskId, named)
  await bringForward(
    db,
    owner.taskId,
    named.filter(({ key }) => known.has(key.toString('hex'))),
    now,
  )
  const fresh = named.filter(({ key }) => !known.has(key.toString('hex')))
  // What a task holds is counted only when there is something to add: pages that are known lead to pages that are known.
  if (fresh.length === 0) return 0
  const given = fresh.slice(0, Math.max(0, await roomOf(db, owner.taskId, most)))
  if (given.length === 0) return 0
  const originOf = ({ url }: FoundAddress) => new URL(url).origin
  const hosts = await hostIds(db, owner.organisationId, [...new Set(given.map(originOf))].sort(), now)
  // One parameter for each column, whatever the number of rows.
  const added = await sql`
    insert into watch_address (task_id, organisation_id, platform_id, host_id, url, url_key, kind, depth, due_at)
    select ${owner.taskId}, ${owner.organisationId}, ${owner.platformId}, *, ${now}::timestamptz from unnest(
      ${given.map((one) => hosts.get(originOf(one))!)}::bigint[],
      ${given.map(({ url }) => url)}::text[],
      ${given.map(({ key }) => key)}::bytea[],
      ${given.map(({ kind }) => kind)}::text[],
      ${given.map(({ depth }) => depth)}::smallint[])
    on conflict (task_id, url_key) do nothing`.execute(db)
  return Number(added.numAffectedRows ?? 0n)
}

type NamedAddress = FoundAddress & { readonly key: Buffer }

/** Keys of those that the task holds, hexadecimal. */
async function knownOf(
  db: Kysely<MonitoringTables>,
  taskId: string,
  named: readonly NamedAddress[],
): Promise<Set<string>> {
  const { rows } = await sql<{ url_key: Buffer }>`
    select url_key from watch_address where task_id = ${taskId} and url_key = any (${named.map(({ key }) => key)}::bytea[])`.execute(
    db,
  )
  return new Set(rows.map(({ url_key }) => url_key.toString('hex')))
}

/** Makes due what changed after its last look. What is claimed, or waits after a failure, keeps its time. */
async function bringForward(
  db: Kysely<MonitoringTables>,
  taskId: string,
  known: readonly NamedAddress[],
  now: Date,
): Promise<void> {
  const told = known.flatMap(({ key, changedAt }) =>
    changedAt === undefined ? [] : [{ key, at: new Date(changedAt) }],
  )
  if (told.length === 0) return
  await sql`
    update watch_address set due_at = ${now} where id in (
      select a.id from unnest(${told.map(({ key }) => key)}::bytea[], ${told.map(({ at }) => at)}::timestamptz[]) as f(key, at)
      join watch_address a on a.task_id = ${taskId} and a.url_key = f.key
      where a.claim is null and a.failures = 0 and a.due_at > ${now} and a.fetched_at < f.at
      order by a.id for update of a skip locked)`.execute(db)
}

/** How many more addresses a task may hold. */
async function roomOf(db: Kysely<MonitoringTables>, taskId: string, pages: number): Promise<number> {
  const { rows } = await sql<{ n: string }>`
    select count(*) as n from (select 1 from watch_address where task_id = ${taskId} limit ${pages}) as held`.execute(
    db,
  )
  return pages - Number(rows[0]!.n)
}
