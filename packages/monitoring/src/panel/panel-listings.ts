/** Listings with the prices that were seen of them, as panels read them. Planted ones are in no panel. */
import { type Kysely, sql } from 'kysely'
import type { Facts } from '../fact/facts.ts'
import { type ExaminedLine, lineOf } from '../fact/line-of.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { priceHistories } from '../watch/price-history.ts'

/** A listing as it stands in the database. */
export interface PanelListing {
  readonly id: string
  readonly key: string
  readonly url: string
  readonly platform_id: string
  readonly shop_id: string | null
  readonly facts: Facts
  readonly snapshot_id: string
  readonly changed_at: Date
}

export interface ReadListing {
  readonly listing: PanelListing
  readonly line: ExaminedLine
}

type Db = Kysely<MonitoringTables>
/** `day` and `now` are those of the run. */
export interface PanelDay {
  readonly organisationId: string
  readonly day: string
  readonly now: Date
}

const COLUMNS = ['id', 'key', 'url', 'platform_id', 'shop_id', 'facts', 'snapshot_id', 'changed_at'] as const
const PAGE = 1000

/** Those that are there, by id. */
export async function listingsOf(db: Db, ids: readonly string[], at: PanelDay): Promise<Map<string, ReadListing>> {
  const found = new Map<string, ReadListing>()
  for (let from = 0; from < ids.length; from += PAGE) {
    const rows = await db
      .selectFrom('listing')
      .select(COLUMNS)
      .where('organisation_id', '=', at.organisationId)
      .where('planted', '=', false)
      .where('id', 'in', ids.slice(from, from + PAGE))
      .execute()
    for (const one of await withPrices(db, rows, at)) found.set(one.listing.id, one)
  }
  return found
}

/** What has changed since a moment (all, where there was none), or is to be looked at again by now; in the order of ids, a page at a time. */
export async function* changedListings(
  db: Db,
  since: Date | null,
  at: PanelDay,
): AsyncGenerator<readonly ReadListing[]> {
  const { rows: ids } = await sql<{ id: string }>`
    select id from listing where organisation_id = ${at.organisationId} and not planted and changed_at <= ${at.now}
      and changed_at > ${since ?? new Date(0)}
    union
    select listing_id from panel_offer where organisation_id = ${at.organisationId} and again_at <= ${at.now}
    order by 1`.execute(db)
  for (let from = 0; from < ids.length; from += PAGE) {
    const page = await listingsOf(
      db,
      ids.slice(from, from + PAGE).map(({ id }) => id),
      at,
    )
    yield [...page.values()].sort((a, b) => (a.listing.id < b.listing.id ? -1 : 1))
  }
}

/** Up to `most` listings of these shops that are of another brand. */
export async function otherBrandsOf(
  db: Db,
  shops: readonly string[],
  brand: string,
  most: number,
  at: PanelDay,
): Promise<ReadListing[]> {
  const rows = await db
    .selectFrom('listing')
    .select(COLUMNS)
    .where('shop_id', 'in', shops)
    .where('planted', '=', false)
    .where('brand', 'is not', null)
    .where('brand', '<>', brand)
    .orderBy('id')
    .limit(most)
    .execute()
  return withPrices(db, rows, at)
}

async function withPrices(db: Db, rows: readonly PanelListing[], { day, now }: PanelDay): Promise<ReadListing[]> {
  const histories = await priceHistories(
    db,
    rows.map(({ id }) => id),
    now.getTime(),
  )
  return rows.map((listing) => ({
    listing,
    line: lineOf(listing.key, listing.facts, day, histories.get(listing.id) ?? []),
  }))
}
