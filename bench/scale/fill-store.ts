/** Fills the store as a year of watching would have: operators on their register, shops, listings with their facts. Not measured. */
import { createHash } from 'node:crypto'
import { createMarket, type Market, type MarketListing } from '@mingzheng/demo'
import { newId } from '@mingzheng/kernel'
import type { MonitoringTables } from '@mingzheng/monitoring'
import { type Kysely, sql } from 'kysely'

export interface Filling {
  readonly organisationId: string
  readonly platformId: string
  readonly origin: string
  readonly seed: string
  readonly listings: number
  readonly operators: number
  readonly today: string
  /** When all of it was seen. */
  readonly at: Date
}

const BATCH = 5000

export async function fillStore(db: Kysely<MonitoringTables>, filling: Filling): Promise<void> {
  const market = createMarket({ seed: filling.seed, size: filling.listings, today: filling.today })
  for (let from = 0; from < filling.operators; from += BATCH) await addOperators(db, filling, market, from)
  await sql`insert into register (organisation_id, kind, version, entries, whole, changed_at)
    values (${filling.organisationId}, 'operators', 1, ${filling.operators}, true, ${filling.at})`.execute(db)
  const shops = new Map<string, string>()
  for (let from = 0; from < filling.listings; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, filling.listings - from) }, (_, i) => market.listing(from + i))
    await addShops(db, filling, market, batch, shops)
    await addListings(db, filling, market, batch, shops)
  }
  await sql`analyze`.execute(db)
}

async function addOperators(
  db: Kysely<MonitoringTables>,
  { organisationId, operators }: Filling,
  market: Market,
  from: number,
): Promise<void> {
  const all = Array.from({ length: Math.min(BATCH, operators - from) }, (_, i) => market.operator(from + i))
  await sql`
    insert into register_entry (organisation_id, kind, key, since, until, name, name_key, code, fields, search)
    select ${organisationId}, 'operators', code, 1, null, name, name, code, fields, array[name]
    from unnest(${all.map(({ code }) => code)}::text[], ${all.map(({ name }) => name)}::text[],
      ${all.map(({ code, name, address, scope }) => JSON.stringify({ code, name, address, scope, status: '存续' }))}::jsonb[])
      as o(code, name, fields) on conflict do nothing`.execute(db)
}

async function addShops(
  db: Kysely<MonitoringTables>,
  { organisationId, platformId, at }: Filling,
  market: Market,
  batch: readonly MarketListing[],
  shops: Map<string, string>,
): Promise<void> {
  const fresh = new Map(batch.map(({ shop }) => [shop.name, shop]))
  for (const name of shops.keys()) fresh.delete(name)
  const rows = [...fresh.values()].map((shop) => ({
    id: newId(at.getTime()),
    shop,
    owner: market.licence(shop.operator),
  }))
  for (const { id, shop } of rows) shops.set(shop.name, id)
  await sql`
    insert into shop (id, organisation_id, platform_id, name, operator, licence, region, first_at, last_at, planted)
    select id, ${organisationId}, ${platformId}, name, operator, licence, null, ${at}, ${at}, false
    from unnest(${rows.map(({ id }) => id)}::text[], ${rows.map(({ shop }) => shop.name)}::text[],
      ${rows.map(({ owner }) => owner.company)}::text[], ${rows.map(({ owner }) => owner.code)}::text[])
      as s(id, name, operator, licence)`.execute(db)
}

async function addListings(
  db: Kysely<MonitoringTables>,
  { organisationId, platformId, origin, at }: Filling,
  market: Market,
  batch: readonly MarketListing[],
  shops: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = batch.map((listing) => ({
    id: newId(at.getTime()),
    key: `${origin}/item/${listing.index}`,
    shop: shops.get(listing.shop.name) ?? null,
    listing,
    facts: JSON.stringify(factsOf(listing, market)),
  }))
  const digest = (text: string) => createHash('sha256').update(text).digest()
  await sql`
    with l as (select * from unnest(${rows.map(({ id }) => id)}::text[], ${rows.map(({ key }) => key)}::text[],
      ${rows.map(({ listing }) => listing.title)}::text[], ${rows.map(({ shop }) => shop)}::text[],
      ${rows.map(({ listing }) => listing.brand?.name ?? null)}::text[], ${rows.map(({ listing }) => listing.kind.category)}::text[],
      ${rows.map(({ listing }) => listing.price)}::numeric[], ${rows.map(({ facts }) => facts)}::jsonb[],
      ${rows.map(({ facts }) => digest(facts))}::bytea[]) as l(id, key, title, shop, brand, category, price, facts, sha)),
    f as (insert into listing_fact (at, listing_id, organisation_id, snapshot_id, price, original_price, facts)
      select ${at}::timestamptz, id, ${organisationId}, id, price, null, facts from l)
    insert into listing (id, organisation_id, platform_id, key, url, title, shop_id, brand, category, price, facts, facts_sha256,
      snapshot_id, first_at, changed_at, planted)
    select id, ${organisationId}, ${platformId}, key, key, title, shop, brand, category, price, facts, sha, id, ${at}, ${at}, false
    from l`.execute(db)
}

function factsOf(listing: MarketListing, market: Market) {
  const { code, company } = market.licence(listing.shop.operator)
  return {
    title: listing.title,
    description: listing.words.join('\n'),
    category: listing.kind.category,
    brand: listing.brand?.name ?? null,
    price: listing.price.toFixed(2),
    original_price: null,
    currency: 'CNY',
    sku: listing.id,
    availability: null,
    images: [],
    shop: listing.shop.name,
    operator: company,
    licence: code,
    rating: null,
    sales: String(listing.sold),
    attributes: Object.fromEntries(Object.entries(listing.facts).map(([name, value]) => [name, String(value)])),
  }
}
